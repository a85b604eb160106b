"""Schedules over time: ticks that were missed, schedules that are paused, ticks of people."""

import threading
from dataclasses import replace

import pytest

from drillbook.engine.open import open_engine
from drillbook.model.clock import SystemClock
from drillbook.model.settings import Schedule
from drillbook.verbs.running.workplace import open_workplace
from drillbook.verbs.schedules import (
    claim_tick,
    end_tick,
    pause,
    request_tick,
    resume,
    standing,
    submit_ticks,
    tick_after,
)

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
NIGHTLY = Schedule(name="nightly", cron="30 2 * * *", timezone="Europe/Berlin", checks="a.md")
# Half past two in a night of January, in Berlin.
TICK = 1_800_063_000 * SECOND


class Now:
    """A clock that stands where a test puts it."""

    def __init__(self, at_ns):
        self.at_ns = at_ns

    def now_ns(self):
        """Always the same."""
        return self.at_ns


@pytest.fixture
def engine(desk):
    engine = open_engine(desk.settings, clock=SystemClock())
    yield engine
    engine.close()


def seen_at(place, at_ns):
    """The same workplace at another time."""
    return replace(place, clock=Now(at_ns))


def bodies(place, kind):
    """What the schedule's stream says in entries of that kind."""
    found = place.journal.entries("schedule/nightly")
    return [dict(entry.body) for entry in found if entry.kind == kind]


def ticks(engine):
    """The ticks that are jobs."""
    return sorted(int(status.job.args["tick_ns"]) for status in engine.jobs())


def in_threads(settings, act):
    """What `act` answers to eight servers that ask at the same time."""
    results, barrier = [], threading.Barrier(8)

    def ask(number):
        with open_workplace(settings) as place:
            barrier.wait(30)
            results.append(act(place, number))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_of_the_missed_ticks_the_latest_is_done_once(place, engine):
    """Nobody worked for three nights: the last is done late, the two before are journaled."""
    submit_ticks(seen_at(place, TICK - SECOND), engine, [NIGHTLY])
    assert [TICK] == ticks(engine)
    later = seen_at(place, TICK + 2 * DAY + 3_600 * SECOND)
    claim = claim_tick(later, NIGHTLY, TICK)
    assert (TICK + 2 * DAY, False) == (claim.tick_ns, claim.was_begun)
    assert [{"count": 2, "first_ns": TICK, "last_ns": TICK + DAY}] == bodies(
        place, "schedule-missed"
    )
    assert 2 == standing(later, NIGHTLY).missed
    end_tick(later, NIGHTLY, "requested")
    assert None is claim_tick(later, NIGHTLY, TICK + 2 * DAY)


def test_missed_ticks_are_claimed_once_among_all_servers(desk):
    """And journaled once."""
    claims = in_threads(
        desk.settings,
        lambda place, _: claim_tick(seen_at(place, TICK + 3 * DAY), NIGHTLY, TICK),
    )
    assert 1 == len([each for each in claims if each and not each.was_begun])
    with open_workplace(desk.settings) as place:
        assert 1 == len(bodies(place, "schedule-missed")) == len(bodies(place, "schedule-ticked"))


def test_a_missed_tick_whose_job_is_lost_is_submitted_again(place, engine):
    """What the journal says is done is the truth; the jobs only follow."""
    claim_tick(seen_at(place, TICK), NIGHTLY, TICK)
    end_tick(place, NIGHTLY, "requested")
    submit_ticks(seen_at(place, TICK + 3 * DAY + SECOND), engine, [NIGHTLY])
    assert [TICK + 3 * DAY, TICK + 4 * DAY] == ticks(engine)


def test_a_tick_that_is_done_is_not_missed(place, engine):
    """However often servers look."""
    claim_tick(seen_at(place, TICK), NIGHTLY, TICK)
    for _ in range(3):
        submit_ticks(seen_at(place, TICK + SECOND), engine, [NIGHTLY])
    assert [TICK + DAY] == ticks(engine)
    assert [] == bodies(place, "schedule-missed")


def test_ticks_of_years_are_counted_up_to_a_thousand(place):
    """And not gone through one by one without an end."""
    minutely = replace(NIGHTLY, cron="* * * * *")
    claim_tick(seen_at(place, TICK), minutely, TICK)
    claim = claim_tick(seen_at(place, TICK + 400 * DAY), minutely, TICK + 60 * SECOND)
    assert TICK + 400 * DAY == claim.tick_ns
    assert [1_000] == [body["count"] for body in bodies(place, "schedule-missed")]


def test_a_paused_schedule_does_nothing(place, engine):
    """Neither submitted nor claimed; what passed meanwhile is neither done nor missed."""
    before = seen_at(place, TICK - SECOND)
    assert [True, False] == [pause(before, NIGHTLY, "ada") for _ in range(2)]
    submit_ticks(before, engine, [NIGHTLY])
    assert () == engine.jobs()
    assert None is claim_tick(seen_at(place, TICK), NIGHTLY, TICK)
    found = standing(before, NIGHTLY)
    assert (True, "ada", None) == (found.is_paused, found.by, found.next_ns)


def test_a_resumed_schedule_goes_on_with_its_next_tick(place, engine):
    """What was not to be done is not done late."""
    long_ago = tick_after(NIGHTLY, TICK - 900 * DAY)
    assert None is not claim_tick(seen_at(place, long_ago), NIGHTLY, long_ago)
    pause(place, NIGHTLY, "ada")
    assert [True, False] == [resume(place, NIGHTLY, "bo") for _ in range(2)]
    resumed_ns = place.journal.head("schedule/nightly").at_ns
    after = seen_at(place, resumed_ns + SECOND)
    assert (False, "") == (standing(after, NIGHTLY).is_paused, standing(after, NIGHTLY).by)
    submit_ticks(after, engine, [NIGHTLY])
    assert [tick_after(NIGHTLY, resumed_ns + SECOND)] == ticks(engine)


def test_of_eight_that_pause_it_one_does_so(desk):
    """The others are told that it is paused already."""
    paused = in_threads(
        desk.settings, lambda place, number: pause(place, NIGHTLY, f"person-{number}")
    )
    assert [False] * 7 + [True] == sorted(paused)


def test_a_schedule_is_done_now_where_somebody_wants_it(place, engine):
    """Also where it is paused, which it stays; once resumed, its next tick is done too."""
    pause(place, NIGHTLY, "ada")
    now = seen_at(place, TICK - 7 * SECOND)
    request_tick(now, engine, NIGHTLY, "bo")
    (status,) = engine.jobs()
    claim = claim_tick(now, NIGHTLY, int(status.job.args["tick_ns"]))
    assert TICK - 7 * SECOND == claim.tick_ns
    assert [{"by": "bo", "tick_ns": TICK - 7 * SECOND, "paused": True}] == bodies(
        place, "schedule-requested"
    )
    end_tick(now, NIGHTLY, "requested run x")
    assert standing(now, NIGHTLY).is_paused
    resume(place, NIGHTLY, "ada")
    assert None is not claim_tick(seen_at(place, TICK), NIGHTLY, TICK)


def test_a_tick_of_times_that_were_changed_since_is_not_done(place):
    """Its job waits in the engine; the settings say something else by now."""
    changed = replace(NIGHTLY, cron="0 5 * * *")
    assert None is claim_tick(seen_at(place, TICK), changed, TICK)


def test_the_time_to_look_does_not_grow_with_the_years(place):
    """Paused long ago, and asked for often since: it is paused still."""
    pause(place, NIGHTLY, "ada")
    for number in range(60):
        body = {"by": "bo", "tick_ns": number, "paused": True}
        place.journal.append("schedule/nightly", "schedule-requested", body)
    assert standing(place, NIGHTLY).is_paused
