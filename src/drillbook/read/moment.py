"""A moment as RFC 3339 writes it → nanoseconds since the Unix epoch, or None where it is none."""

import re
from datetime import datetime, timedelta, timezone

_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9})[0-9]*)?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - the name says the zone
_SECOND_NS = 1_000_000_000
MOMENT_CHARS_MAX = 64


def read_moment_ns(text: str) -> int | None:
    """To the nanosecond; a leap second counts as the second after."""
    parts = _MOMENT.fullmatch(text) if len(text) <= MOMENT_CHARS_MAX else None
    if parts is None:
        return None
    day, clock, fraction, sign, hours, minutes = parts.groups()
    is_leap = clock.endswith(":60")
    clock = clock[:-2] + "59" if is_leap else clock
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}+00:00")
    except ValueError:
        return None
    if sign is not None and (int(hours) > 23 or int(minutes) > 59):
        return None
    seconds = (moment - _EPOCH) // timedelta(seconds=1) + (1 if is_leap else 0)
    if sign is not None:
        shift_s = int(hours) * 3_600 + int(minutes) * 60
        seconds += -shift_s if sign == "+" else shift_s
    return seconds * _SECOND_NS + int((fraction or "0").ljust(9, "0"))
