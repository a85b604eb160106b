"""A duration in words (`10 s`, `1h30m`, `2 min`) → seconds, or None where it is none."""

import re

UNITS_S = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3_600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
    **dict.fromkeys(("w", "week", "weeks"), 604_800.0),
}
DURATION_CHARS_MAX = 60
# Ten years: more than any wait can mean, and less than any clock call refuses.
DURATION_S_MAX = 10 * 366 * 86_400.0

_PART = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*([A-Za-z]+)\s*")
_PROMETHEUS = re.compile(
    r"(?:([0-9]{1,12})y)?(?:([0-9]{1,12})w)?(?:([0-9]{1,12})d)?(?:([0-9]{1,12})h)?"
    r"(?:([0-9]{1,12})m)?(?:([0-9]{1,12})s)?(?:([0-9]{1,12})ms)?"
)
_PROMETHEUS_UNITS_S = (31_536_000.0, 604_800.0, 86_400.0, 3_600.0, 60.0, 1.0, 0.001)


def read_duration(text: str) -> float | None:
    """Seconds; None where the text is no duration, or one of more than ten years.

    Every number needs its unit, and units go from long to short, each at most once.
    """
    if not 0 < len(text) <= DURATION_CHARS_MAX:
        return None
    position, total_s, last_unit_s = 0, 0.0, float("inf")
    while position < len(text):
        part = _PART.match(text, position)
        unit_s = UNITS_S.get(part[2].lower()) if part else None
        if part is None or unit_s is None or unit_s >= last_unit_s:
            return None
        total_s += float(part[1]) * unit_s
        position, last_unit_s = part.end(), unit_s
    return total_s if total_s <= DURATION_S_MAX else None


def read_prometheus_duration(text: str) -> float | None:
    """Seconds of a duration as Prometheus writes it (`1h30m`, `1d`, `0`); None for others."""
    if text == "0":
        return 0.0
    parts = _PROMETHEUS.fullmatch(text) if text else None
    if parts is None:
        return None
    pairs = zip(parts.groups(), _PROMETHEUS_UNITS_S, strict=True)
    total_s = sum(float(count) * unit_s for count, unit_s in pairs if count is not None)
    return total_s if total_s <= DURATION_S_MAX else None
