"""Cron times → jobs; each tick is done once, whoever works."""

import threading
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from drillbook.engine.open import open_engine
from drillbook.model.clock import SystemClock
from drillbook.model.engine import SERVERS
from drillbook.model.settings import Schedule
from drillbook.verbs.running.secrets import SetupError
from drillbook.verbs.running.workplace import open_workplace
from drillbook.verbs.schedules import (
    check_schedules,
    claim_tick,
    end_tick,
    last_of,
    request_tick,
    submit_ticks,
    tick_after,
)

SECOND = 1_000_000_000
NIGHTLY = Schedule(name="nightly", cron="30 2 * * *", timezone="Europe/Berlin", checks="a.md")
DAY = 86_400 * SECOND
# Half past two in the night, in Berlin.
TICK = 1_800_063_000 * SECOND


def at(text, zone="Europe/Berlin"):
    """Nanoseconds of a wall clock's time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * SECOND


@pytest.fixture
def engine(desk):
    engine = open_engine(desk.settings, clock=SystemClock())
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("cron", "zone", "now", "expected"),
    [
        ("30 2 * * *", "Europe/Berlin", "2026-11-21T01:00:00", "2026-11-21T02:30:00"),
        ("30 2 * * *", "Europe/Berlin", "2026-11-21T02:30:00", "2026-11-22T02:30:00"),
        ("0 9 * * 1", "Asia/Tokyo", "2026-11-21T12:00:00", "2026-11-23T09:00:00"),
        ("*/15 * * * *", "UTC", "2026-12-31T23:46:00", "2027-01-01T00:00:00"),
        ("0 12 * * *", "Europe/Berlin", "2027-03-27T13:00:00", "2027-03-28T12:00:00"),
        ("0 12 * * *", "Europe/Berlin", "2026-10-24T13:00:00", "2026-10-25T12:00:00"),
    ],
)
def test_the_next_tick_in_its_time_zone(cron, zone, now, expected):
    """Also over the days on which clocks are set."""
    schedule = replace(NIGHTLY, cron=cron, timezone=zone)
    assert at(expected, zone) == tick_after(schedule, at(now, zone))


def test_every_schedule_has_its_next_tick_as_a_job(desk, place, engine):
    """Submitted twice, by two servers, it is one."""
    for _ in range(2):
        submit_ticks(place, engine, [NIGHTLY, replace(NIGHTLY, name="other")])
    jobs = [status.job for status in engine.jobs()]
    assert ["nightly", "other"] == [job.args["schedule"] for job in jobs]
    tick_ns = tick_after(NIGHTLY, SystemClock().now_ns())
    assert {(tick_ns, str(tick_ns))} == {(job.due_at_ns, job.args["tick_ns"]) for job in jobs}
    assert {("schedule", SERVERS)} == {(job.kind, job.site) for job in jobs}


def test_a_tick_is_claimed_once(desk):
    """By one of eight servers that all want it."""
    claims, barrier = [], threading.Barrier(8)

    def claim():
        with open_workplace(desk.settings) as place:
            barrier.wait(30)
            claims.append(claim_tick(place, NIGHTLY, TICK))

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    fresh = [each for each in claims if each and not each.was_begun]
    assert 1 == len(fresh)
    assert {fresh[0].run} == {each.run for each in claims if each}


def test_a_tick_that_was_begun_and_not_ended_is_taken_up_by_the_same_name(place):
    """Whoever claimed it may have died; once it has ended, nobody does it again."""
    first = claim_tick(place, NIGHTLY, TICK)
    again = claim_tick(place, NIGHTLY, TICK)
    assert (False, True, first.run) == (first.was_begun, again.was_begun, again.run)
    end_tick(place, NIGHTLY, "requested")
    assert claim_tick(place, NIGHTLY, TICK) is None


def test_a_tick_before_the_last_one_is_past(place):
    """A job that was put off for a day is not done after the next one was."""
    claim_tick(place, NIGHTLY, TICK)
    assert claim_tick(place, NIGHTLY, TICK - SECOND) is None
    end_tick(place, NIGHTLY, "requested")
    assert claim_tick(place, NIGHTLY, TICK + DAY) is not None


def test_what_is_wanted_now_is_done_where_the_clock_was_set_back(place, engine):
    """A tick was done at a time that is still to come: that one's job is not the one of now."""
    claim_tick(place, NIGHTLY, TICK)
    end_tick(place, NIGHTLY, "requested")
    request_tick(place, engine, NIGHTLY, "ann")
    [status] = engine.jobs()
    assert 0 == status.job.due_at_ns
    tick_ns = int(status.job.args["tick_ns"])
    claimed = claim_tick(place, NIGHTLY, tick_ns)
    assert (tick_ns, False) == (claimed.tick_ns, claimed.was_begun)
    end_tick(place, NIGHTLY, "requested")
    assert claim_tick(place, NIGHTLY, tick_ns) is None


def test_what_came_of_it_last(place):
    """For the list of schedules."""
    assert (None, "") == last_of(place, NIGHTLY)
    claim_tick(place, NIGHTLY, TICK)
    end_tick(place, NIGHTLY, "requested run x")
    at_ns, because = last_of(place, NIGHTLY)
    assert at_ns > 0
    assert "requested run x" == because


@pytest.mark.parametrize("cron", ["0 0 30 2 *", "0 0 31 4,6 *"])
def test_a_cron_that_means_no_moment_is_refused(cron):
    """Before anything is served."""
    with pytest.raises(SetupError, match="schedule nightly: the cron"):
        check_schedules([replace(NIGHTLY, cron=cron)], TICK)


def test_two_of_one_name_are_refused():
    """Their ticks could not be told apart."""
    check_schedules([NIGHTLY, replace(NIGHTLY, name="other")], TICK)
    with pytest.raises(SetupError, match="two schedules are called 'nightly'"):
        check_schedules([NIGHTLY, NIGHTLY], TICK)
