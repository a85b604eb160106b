"""Entries of a run → how often its steps did what the runbook says."""

from itertools import count
from typing import Any

import pytest

from drillbook.cover.tallying import tally_of
from drillbook.model.coverage import Tally
from drillbook.model.journal import Entry

AS_SAID, OTHERWISE, UNKNOWN = Tally(as_said=1), Tally(otherwise=1), Tally(unknown=1)


def told(*facts: tuple[str, dict[str, Any]]) -> list[Entry]:
    """The entries of a run."""
    fields = {"stream": "run/r", "at_ns": 0, "previous": "", "hash": ""}
    return [
        Entry(seq=seq, kind=kind, body=body, **fields)  # type: ignore[arg-type]
        for seq, (kind, body) in enumerate(facts, 1)
    ]


def ran(step: str, part: str = "option", round_: int = 1, **outcome: Any):
    """A step that was begun, and its outcome where there is one."""
    attempt = next(ATTEMPTS)
    where = {"step": step, "part": part, "option": None, "round": round_, "attempt": attempt}
    facts = [("step-started", where)]
    return [*facts, ("step-finished", {**where, **outcome})] if outcome else facts


ATTEMPTS = count(1)


@pytest.mark.parametrize(
    ("part", "outcome", "tally"),
    [
        ("check", {"status": "healthy", "result": "met"}, AS_SAID),
        ("check", {"status": "unhealthy", "result": "not met"}, AS_SAID),
        ("check", {"status": "unknown", "result": "unknown"}, UNKNOWN),
        ("option", {"result": "met"}, AS_SAID),
        ("option", {"result": "not met"}, OTHERWISE),
        ("option", {"result": "unknown"}, UNKNOWN),
        ("verification", {"result": "met"}, AS_SAID),
        ("verification", {"result": "not met"}, OTHERWISE),
        ("option", {"result": "a word of tomorrow"}, UNKNOWN),
        ("option", {}, UNKNOWN),
    ],
)
def test_one_step(part, outcome, tally):
    """A Check that tells healthy from unhealthy did what it says, whichever it was."""
    assert {"a": tally} == tally_of(told(*ran("a", part, **outcome)))


def test_of_a_step_that_is_polled_the_last_poll_counts():
    """A Verification is not met until it is."""
    polls = [*ran("v", "verification", result="not met"), *ran("v", "verification", result="met")]
    assert {"v": AS_SAID} == tally_of(told(*polls))


def test_a_second_round_is_a_second_time():
    """The Checks of each round count by themselves, and so do steps of other Options."""
    first = ran("c", "check", status="healthy")
    second = ran("c", "check", round_=2, status="unknown")
    assert {"c": AS_SAID + UNKNOWN} == tally_of(told(*first, *second))


def test_what_was_lost_is_unknown():
    """It began, and nobody knows whether it happened; what came after it does count."""
    lost = [*ran("a"), ("step-lost", {"step": "a"}), *ran("b", result="met")]
    assert {"a": UNKNOWN, "b": AS_SAID} == tally_of(told(*lost))


def test_a_run_without_steps_tells_nothing():
    """Nor does an outcome without a beginning."""
    assert {} == tally_of(told(("run-started", {}), ("step-finished", {"result": "met"})))
