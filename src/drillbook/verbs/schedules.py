"""`[[schedules]]` → jobs that are due at their ticks, each tick claimed once among all servers.

What a tick does is `serving/work.py`'s affair. The stream `schedule/NAME` says what has happened:

| entry | body | |
|---|---|---|
| `schedule-ticked` | tick_ns, run, paused | a tick is being done, by the run of that name |
| `schedule-ended` | because | that tick is done with |
| `schedule-missed` | count, first_ns, last_ns | nobody worked at these ticks |
| `schedule-requested` | by, tick_ns, paused | somebody wants it done now |
| `schedule-paused`, `schedule-resumed` | by, paused | |

Of the ticks that were missed the latest is done, late and once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from drillbook.engine.ticks import due_between, latest_due, next_due
from drillbook.model.engine import SERVERS, Engine, Job
from drillbook.model.journal import Entry, MovedError
from drillbook.model.settings import Schedule
from drillbook.verbs.running.names import promised_name
from drillbook.verbs.running.secrets import SetupError
from drillbook.verbs.running.workplace import Workplace

KIND = "schedule"
PREFIX = "schedule/"
TICKED, ENDED, MISSED = "schedule-ticked", "schedule-ended", "schedule-missed"
REQUESTED, PAUSED, RESUMED = "schedule-requested", "schedule-paused", "schedule-resumed"
# Every entry that can be the last one says whether it is paused, so that so many are enough.
TAIL = 50
SECOND_NS = 1_000_000_000
# Nobody needs to know how many more were missed.
MISSED_MAX = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A tick that is ours to do: the run that it is done by, and whether it was begun before.

    `tick_ns` is the tick that is done: a later one than was asked for where several were missed.
    """

    run: str
    seq: int
    was_begun: bool
    tick_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A schedule as its stream tells it; 0 and empty where there is nothing to tell.

    `missed` is how many ticks before the last one nobody worked at.
    """

    schedule: Schedule
    is_paused: bool = False
    by: str = ""
    next_ns: int | None = None
    last_ns: int | None = None
    run: str = ""
    because: str = ""
    missed: int = 0


def tick_after(schedule: Schedule, at_ns: int) -> int:
    """The next tick, in nanoseconds since the Unix epoch. Raises ValueError where none comes."""
    tick_ns = next_due(schedule.cron, schedule.timezone, at_ns)
    if tick_ns is None:
        raise ValueError("no such time ever comes")
    return tick_ns


def check_schedules(schedules: Sequence[Schedule], now_ns: int) -> None:
    """Raises SetupError where one has a name twice, or no tick ever."""
    names = [schedule.name for schedule in schedules]
    for schedule in schedules:
        if names.count(schedule.name) > 1:
            raise SetupError(
                f"two schedules are called {schedule.name!r}; give one another name in "
                "drillbook.toml"
            )
        try:
            tick_after(schedule, now_ns)
        except (ValueError, OverflowError) as error:
            raise SetupError(
                f"schedule {schedule.name}: the cron {schedule.cron!r} means no moment "
                f"({error}); correct it in drillbook.toml"
            ) from error


def submit_ticks(place: Workplace, engine: Engine, schedules: Sequence[Schedule]) -> None:
    """See to it that the next tick of each is a job, and the latest that was missed.

    Every server may do so as often as it likes. Raises EngineError.
    """
    for schedule in schedules:
        submit_tick(place, engine, schedule)


def submit_tick(place: Workplace, engine: Engine, schedule: Schedule) -> None:
    """The same for one."""
    now_ns, entries = place.clock.now_ns(), _tail(place, schedule)
    if _is_paused(entries):
        return
    missed_ns = _missed(entries, schedule, now_ns)
    if missed_ns is not None:
        engine.submit(_job(schedule, missed_ns))
    engine.submit(_job(schedule, tick_after(schedule, now_ns)))


def request_tick(place: Workplace, engine: Engine, schedule: Schedule, by: str) -> None:
    """Have it done now, on a server of the site, also where it is paused. Raises EngineError.

    Ticks are done in the order of their times: where the clock was set back since the last one,
    this one is numbered after it.
    """
    entries = _tail(place, schedule)
    last = _last(entries, TICKED)
    tick_ns = max(place.clock.now_ns(), last.body["tick_ns"] + SECOND_NS if last else 0)
    body = {"by": by, "tick_ns": tick_ns, "paused": _is_paused(entries)}
    place.journal.append(_stream(schedule), REQUESTED, body)
    engine.submit(replace(_job(schedule, tick_ns), due_at_ns=0))


def pause(place: Workplace, schedule: Schedule, by: str) -> bool:
    """No tick of it is done until it is resumed; False where it is paused already."""
    return _turn(place, schedule, PAUSED, by)


def resume(place: Workplace, schedule: Schedule, by: str) -> bool:
    """Its ticks are done from now on; False where it is not paused."""
    return _turn(place, schedule, RESUMED, by)


def claim_tick(place: Workplace, schedule: Schedule, tick_ns: int) -> Claim | None:
    """Journal that the tick is being done; None where it must not be done, or not again.

    Not again: another did it, or a later one. Not: it is paused, or was given other times since.
    """
    entries = _tail(place, schedule)
    last = _last(entries, TICKED)
    if last is not None and last.body["tick_ns"] >= tick_ns:
        is_open = last.body["tick_ns"] == tick_ns and _last(entries, ENDED, last.seq) is None
        return _claim(last, was_begun=True) if is_open else None
    is_asked = any(e.kind == REQUESTED and e.body["tick_ns"] == tick_ns for e in entries)
    if not is_asked and (_is_paused(entries) or not _is_tick(schedule, tick_ns)):
        return None
    latest_ns = latest_due(schedule.cron, schedule.timezone, place.clock.now_ns())
    since_ns = _known_until(entries) or tick_ns - 1
    return _take(
        place, schedule, entries, since_ns, tick_ns if is_asked else max(tick_ns, latest_ns or 0)
    )


def end_tick(place: Workplace, schedule: Schedule, because: str) -> None:
    """Journal that the tick is done with, and what came of it."""
    place.journal.append(_stream(schedule), ENDED, {"because": because})


def last_of(place: Workplace, schedule: Schedule) -> tuple[int | None, str]:
    """When it was done last, and what came of it."""
    found = standing(place, schedule)
    return found.last_ns, found.because


def standing(place: Workplace, schedule: Schedule) -> Standing:
    """What is known of a schedule."""
    entries = _tail(place, schedule)
    last, missed = _last(entries, TICKED), _last(entries, MISSED)
    ended = last and _last(entries, ENDED, last.seq)
    paused = _last(entries, PAUSED)
    is_paused = _is_paused(entries)
    # What was missed before the last tick stands right before it.
    is_of_last = last is not None and missed is not None and missed.seq == last.seq - 1
    return Standing(
        schedule=schedule,
        is_paused=is_paused,
        by=str(paused.body["by"]) if paused and is_paused else "",
        next_ns=None if is_paused else tick_after(schedule, place.clock.now_ns()),
        last_ns=last.at_ns if last else None,
        run=str(last.body["run"]) if last else "",
        because=str(ended.body.get("because", "")) if ended else "",
        missed=int(missed.body["count"]) if missed and is_of_last else 0,
    )


def _take(
    place: Workplace, schedule: Schedule, entries: Sequence[Entry], since_ns: int, tick_ns: int
) -> Claim | None:
    run = promised_name(place.clock, f"{_stream(schedule)}/{tick_ns}")
    ticked = (TICKED, {"tick_ns": tick_ns, "run": run, "paused": _is_paused(entries)})
    missed = _passed_over(schedule, since_ns, tick_ns)
    facts = [(MISSED, missed), ticked] if missed else [ticked]
    upcoming = iter(facts[1:])
    try:
        taken = place.journal.append_all(
            _stream(schedule),
            facts[0],
            lambda _entry: next(upcoming, None),
            if_head=entries[-1].seq if entries else 0,
        )
    except MovedError:
        return None
    return _claim(taken[-1], was_begun=False)


def _passed_over(schedule: Schedule, since_ns: int, tick_ns: int) -> dict[str, Any] | None:
    """What is journaled of the ticks before one that is done; None where there is none."""
    between = due_between(schedule.cron, schedule.timezone, since_ns, tick_ns - 1)
    missed = list(islice(between, MISSED_MAX))
    if not missed:
        return None
    return {"count": len(missed), "first_ns": missed[0], "last_ns": missed[-1]}


def _missed(entries: Sequence[Entry], schedule: Schedule, now_ns: int) -> int | None:
    """The latest tick that is past and was not done, where anything is known of it."""
    since_ns = _known_until(entries)
    if since_ns is None:
        return None
    latest_ns = latest_due(schedule.cron, schedule.timezone, now_ns)
    return latest_ns if latest_ns is not None and latest_ns > since_ns else None


def _known_until(entries: Sequence[Entry]) -> int | None:
    """Until when its ticks were done, or were not to be; None where nothing is known of it."""
    known = (entry for entry in entries if entry.kind in {TICKED, RESUMED})
    return max((entry.body.get("tick_ns", entry.at_ns) for entry in known), default=None)


def _is_tick(schedule: Schedule, tick_ns: int) -> bool:
    return next_due(schedule.cron, schedule.timezone, tick_ns - 1) == tick_ns


def _turn(place: Workplace, schedule: Schedule, kind: str, by: str) -> bool:
    while True:
        entries = _tail(place, schedule)
        if _is_paused(entries) == (kind == PAUSED):
            return False
        body = {"by": by, "paused": kind == PAUSED}
        head = entries[-1].seq if entries else 0
        try:
            place.journal.append(_stream(schedule), kind, body, if_head=head)
        except MovedError:
            continue
        return True


def _job(schedule: Schedule, tick_ns: int) -> Job:
    return Job(
        key=f"{PREFIX}{schedule.name}/{tick_ns // SECOND_NS}",
        kind=KIND,
        site=SERVERS,
        args={"schedule": schedule.name, "tick_ns": str(tick_ns)},
        due_at_ns=tick_ns,
    )


def _claim(ticked: Entry, *, was_begun: bool) -> Claim:
    return Claim(
        run=str(ticked.body["run"]),
        seq=ticked.seq,
        was_begun=was_begun,
        tick_ns=int(ticked.body["tick_ns"]),
    )


def _tail(place: Workplace, schedule: Schedule) -> Sequence[Entry]:
    """The last entries, so that the time does not grow with the years."""
    head = place.journal.head(_stream(schedule))
    after = max(0, head.seq - TAIL) if head else 0
    return place.journal.entries(_stream(schedule), after=after) if head else ()


def _is_paused(entries: Sequence[Entry]) -> bool:
    said = (entry.body["paused"] for entry in reversed(entries) if "paused" in entry.body)
    return bool(next(said, False))


def _stream(schedule: Schedule) -> str:
    return f"{PREFIX}{schedule.name}"


def _last(entries: Sequence[Entry], kind: str, after: int = 0) -> Entry | None:
    found = (entry for entry in reversed(entries) if entry.kind == kind and entry.seq > after)
    return next(found, None)
