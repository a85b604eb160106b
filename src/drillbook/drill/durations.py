"""A PromQL expression → its duration literals, each with its place and its meaning.

Only as much of PromQL is read as tells a duration from everything that looks like one: string
literals, comments, and metric names such as `job:errors:rate5m`. The forms are those of
https://prometheus.io/docs/prometheus/latest/querying/basics/ (time durations, range vector
selectors, subqueries, the offset modifier).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

_UNITS_MS = {
    "y": 365 * 86_400_000,
    "w": 7 * 86_400_000,
    "d": 86_400_000,
    "h": 3_600_000,
    "m": 60_000,
    "s": 1_000,
    "ms": 1,
}
# Each unit at most once, the large ones first.
_DURATION = re.compile("".join(rf"(?:(?P<{unit}>[0-9]+){unit})?" for unit in _UNITS_MS))
_SECONDS = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")
_CHARACTERS_MAX = 64

# No branch can fail after it has begun, so that the time is linear in the length.
_OUTSIDE = re.compile(
    r"""
    (?P<skip> \s+ | \#[^\n]* | "(?:\\.|[^"\\])*"? | '(?:\\.|[^'\\])*'? | `[^`]*`? )
    | (?P<word> [A-Za-z_:][\w:]* )
    | (?P<number> [0-9][\w.]* )
    | (?P<sign> [+-] )
    | (?P<open> \[ )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
# Between brackets a colon stands alone: `[1h:5m]` holds no word.
_INSIDE = re.compile(
    r"""
    (?P<skip> \s+ | \#[^\n]* )
    | (?P<number> [0-9][\w.]* )
    | (?P<colon> : )
    | (?P<close> \] )
    | (?P<other> \w+ | . )
    """,
    re.VERBOSE | re.DOTALL,
)


class Use(Enum):
    """What a duration literal is for."""

    RANGE = "range"
    SUBQUERY = "subquery"
    RESOLUTION = "resolution"
    OFFSET = "offset"
    FIELD = "field"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """One duration: `expr[start:end]`, in milliseconds; NUMBER stands for a plain number."""

    start: int
    end: int
    duration_ms: int
    use: Use


def duration_ms(text: str) -> int | None:
    """Milliseconds of a duration in Prometheus' form (`1h30m`, `0`), or None if it is none."""
    if text == "0":
        return 0
    # Longer texts are no durations, and int() refuses thousands of digits.
    found = _DURATION.fullmatch(text) if len(text) <= _CHARACTERS_MAX else None
    if not text or found is None:
        return None
    return sum(int(n) * _UNITS_MS[unit] for unit, n in found.groupdict().items() if n is not None)


def duration_text(milliseconds: int) -> str:
    """The duration in Prometheus' form: whole seconds as `6s`, all others as `1500ms`."""
    seconds, rest = divmod(milliseconds, 1_000)
    return f"{milliseconds}ms" if rest else f"{seconds}s"


def literals(expr: str) -> Iterator[Literal]:
    """The durations of an expression, in order. Never raises, whatever the text is."""
    position, is_after_offset = 0, False
    while found := _OUTSIDE.match(expr, position):
        position = found.end()
        if found.lastgroup == "open":
            inside = list(_between_brackets(expr, position))
            position = inside.pop().end
            yield from inside
        elif found.lastgroup == "number":
            use = Use.OFFSET if is_after_offset else Use.NUMBER
            yield from _literal(found, use)
        # `offset 5m`, `offset -5m`, with blanks and comments between.
        if found.lastgroup not in {"skip", "sign"}:
            is_after_offset = found.group().lower() == "offset"


def _between_brackets(expr: str, position: int) -> Iterator[Literal]:
    """The durations up to the closing bracket, and last an empty one where it ends."""
    inside: list[re.Match[str]] = []
    while found := _INSIDE.match(expr, position):
        position = found.end()
        if found.lastgroup == "close":
            break
        if found.lastgroup != "skip":
            inside.append(found)
    colons = [index for index, found in enumerate(inside) if found.lastgroup == "colon"]
    is_plain = len(colons) <= 1 and all(f.lastgroup in {"number", "colon"} for f in inside)
    for index, found in enumerate(inside):
        if found.lastgroup == "number":
            use = Use.RANGE if not colons else Use.SUBQUERY
            use = Use.RESOLUTION if colons and index > colons[0] else use
            # In `[5m * 2]` the bare number is a factor.
            is_meant = is_plain or duration_ms(found.group()) is not None
            yield from _literal(found, use if is_meant else Use.NUMBER)
    yield Literal(start=position, end=position, duration_ms=0, use=Use.NUMBER)


def _literal(found: re.Match[str], use: Use) -> Iterator[Literal]:
    """The literal of a number token; in a selector, a bare number is of seconds."""
    milliseconds = duration_ms(found.group())
    if milliseconds is None and use is not Use.NUMBER and _SECONDS.fullmatch(found.group()):
        milliseconds = round(float(found.group()) * 1_000)
    if milliseconds is not None and not (use is Use.NUMBER and found.group() == "0"):
        yield Literal(start=found.start(), end=found.end(), duration_ms=milliseconds, use=use)
