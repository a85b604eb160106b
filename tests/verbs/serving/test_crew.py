"""Workers and the sweeper of one process, on a real journal and a real engine."""

import sqlite3
from contextlib import closing

import pytest

from drillbook.model.people import Caller
from drillbook.verbs.people.ask import Wish, ask_for_run
from drillbook.verbs.serve import open_shop
from drillbook.verbs.serving import crew as crew_module
from drillbook.verbs.serving import work
from drillbook.verbs.serving.crew import Crew, Sweeper
from drillbook.verbs.serving.request import job_of
from flagsite import flag_book, make_site
from servers import wait_until

ALICE = Caller(name="alice", roles=frozenset({"admin", "oncall"}), token="a")
WISH = Wish(book="flags/runbooks/flag.md")
TRIGGERS = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'blobs'"


@pytest.fixture
def site(tmp_path):
    return make_site(tmp_path / "site", flag=flag_book())


@pytest.fixture
def shop(site):
    with open_shop(site.settings) as shop:
        yield shop


@pytest.fixture
def crew(shop, monkeypatch):
    """Workers that try again soon."""
    monkeypatch.setattr(work, "PUT_OFF_S", 0.05)
    crew = Crew(shop, ("main",), 1)
    yield crew
    assert crew.stop(30)


@pytest.fixture
def sweeper(shop):
    sweeper = Sweeper(shop)
    yield sweeper
    sweeper.stop()


def kinds(shop, run):
    return [entry.kind for entry in shop.place.journal.entries(f"run/{run}")]


def alter(site, digest, data):
    """Put other bytes in the place of a blob's, past its guards; those that were there."""
    with closing(sqlite3.connect(site.settings.state / "journal.db", isolation_level=None)) as file:
        guards = file.execute(TRIGGERS).fetchall()
        file.execute("BEGIN IMMEDIATE")
        for name, _ in guards:
            file.execute(f"DROP TRIGGER {name}")
        query = "SELECT data FROM blobs WHERE hash = ?"
        [(before,)] = file.execute(query, (digest,)).fetchall()
        file.execute("UPDATE blobs SET data = ? WHERE hash = ?", (data, digest))
        for _, sql in guards:
            file.execute(sql)
        file.execute("COMMIT")
    return before


def tried_again(shop, times):
    """Waits until the job was put off so many times more."""
    seen = set()

    def is_enough():
        seen.update(status.job.due_at_ns for status in shop.engine.jobs())
        return len(seen) > times

    wait_until(is_enough, "it is tried again and again")


def test_a_run_that_the_journal_keeps_from_going_on_is_said_once(crew, shop, site, capfd):
    """For ever put off is as good as lost, where nobody hears of it."""
    run = ask_for_run(shop, ALICE, WISH)
    source = shop.place.journal.entries(f"run/{run}")[0].body["source"]
    text = alter(site, source, b"another text")
    crew.start()
    tried_again(shop, 3)
    [line] = crew.troubles()
    assert line.startswith(f"run {run} cannot go on: ")
    assert "was altered; run `drillbook journal verify`" in line
    assert 1 == capfd.readouterr().err.count(f"run {run} cannot go on, and is tried again")
    alter(site, source, text)
    wait_until(lambda: "run-ended" in kinds(shop, run), "it goes on")
    wait_until(lambda: not crew.troubles(), "it is no trouble any more")


def test_who_waits_for_somebody_elses_lock_is_no_trouble(crew, shop, capfd):
    """That passes, and is told by the run itself."""
    run = ask_for_run(shop, ALICE, WISH)
    with shop.engine.slot(f"terminal/{run}", 1, within_s=0.0):
        crew.start()
        tried_again(shop, 3)
        assert () == crew.troubles()
    wait_until(lambda: "run-ended" in kinds(shop, run), "it goes on")
    assert "cannot go on" not in capfd.readouterr().err


def test_workers_work_from_their_start_to_their_stop(crew):
    """Nobody is asked about those that were not started."""
    assert not crew.is_working()
    crew.start()
    assert crew.is_working()
    assert crew.stop(30)
    assert not crew.is_working()


def test_a_sweep_finds_work_that_no_job_stands_for(sweeper, shop, monkeypatch):
    """At its start, and again and again."""
    monkeypatch.setattr(crew_module, "SWEEP_EVERY_S", 0.05)
    run = ask_for_run(shop, ALICE, WISH)
    key = job_of(run, "main").key
    assert shop.engine.withdraw(key)
    sweeper.start()
    assert [key] == [status.job.key for status in shop.engine.jobs()]
    assert shop.engine.withdraw(key)
    wait_until(lambda: [s.job.key for s in shop.engine.jobs()] == [key], "it is found again")
    assert sweeper.is_working()


def test_a_sweeper_that_has_ended_does_not_work(sweeper):
    """Nor one that was not started."""
    assert not sweeper.is_working()
    sweeper.start()
    assert sweeper.is_working()
    sweeper.stop()
    assert not sweeper.is_working()


def test_a_sweep_that_takes_too_long_hangs(sweeper, monkeypatch):
    """Its thread is there, and nothing comes of it."""
    sweeper.start()
    monkeypatch.setattr(crew_module, "SWEEP_LATE_S", -1.0)
    assert not sweeper.is_working()


def test_a_store_that_is_away_does_not_end_the_sweeper(sweeper, shop, monkeypatch):
    """The next sweep makes it good."""
    monkeypatch.setattr(crew_module, "SWEEP_EVERY_S", 0.05)
    sweeper.start()
    began_s = sweeper._swept_at_s
    shop.place.journal.close()
    wait_until(lambda: sweeper._swept_at_s > began_s, "it has swept")
    assert sweeper.is_working()
