"""A runbook in SQL and HTTP, followed from its file to its end by the real machinery."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

import servers
from drillbook.model.run import RunState
from drillbook.model.settings import Secret
from drillbook.model.target import Target
from drillbook.verbs.running.hiding import NotRunnableError
from drillbook.verbs.running.workplace import open_workplace

RUNBOOK = """---
severity: critical
service: orders
owner: platform
alerts: [QueueStuck]
inputs:
  api_url: {from: target.api.url}
  state: {default: "it's stuck; DROP TABLE queue"}
---
# The queue is stuck

## Diagnosis

### How many orders are stuck?
```sql { name=stuck on=db timeout=20s }
SELECT count(*) FROM queue WHERE state = :state
```
**Healthy:** number is at most 0.
**Capture:** `how_many` is number.

### Does the API answer?
```http { name=api timeout=20s }
GET $API_URL/health?state=$STATE
```
**Healthy:** exit code is 0.

## Resolution

### Take them out
**When:** `stuck` is unhealthy and `api` is healthy and `how_many` is at least 2.
**Risk:** none.
**Loses:** nothing.
```sql { name=take-out on=db timeout=20s }
UPDATE queue SET state = 'done' WHERE state = :state AND 2 = CAST(:how_many AS INTEGER)
```
**Expect:** number is between 2 and 2.

## Verification
```sql { name=gone on=db timeout=20s every=1s }
SELECT count(*) FROM queue WHERE state = :state
```
**Recovered:** number is at most 0.
"""


@pytest.fixture
def queue(desk):
    """A database in which two orders are stuck."""
    path = desk.folder / "queue.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE queue (id INTEGER, state TEXT)")
        rows = [(1, "it's stuck; DROP TABLE queue"), (2, "it's stuck; DROP TABLE queue"), (3, "x")]
        database.executemany("INSERT INTO queue VALUES (?, ?)", rows)
        database.commit()
    return path


def targets(queue, url):
    return {
        "db": Target(name="db", settings={"url": f"sqlite:///{queue}"}),
        "api": Target(name="api", settings={"url": url}),
    }


def test_a_runbook_in_sql_and_http_recovers_its_system(desk, queue):
    """Checks ask, a captured number decides, an Option changes, the Verification asks again."""
    with servers.http_server() as (url, heard):
        desk.settings = replace(desk.settings, targets=targets(queue, url))
        with open_workplace(desk.settings) as place:
            run = desk.run(place, desk.write(RUNBOOK))
    assert (RunState.RECOVERED, "take-them-out") == (run.state, run.option), run.because
    assert ["/health?state=it%27s%20stuck%3B%20DROP%20TABLE%20queue"] == [
        path for _, path, _, _ in heard.requests
    ]
    with closing(sqlite3.connect(queue)) as database:
        rows = database.execute("SELECT id, state FROM queue ORDER BY id").fetchall()
    assert [(1, "done"), (2, "done"), (3, "x")] == rows


def test_a_check_that_writes_is_unknown_and_chooses_nothing(desk, queue):
    """The database refuses, so nothing is known and nothing is changed."""
    text = RUNBOOK.replace("SELECT count(*) FROM queue WHERE", "DELETE FROM queue WHERE", 1)
    with servers.http_server() as (url, _):
        desk.settings = replace(desk.settings, targets=targets(queue, url))
        with open_workplace(desk.settings) as place:
            run = desk.run(place, desk.write(text))
    assert (RunState.UNKNOWN, None) == (run.state, run.option)
    with closing(sqlite3.connect(queue)) as database:
        assert [(3,)] == database.execute("SELECT count(*) FROM queue").fetchall()


def test_a_post_in_a_check_is_never_sent(desk, queue):
    """The plan has a Finding at the step, and is not run."""
    text = RUNBOOK.replace("GET $API_URL", "POST $API_URL")
    with servers.http_server() as (url, heard):
        desk.settings = replace(desk.settings, targets=targets(queue, url))
        with open_workplace(desk.settings) as place:
            plan, _ = desk.plan(place, desk.write(text))
            assert ["check-may-change"] == [each.lint for each in plan.findings]
            with pytest.raises(NotRunnableError):
                desk.run(place, desk.write(text))
    assert [] == heard.requests


@pytest.mark.lab
def test_a_password_reaches_the_database_and_no_file(desk):
    """Given by environment, never printed, never in the journal."""
    secret = "c0rrect-h0rse-battery"
    (desk.folder / "password").write_text(secret, encoding="utf-8")
    text = RUNBOOK[: RUNBOOK.index("### Does the API")].replace(
        "SELECT count(*) FROM queue WHERE state = :state", "SELECT 0, :password, :state"
    )
    text = text.replace("  state:", "  password: {from: secret.db-password}\n  state:")
    with servers.postgresql(secret) as url:
        db = Target(name="db", settings={"url": url, "password_secret": "db-password"})
        api = Target(name="api", settings={"url": "http://api"})
        secrets = (Secret(name="db-password", file="password"),)
        desk.settings = replace(desk.settings, targets={"db": db, "api": api}, secrets=secrets)
        with open_workplace(desk.settings) as place:
            run = desk.run(place, desk.write(text))
            entries = place.journal.entries(f"run/{run.id}")
    finished = next(entry.body for entry in entries if entry.kind == "step-finished")
    assert (0, True) == (finished["exit_code"], "0\t***\t" in finished["output"])
    assert secret.encode() not in desk.stored()
