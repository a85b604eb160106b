"""`[[schedules]]` → jobs that are due at their ticks, each tick claimed once among all servers.

What a tick does is `verbs/work.py`'s affair. A tick that was missed because nobody worked is done
late, and once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from croniter import CroniterError, croniter

from drillbook.model.engine import Engine, Job
from drillbook.model.journal import Entry, MovedError
from drillbook.model.settings import Schedule
from drillbook.verbs.names import new_name
from drillbook.verbs.secrets import SetupError
from drillbook.verbs.workplace import Workplace

KIND = "schedule"
PREFIX = "schedule/"
TICKED, ENDED = "schedule-ticked", "schedule-ended"
SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A tick that is ours to do: the run that it is done by, and whether it was begun before."""

    run: str
    seq: int
    was_begun: bool


def tick_after(schedule: Schedule, at_ns: int) -> int:
    """The next moment of the schedule, in nanoseconds since the Unix epoch."""
    zone = ZoneInfo(schedule.timezone)
    at = datetime.fromtimestamp(at_ns // SECOND_NS, tz=UTC).astimezone(zone)
    following: datetime = croniter(schedule.cron, at).get_next(datetime)
    return int(following.timestamp()) * SECOND_NS


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
        except (CroniterError, OverflowError) as error:
            raise SetupError(
                f"schedule {schedule.name}: the cron {schedule.cron!r} means no moment "
                f"({error}); correct it in drillbook.toml"
            ) from error


def submit_ticks(place: Workplace, engine: Engine, schedules: Sequence[Schedule]) -> None:
    """See to it that the next tick of each is a job. Raises EngineError."""
    for schedule in schedules:
        submit_tick(place, engine, schedule)


def submit_tick(place: Workplace, engine: Engine, schedule: Schedule) -> None:
    """The same for one."""
    tick_ns = tick_after(schedule, place.clock.now_ns())
    engine.submit(
        Job(
            key=f"{PREFIX}{schedule.name}/{tick_ns // SECOND_NS}",
            kind=KIND,
            site=place.settings.server.site,
            args={"schedule": schedule.name, "tick_ns": str(tick_ns)},
            due_at_ns=tick_ns,
        )
    )


def claim_tick(place: Workplace, schedule: Schedule, tick_ns: int) -> Claim | None:
    """Journal that the tick is being done; None where another did it, or a later one."""
    stream = f"{PREFIX}{schedule.name}"
    entries = place.journal.entries(stream)
    last = _last(entries, TICKED)
    if last is not None and last.body["tick_ns"] >= tick_ns:
        is_ours = last.body["tick_ns"] == tick_ns and _last(entries, ENDED, last.seq) is None
        return Claim(run=str(last.body["run"]), seq=last.seq, was_begun=True) if is_ours else None
    body = {"tick_ns": tick_ns, "run": new_name(place.clock)}
    try:
        head = entries[-1].seq if entries else 0
        entry = place.journal.append(stream, TICKED, body, if_head=head)
    except MovedError:
        return None
    return Claim(run=str(body["run"]), seq=entry.seq, was_begun=False)


def end_tick(place: Workplace, schedule: Schedule, because: str) -> None:
    """Journal that the tick is done with, and what came of it."""
    place.journal.append(f"{PREFIX}{schedule.name}", ENDED, {"because": because})


def last_of(place: Workplace, schedule: Schedule) -> tuple[int | None, str]:
    """When it was done last, and what came of it."""
    entries = place.journal.entries(f"{PREFIX}{schedule.name}")
    last, ended = _last(entries, TICKED), _last(entries, ENDED)
    because = str(ended.body.get("because", "")) if ended else ""
    return (last.at_ns if last else None), because


def _last(entries: Sequence[Entry], kind: str, after: int = 0) -> Entry | None:
    found = (entry for entry in reversed(entries) if entry.kind == kind and entry.seq > after)
    return next(found, None)
