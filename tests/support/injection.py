"""Hostile values by every way into a step → what arrived, and what was seen of them on the way.

The way is the real one: drillbook.toml, a webhook's body, a plan, a run under guardians, and each
language asked what it got. Every value holds a mark that no command and no argument may hold.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import servers
from drillbook.model.finding import Finding, Severity
from drillbook.model.plan import Plan
from drillbook.model.run import Answer, Policy, Reply, RunState
from drillbook.model.sentence import Risk
from drillbook.model.settings import Settings
from drillbook.read.alerts import read_alerts
from drillbook.read.settings import read_settings
from drillbook.run.actions.registry import ACTIONS
from drillbook.verbs.plan import Wanted, plan_file
from drillbook.verbs.run import Occasion, start_run
from drillbook.verbs.running.executing import Company
from drillbook.verbs.running.workplace import Workplace, open_workplace

MARK = "mArK7f3a9"
SOURCES = ("label", "given", "setting", "capture")
RUNBOOK = """\
---
alerts: [Hostile]
inputs:
  folder: {from: target.here.folder}
  label: {from: label.value}
  given:
  setting: {from: target.here.value}
---
# Hostile values

## Diagnosis

### Is it broken?
```sh { name=broken timeout=60s }
false
```
**Healthy:** exit code is 0. **Unhealthy:** exit code is 1.

## Resolution

### Have every language say what it got
**When:** `broken` is unhealthy.
**Risk:** none.
**Loses:** nothing.
```sh { name=take timeout=60s }
cat "$FOLDER/source"
```
**Capture:** `capture` is group 1 of `(?s)<(.*)>`.
```bash { name=by-bash timeout=60s }
cat /proc/[0-9]*/cmdline >"$FOLDER/cmdlines" 2>/dev/null || true
printf '%s\\0' "$LABEL" "$GIVEN" "$SETTING" "$CAPTURE" >"$FOLDER/bash"
```
```python { name=by-python timeout=60s }
import glob, os, sys
folder = os.environ["FOLDER"]
names = (b"LABEL", b"GIVEN", b"SETTING", b"CAPTURE")
with open(folder + "/python", "wb") as file:
    file.write(b"".join(os.environb[name] + b"\\0" for name in names))
with open(folder + "/cmdlines", "ab") as file:
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            file.write(open(path, "rb").read())
        except OSError:
            pass
```
```sql { name=by-sql on=db timeout=60s }
INSERT INTO seen VALUES (:label, :given, :setting, :capture)
```
```http { name=by-http on=api timeout=60s }
POST /?label=$LABEL&given=$GIVEN&setting=$SETTING&capture=$CAPTURE
Content-Type: application/json

{"label": "$LABEL", "given": "$GIVEN", "setting": "$SETTING", "capture": "$CAPTURE"}
```

## Verification
```sh { name=done timeout=60s }
true
```
**Recovered:** exit code is 0.
"""


@dataclass(frozen=True)
class Arrived:
    """What each language said that it got, and all argument lists seen meanwhile."""

    by: Mapping[str, tuple[str, ...]]
    cmdlines: bytes = field(repr=False)
    journal: bytes = field(repr=False)


class Post:
    """One folder with a database and a server that waits for what arrives."""

    def __init__(self, folder: Path, url: str, heard: servers.Heard) -> None:
        self.folder = folder
        self.canary = folder / "canary"
        self._url = url
        self._heard = heard
        (folder / "runbook.md").write_text(RUNBOOK, encoding="utf-8")

    def send(self, values: Mapping[str, str]) -> Arrived | tuple[Finding, ...]:
        """Send each value by its source; what arrived, or the Findings that stopped it."""
        self._clear(values["capture"])
        settings, flaws = self._settings(values["setting"])
        if settings is None:
            return flaws
        labels, flaws = _labels(values["label"])
        if labels is None:
            return flaws
        wanted = Wanted(
            path=str(self.folder / "runbook.md"), given={"given": values["given"]}, labels=labels
        )
        with open_workplace(settings) as place:
            plan, findings, source = plan_file(wanted, settings, place.secrets)
            assert plan is not None
            errors = tuple(each for each in findings if each.severity is Severity.ERROR)
            if errors:
                return errors
            for planned in plan.steps.values():
                words = ACTIONS[planned.step.language].start(planned).argv
                assert not any(MARK in word for word in words)
            occasion = Occasion(given=dict(wanted.given), labels=labels, source=source)
            return self._run(place, plan, occasion)

    def _run(self, place: Workplace, plan: Plan, occasion: Occasion) -> Arrived:
        company = Company(
            ask=lambda _: Reply(answer=Answer.STOP, by="nobody"),
            watch=lambda _: None,
            on_output=lambda _: None,
        )
        policy = Policy(allowed=Risk.DESTRUCTIVE, asks=frozenset())
        run = start_run(place, plan, policy, company, occasion)
        assert run.state is RunState.RECOVERED, run.because
        return self._arrived()

    def _arrived(self) -> Arrived:
        with closing(sqlite3.connect(self.folder / "seen.db")) as database:
            ((*rows,),) = database.execute("SELECT label, given, setting, capture FROM seen")
        (request,) = self._heard.requests
        body = json.loads(request[3])
        by = {
            "bash": _texts((self.folder / "bash").read_bytes()),
            "python": _texts((self.folder / "python").read_bytes()),
            "sql": tuple(rows),
            "http": tuple(body[name] for name in ("label", "given", "setting", "capture")),
            "query": tuple(servers.query_of(request[1])),
        }
        journal = (self.folder / "state/journal.db").read_bytes()
        return Arrived(by, (self.folder / "cmdlines").read_bytes(), journal)

    def _clear(self, captured: str) -> None:
        for name in ("bash", "python", "cmdlines", "seen.db"):
            (self.folder / name).unlink(missing_ok=True)
        self._heard.requests.clear()
        with closing(sqlite3.connect(self.folder / "seen.db")) as database:
            database.execute("CREATE TABLE seen (label, given, setting, capture)")
            database.commit()
        (self.folder / "source").write_bytes(f"<{captured}>".encode("utf-8", "surrogatepass"))

    def _settings(self, value: str) -> tuple[Settings | None, tuple[Finding, ...]]:
        text = (
            f"[targets.here]\nfolder = {_toml(str(self.folder))}\nvalue = {_toml(value)}\n"
            f'[targets.api]\nurl = "{self._url}"\n'
            f'[targets.db]\nurl = "sqlite:///{self.folder}/seen.db"\n'
        )
        path = self.folder / "drillbook.toml"
        path.write_bytes(text.replace(".drillbook", "state").encode("utf-8", "surrogatepass"))
        path.write_bytes(b'state = "state"\n' + path.read_bytes())
        return read_settings(path)


@contextmanager
def post(folder: Path) -> Iterator[Post]:
    """A Post in that folder."""
    with servers.http_server() as (url, heard):
        yield Post(folder, url, heard)


def _labels(value: str) -> tuple[Mapping[str, str] | None, tuple[Finding, ...]]:
    """The labels of the alert that a webhook with this label brings."""
    alert = {
        "status": "firing",
        "labels": {"alertname": "Hostile", "value": value},
        "annotations": {},
        "startsAt": "2026-01-01T00:00:00Z",
    }
    body = json.dumps({"version": "4", "groupKey": "g", "receiver": "r", "alerts": [alert]})
    alerts, findings = read_alerts(body.encode("utf-8", "surrogatepass"), "webhook")
    return (alerts[0].labels if alerts else None), findings


def _toml(text: str) -> str:
    """A basic string of TOML, which is JSON's but for DEL."""
    with suppress(UnicodeEncodeError):
        text.encode()
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(text)


def _texts(data: bytes) -> tuple[str, ...]:
    return tuple(part.decode() for part in data.split(b"\0")[:-1])
