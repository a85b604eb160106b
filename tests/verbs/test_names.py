"""Names of runs, incidents and drills."""

import re
from datetime import UTC, datetime

import pytest

from drillbook.model.clock import SystemClock
from drillbook.model.journal import JournalError, MovedError
from drillbook.verbs.names import begin_run, new_name

SECOND_NS = 10**9


class Stopped(SystemClock):
    """The machine's clock, stopped at one moment."""

    def __init__(self, at_ns: int) -> None:
        self._at_ns = at_ns

    def now_ns(self) -> int:
        return self._at_ns


@pytest.mark.parametrize(
    ("at_ns", "beginning"),
    [
        (0, "19700101-000000-"),
        (1_795_257_045 * SECOND_NS, "20261121-103045-"),
        (1_795_257_045 * SECOND_NS + 999_000_000, "20261121-103045-"),
        (951_782_399 * SECOND_NS, "20000228-235959-"),
        (951_782_400 * SECOND_NS, "20000229-000000-"),
    ],
)
def test_a_name_begins_with_its_moment_in_utc(at_ns: int, beginning: str) -> None:
    """Whatever the machine's time zone; and a second that is not over is not the next."""
    assert new_name(Stopped(at_ns)).startswith(beginning)


def test_names_sort_in_the_order_of_time() -> None:
    """So that a listing of a folder is a history."""
    made = [new_name(Stopped(second * SECOND_NS)) for second in range(0, 4 * 10**9, 10**8)]
    assert sorted(made) == made


def test_a_name_is_safe_wherever_it_is_put() -> None:
    """In a path, a URL, a command line and a stream of the journal."""
    now = datetime.now(tz=UTC)
    name = new_name(SystemClock())
    assert re.fullmatch(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}", name)
    assert name.startswith(f"{now:%Y}")


def test_two_of_one_second_are_most_likely_two() -> None:
    """Of eight starts at once, not all have one name."""
    clock = Stopped(0)
    assert len({new_name(clock) for _ in range(8)}) > 1


def test_a_name_that_is_taken_is_not_given_again(place, monkeypatch) -> None:
    """A busy server begins hundreds of runs in one second: each is kept, under its own name."""
    digits = iter(["aaaa", "aaaa", "aaaa", "bbbb"])
    monkeypatch.setattr("drillbook.verbs.names.secrets.token_hex", lambda _: next(digits))
    begun = [begin_run(place.journal, Stopped(0), "run-requested", {"n": n}) for n in (1, 2)]
    assert ["run/19700101-000000-aaaa", "run/19700101-000000-bbbb"] == [
        entry.stream for entry in begun
    ]
    assert [1, 1] == [entry.seq for entry in begun]


def test_a_name_that_was_made_before_is_taken_as_it_is(place) -> None:
    """Who comes second with it hears so."""
    assert "run/mine" == begin_run(place.journal, Stopped(0), "k", {}, name="mine").stream
    with pytest.raises(MovedError):
        begin_run(place.journal, Stopped(0), "k", {}, name="mine")


def test_no_name_is_free(place, monkeypatch) -> None:
    """It is said, and nothing is written to another's stream."""
    monkeypatch.setattr("drillbook.verbs.names.secrets.token_hex", lambda _: "aaaa")
    begin_run(place.journal, Stopped(0), "k", {})
    with pytest.raises(JournalError, match="try it again"):
        begin_run(place.journal, Stopped(0), "k", {})
    assert 1 == len(place.journal.entries("run/19700101-000000-aaaa"))
