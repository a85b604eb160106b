"""A cron expression and a time zone → the instants at which it is due. Pure.

The expression speaks of wall clocks, which skip an hour and show one twice. Each time of the
wall clock is due once: one that is skipped at the end of the gap, one that is shown twice at
the first of the two.
"""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import CroniterBadDateError, croniter

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND_NS = 1_000_000_000
MINUTE = timedelta(minutes=1)
# No zone has ever jumped further than a day; an hour more for its own jump.
JUMP_MAX = timedelta(hours=25)
# How far back a latest time is looked for, in steps, so that frequent ones are found quickly.
BACK = tuple(timedelta(hours=hours) for hours in (2, 50, 24 * 32, 24 * 370, 24 * 366 * 9))


def due_after(cron: str, timezone: str, after_ns: int) -> Iterator[int]:
    """All instants after `after_ns`, in order, in nanoseconds since the Unix epoch.

    Ends where no more are within the 50 years that croniter looks ahead.
    """
    zone = ZoneInfo(timezone)
    last_ns = after_ns
    for wall in _walls(cron, zone, _moment(after_ns)):
        due_ns = _ns(_instant(wall, zone))
        # Several skipped times are due at the same end of their gap: that is once.
        if due_ns > last_ns:
            last_ns = due_ns
            yield due_ns


def next_due(cron: str, timezone: str, after_ns: int) -> int | None:
    """The first instant after `after_ns`; None where there is none."""
    return next(due_after(cron, timezone, after_ns), None)


def latest_due(cron: str, timezone: str, at_ns: int) -> int | None:
    """The last instant that is not after `at_ns`; None where there was none for nine years."""
    for back in BACK:
        from_ns = at_ns - int(back.total_seconds()) * SECOND_NS
        found = deque(due_between(cron, timezone, from_ns, at_ns), maxlen=1)
        if found:
            return found[0]
    return None


def due_between(cron: str, timezone: str, after_ns: int, until_ns: int) -> Iterator[int]:
    """The instants after `after_ns` and not after `until_ns`, in order."""
    for due_ns in due_after(cron, timezone, after_ns):
        if due_ns > until_ns:
            return
        yield due_ns


def _walls(cron: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Times of the wall clock, in order, from before `after` where the clock jumped nearby."""
    begin = after
    if _offset(after - JUMP_MAX, zone) != _offset(after + MINUTE, zone):
        begin = after - JUMP_MAX
    wall = begin.astimezone(zone).replace(tzinfo=None, fold=0)
    times = croniter(cron, wall)
    while True:
        try:
            upcoming: datetime = times.get_next(datetime)
        except CroniterBadDateError:
            return
        yield upcoming


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    # Skipped: by the clock before the jump it is after it, by the clock after, before.
    early, late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), first
    before = _offset(early, zone)
    while late - early > MINUTE:
        middle = early + (late - early) // 2
        if _offset(middle, zone) == before:
            early = middle
        else:
            late = middle
    return late.replace(second=0, microsecond=0)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta | None:
    return at.astimezone(zone).utcoffset()


def _moment(at_ns: int) -> datetime:
    return EPOCH + timedelta(microseconds=at_ns // 1_000)


def _ns(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1) * 1_000
