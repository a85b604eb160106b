"""When cron expressions are due: on wall clocks that skip hours and show them twice."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.engine.ticks import due_after, due_between, latest_due, next_due

MINUTE_NS = 60 * 10**9
DAY_NS = 24 * 60 * MINUTE_NS
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]
ZONES += ["Pacific/Apia", "Africa/Casablanca", "America/Sao_Paulo", "Asia/Tehran"]
EXPRESSIONS = ["*/7 * * * *", "30 2 * * *", "0 * * * *", "59 1,2 * * sun", "0 0 1 * *", "@daily"]
EXPRESSIONS += ["*/30 0-3 * * *", "0 12 l * *", "15 2 29 2 *"]


def ns(text):
    return int(datetime.fromisoformat(text).timestamp()) * 10**9


def walls(cron, zone, after, count):
    """The next due times as the zone's clocks show them."""
    found = itertools.islice(due_after(cron, zone, ns(after)), count)
    moments = (datetime.fromtimestamp(each // 10**9, tz=ZoneInfo(zone)) for each in found)
    return [f"{moment:%m-%d %H:%M%z}" for moment in moments]


def test_a_time_that_is_skipped_is_due_once_when_the_gap_ends():
    """Half past two does not exist on the night in March: it is done at three."""
    assert ["03-28 02:30+0100", "03-29 03:00+0200", "03-30 02:30+0200"] == walls(
        "30 2 * * *", "Europe/Berlin", "2026-03-27T12:00+01:00", 3
    )


def test_several_skipped_times_are_one():
    """Those of the gap, and the one that is due at its end anyway."""
    assert ["03-29 01:30+0100", "03-29 03:00+0200", "03-29 03:30+0200"] == walls(
        "*/30 * * * *", "Europe/Berlin", "2026-03-29T01:00+01:00", 3
    )


def test_a_time_that_is_shown_twice_is_due_once():
    """Half past two on the night in October: at the first of them."""
    assert ["10-24 02:30+0200", "10-25 02:30+0200", "10-26 02:30+0100"] == walls(
        "30 2 * * *", "Europe/Berlin", "2026-10-23T12:00+02:00", 3
    )


def test_nothing_is_due_while_an_hour_is_shown_again():
    """Whoever needs every half hour takes UTC."""
    assert ["10-25 02:30+0200", "10-25 03:00+0100"] == walls(
        "*/30 * * * *", "Europe/Berlin", "2026-10-25T02:10+02:00", 2
    )
    assert ["10-25 03:00+0100"] == walls(
        "*/30 * * * *", "Europe/Berlin", "2026-10-25T02:10+01:00", 1
    )


def test_a_jump_of_half_an_hour_and_one_of_a_day():
    """Lord Howe moves by thirty minutes; Samoa went without the thirtieth of December 2011."""
    assert ["10-04 02:30+1100"] == walls(
        "15 2 * * *", "Australia/Lord_Howe", "2026-10-04T00:00+10:30", 1
    )
    assert ["12-29 12:00-1000", "12-31 00:00+1400", "12-31 12:00+1400"] == walls(
        "0 12 * * *", "Pacific/Apia", "2011-12-29T00:00-10:00", 3
    )


def test_a_time_that_never_comes_is_none():
    """Neither before nor after."""
    assert None is next_due("0 0 31 2 *", "UTC", 0)
    assert None is latest_due("0 0 31 2 *", "UTC", 10**18)


def test_the_latest_time_is_found_however_rare():
    """A minute ago, or on the twenty-ninth of February eight years ago."""
    at_ns = ns("2026-11-21T12:00:30+00:00")
    assert ns("2026-11-21T12:00+00:00") == latest_due("* * * * *", "UTC", at_ns)
    assert ns("1896-02-29T00:00+00:00") == latest_due(
        "0 0 29 2 *", "UTC", ns("1904-02-28T00:00+00:00")
    )


@settings(max_examples=60)
@given(
    st.sampled_from(EXPRESSIONS),
    st.sampled_from(ZONES),
    st.integers(ns("1995-01-01T00:00+00:00"), ns("2035-01-01T00:00+00:00")),
)
def test_every_time_of_the_wall_clock_is_due_once(cron, zone, after_ns):
    """In order, after what was asked for, on whole minutes, and each because of its expression."""
    found = list(itertools.islice(due_after(cron, zone, after_ns), 40))
    assert sorted(set(found)) == found
    assert after_ns < found[0]
    for due_ns in found:
        assert 0 == due_ns % MINUTE_NS
        assert is_right(cron, ZoneInfo(zone), due_ns)


def is_right(cron, zone, due_ns):
    """The wall clock shows a time of the expression, or has just skipped one."""
    at = datetime.fromtimestamp(due_ns // 10**9, tz=UTC)
    wall = at.astimezone(zone).replace(tzinfo=None, fold=0)
    if croniter.match(cron, wall):
        return True
    before = (at - timedelta(minutes=1)).astimezone(zone).replace(tzinfo=None, fold=0)
    skipped = croniter(cron, before).get_next(datetime)
    return before < skipped < wall


@settings(max_examples=40)
@given(
    st.sampled_from(EXPRESSIONS),
    st.sampled_from(ZONES),
    st.integers(ns("1995-01-01T00:00+00:00"), ns("2035-01-01T00:00+00:00")),
    st.integers(0, 3 * DAY_NS),
)
def test_it_does_not_matter_from_when_one_asks(cron, zone, after_ns, later_ns):
    """What is due after a later moment is the rest of what is due after an earlier one."""
    until_ns = after_ns + later_ns + DAY_NS
    every = list(due_between(cron, zone, after_ns, until_ns))
    rest = list(due_between(cron, zone, after_ns + later_ns, until_ns))
    assert [each for each in every if each > after_ns + later_ns] == rest


@pytest.mark.parametrize("cron", EXPRESSIONS)
def test_the_latest_is_the_last_of_all_before(cron):
    """And is due itself."""
    at_ns = ns("2026-03-29T04:17+00:00")
    latest_ns = latest_due(cron, "Europe/Berlin", at_ns)
    assert latest_ns <= at_ns < next_due(cron, "Europe/Berlin", latest_ns)
    assert latest_ns == next_due(cron, "Europe/Berlin", latest_ns - 1)
