"""Whether the journal takes entries, the engine answers and the workers work."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from drillbook.model.clock import SystemClock
from drillbook.read.settings import default_settings
from drillbook.web import health as health_module
from drillbook.web.health import Health

ENDED = "the workers have ended"


@pytest.fixture
def works():
    return [True]


@pytest.fixture
def health(journal, engine, works, monkeypatch):
    monkeypatch.setattr(health_module, "HOLD_S", 0.0)
    return Health(journal, engine, {ENDED: lambda: works[0]}, clock=SystemClock())


def test_all_is_well(health):
    """Nothing is said then."""
    assert () == health.ready().because


def test_looking_leaves_no_entry(health, journal):
    """Ten thousand looks a day must not fill the journal."""
    for _ in range(3):
        health.ready()
    assert ((), []) == (tuple(journal.streams()), list(journal.verify()))


def test_a_journal_that_takes_nothing(health, journal):
    """The reason names it."""
    journal.close()
    [because] = health.ready().because
    assert because.startswith("the journal: ")


def test_a_journal_that_was_taken_away(health, journal, tmp_path):
    """Its file is looked at, not only the connection."""
    (tmp_path / "journal.db").rename(tmp_path / "elsewhere.db")
    [because] = health.ready().because
    assert "taken away" in because


def test_an_engine_that_does_not_answer(health, engine, tmp_path):
    """The reason names it."""
    engine.close()
    (default_settings(tmp_path).state / "engine.db").write_bytes(b"no database" * 1_000)
    [because] = health.ready().because
    assert because.startswith("the engine: ")


def test_workers_that_have_ended(health, works):
    """A server without its workers is not ready, where it should have some."""
    works[0] = False
    assert (ENDED,) == health.ready().because


def test_a_server_without_workers_needs_none(journal, engine):
    """With --no-workers others do the work."""
    assert () == Health(journal, engine, {}, clock=SystemClock()).ready().because


def test_every_part_that_does_not_work_is_named(journal, engine):
    """Each by its own words, in their order."""
    works = {"one": lambda: False, "two": lambda: True, "three": lambda: False}
    assert ("one", "three") == Health(journal, engine, works, clock=SystemClock()).ready().because


def test_what_keeps_single_runs_is_told_and_no_reason(journal, engine):
    """One run that no server can read must not take every server from behind its balancer."""
    said = ("run r cannot go on: its text was altered",)
    health = Health(journal, engine, {}, clock=SystemClock(), troubles=lambda: said)
    assert ((), said) == (health.ready().because, health.ready().troubles)


def test_a_process_that_stops_is_not_ready(health):
    """So that a load balancer sends nothing more."""
    health.is_stopping = True
    assert ("this process is being stopped",) == health.ready().because


def test_many_who_ask_cost_one_look(journal, engine, works):
    """The answer is held for a moment."""
    health = Health(journal, engine, {ENDED: lambda: works[0]}, clock=SystemClock())
    assert () == health.ready().because
    works[0] = False
    assert () == health.ready().because


def test_a_store_that_does_not_even_answer(health, engine, monkeypatch):
    """Whoever asks meanwhile is not kept waiting with the one who looks."""
    monkeypatch.setattr(health_module, "LOOK_WITHIN_S", 0.1)
    is_asked, may_answer = threading.Event(), threading.Event()

    class Slow:
        def workers(self):
            is_asked.set()
            may_answer.wait(30)
            return engine.workers()

    monkeypatch.setattr(health, "_engine", Slow())
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(health.ready)
        assert is_asked.wait(30)
        assert ("journal or engine do not answer in time",) == health.ready().because
        may_answer.set()
        assert () == first.result().because
