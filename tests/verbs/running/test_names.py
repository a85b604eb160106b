"""Names of runs, incidents and drills."""

import re
from datetime import UTC, datetime

import pytest

from drillbook.model.clock import SystemClock
from drillbook.model.journal import JournalError, MovedError
from drillbook.verbs.running.names import begin_run, new_name, open_incident, promised_name

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
    monkeypatch.setattr("drillbook.verbs.running.names.secrets.token_hex", lambda _: next(digits))
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
    monkeypatch.setattr("drillbook.verbs.running.names.secrets.token_hex", lambda _: "aaaa")
    begin_run(place.journal, Stopped(0), "k", {})
    with pytest.raises(JournalError, match="try it again"):
        begin_run(place.journal, Stopped(0), "k", {})
    assert 1 == len(place.journal.entries("run/19700101-000000-aaaa"))


def test_no_two_incidents_have_one_name(place, monkeypatch) -> None:
    """What is told of one would be told of the other."""
    digits = iter(["aaaa", "aaaa", "bbbb"])
    monkeypatch.setattr("drillbook.verbs.running.names.secrets.token_hex", lambda _: next(digits))
    opened = [open_incident(place.journal, Stopped(0), {"n": n}) for n in (1, 2)]
    assert ["incident/19700101-000000-aaaa", "incident/19700101-000000-bbbb"] == [
        entry.stream for entry in opened
    ]
    assert ["incident-opened"] * 2 == [entry.kind for entry in opened]


def test_twenty_thousand_promises_of_one_second_have_as_many_names() -> None:
    """With four digits some three thousand of them would have had another's."""
    names = {promised_name(Stopped(0), f"request/{number}") for number in range(20_000)}
    assert 20_000 == len(names)


def test_a_promised_name_is_that_of_its_promise() -> None:
    """Whoever makes it, in that second; as long as an incident's, longer than a new one."""
    name = promised_name(Stopped(0), "incident/1")
    assert name == promised_name(Stopped(999_000_000), "incident/1")
    assert re.fullmatch(r"19700101-000000-[0-9a-f]{10}", name)
    assert name != promised_name(Stopped(SECOND_NS), "incident/1")


def test_a_promise_of_a_name_that_is_no_text_is_kept_too() -> None:
    """A schedule may have been named by bytes from outside."""
    assert promised_name(Stopped(0), "schedule/\udcff") != promised_name(Stopped(0), "schedule/")
