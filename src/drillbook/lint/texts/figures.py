"""A sentence → the thresholds, durations and rates that it says.

A sentence with two figures of one kind says neither.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from drillbook.model.library import ClaimKind

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_UNIT = r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|days?|d)"
NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
_FOR = re.compile(
    r"\bfor:?\**\s*`?\s*(?:at least |more than |longer than |over |a (?:continuous )?)?"
    rf"(?P<number>{NUMBER})[ -]?(?P<unit>{_UNIT})\b(?! *window)",
    re.IGNORECASE,
)
# A rule holds these as bytes, seconds or degrees; nothing says in which of them.
_OTHER_UNITS = (
    r"(?:[kKMGTP]i?[bB]?(?:it)?s?|bytes?|bits?|[kMGT]?bps|m|mins?|minutes?|h|hrs?|hours?|d|days?"
    r"|weeks?|months?|years?|x|times|°|degrees|cores?|pods?|points?|pp|/)(?![a-zA-Z])"
)
_RATE = re.compile(
    rf"(?<![\w.])(?P<number>{NUMBER})(?! ?{_OTHER_UNITS})"
    r"(?P<what> [a-z][a-z-]*(?: [a-z][a-z-]*){0,2})?"
    r" ?(?:/| per | an? ) ?(?P<unit>seconds?|secs?|s|minutes?|mins?|hours?|hr)\b",
    re.IGNORECASE,
)
# Cheap, and in every sentence that one of the three above and below could fit.
_FIGURE = re.compile(r"\d ?(?:%|[a-zA-Z/])|[<>≥≤]=? ?`?\d|\d$|\d[ -]*\|")
_WORDS = (
    "above|below|over|under|more than|less than|greater than|higher than|lower than|at least"
    "|exceed(?:s|ed|ing)?"
)
_THRESHOLD = re.compile(
    rf"(?:\b(?:{_WORDS}) |(?P<sign>(?<![-=<])[<>]=?|[≥≤]))\s*\**`?\s*(?P<number>{NUMBER})"
    r"(?:\s?(?P<unit>%|percent\b|milliseconds?\b|ms\b|seconds?\b|s\b))?(?![\w.:]*\d)(?!\w)"
    rf"(?!\s?(?:{_OTHER_UNITS}))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is as a rule would hold it: fractions, seconds; `start` counts characters.

    `per_s` is the time that a RATE counts by, in seconds.
    """

    kind: ClaimKind
    value: float
    text: str
    start: int
    is_percent: bool = False
    per_s: float = 0.0


# Every figure has one, and most paragraphs have none.
_DIGIT = re.compile(r"\d")


def may_hold_figure(text: str) -> bool:
    """False where `figures_in` would surely find nothing."""
    return _DIGIT.search(text) is not None and _FIGURE.search(text) is not None


def figures_in(sentence: str) -> Iterator[Figure]:
    """At most one of each kind."""
    flat = sentence.replace("\n", " ")
    durations = list(_FOR.finditer(flat))
    rates = list(_RATE.finditer(flat))
    taken = [match.span() for match in (*durations, *rates)]
    thresholds = [
        match
        for match in _THRESHOLD.finditer(flat)
        if (match["sign"] or match["unit"])
        and not any(start <= match.end("number") <= end for start, end in taken)
    ]
    kinds = (
        (ClaimKind.FOR, durations),
        (ClaimKind.RATE, rates),
        (ClaimKind.THRESHOLD, thresholds),
    )
    for kind, matches in kinds:
        if len(matches) == 1:
            yield _figure(kind, matches[0])


def _figure(kind: ClaimKind, match: re.Match[str]) -> Figure:
    number, unit = float(match["number"]), (match["unit"] or "").casefold()
    is_percent = unit in ("%", "percent")
    if kind is ClaimKind.FOR:
        number *= _SECONDS[unit[0]]
    elif is_percent:
        number /= 100
    elif unit.startswith("m") and kind is ClaimKind.THRESHOLD:
        number /= 1_000
    return Figure(
        kind=kind,
        value=number,
        text=match[0].strip(" `*"),
        start=match.start(),
        is_percent=is_percent,
        per_s=_SECONDS[unit[0]] if kind is ClaimKind.RATE else 0.0,
    )
