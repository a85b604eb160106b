"""Verdict → plain lines for a terminal or a log."""

import textwrap
from collections.abc import Iterator

from drillbook.model.verdict import Detection, Ruling, Verdict
from drillbook.report.clean import one_line
from drillbook.report.summary import (
    SIGNS,
    conclusion,
    effort,
    full_range,
    lab_range,
    length,
    reason,
)
from drillbook.report.times import TimeRow, seconds, time_rows

WIDTH_MIN = 40
NAME_WIDTH = 25
VALUE_WIDTH = 12


def verdict_lines(verdict: Verdict, *, width: int = 80) -> list[str]:
    """All that the Verdict says, in lines of at most `width` columns.

    Less than 40 is taken as 40, and the table of times needs 64 whatever the width.
    The last line is the conclusion, whole however wide it is, so that a script can look for it.
    """
    width = max(width, WIDTH_MIN)
    parts = (
        _rulings(verdict, width),
        _times(verdict),
        _counts(verdict, width),
        _notes(verdict, width),
    )
    lines = [line for part in parts for line in (*part, "")]
    return [*lines, one_line(f"VERDICT: {verdict.state.value} — {conclusion(verdict)}")]


def _rulings(verdict: Verdict, width: int) -> Iterator[str]:
    yield "Rulings"
    for ruling in verdict.rulings:
        yield from _ruling(ruling, width)


def _ruling(ruling: Ruling, width: int) -> list[str]:
    text = f"{SIGNS[ruling.state]} {ruling.name}: {ruling.because}"
    return _wrapped(text, width, first="  ", further="    ")


def _times(verdict: Verdict) -> Iterator[str]:
    is_compressed = verdict.compression != 1
    full = ("full length",) if is_compressed else ()
    yield _columns("Times", "measured", *full, "objective")
    for row in time_rows(verdict):
        yield _time(row, is_compressed=is_compressed)
        if row.name == "detect" and verdict.detection:
            yield from _detection(verdict.detection)


def _time(row: TimeRow, *, is_compressed: bool) -> str:
    full = (_if_any(row.full_s),) if is_compressed else ()
    mark = {True: " ✓", False: " ✗", None: ""}[row.is_met]
    name = f"  {one_line(row.label)}"
    return _columns(name, seconds(row.measured_s), *full, _if_any(row.objective_s)) + mark


def _if_any(value_s: float | None) -> str:
    return "" if value_s is None else seconds(value_s)


def _detection(detection: Detection) -> Iterator[str]:
    yield _columns("    scrape, evaluation", seconds(detection.scrape_and_evaluation_s))
    yield _columns("    for", seconds(detection.for_s))
    yield _columns("    grouping", seconds(detection.grouping_s))
    yield f"    computed: {lab_range(detection)}"
    yield f"    at full length: {full_range(detection)}"


def _counts(verdict: Verdict, width: int) -> Iterator[str]:
    yield "Counts"
    counts = ", ".join(f"{name} {count}" for name, count in verdict.counts.items())
    yield from _wrapped(counts or "nothing was counted", width, first="  ", further="  ")


def _notes(verdict: Verdict, width: int) -> Iterator[str]:
    yield from _wrapped(length(verdict), width)
    yield from _wrapped(effort(verdict), width)
    yield from _wrapped(reason(verdict), width)


def _columns(name: str, *values: str) -> str:
    shown = name if len(name) <= NAME_WIDTH else f"{name[: NAME_WIDTH - 1]}…"
    line = f"{shown:<{NAME_WIDTH}}" + "".join(f"{value:>{VALUE_WIDTH}}" for value in values)
    return line.rstrip()


def _wrapped(text: str, width: int, *, first: str = "", further: str = "  ") -> list[str]:
    return textwrap.wrap(
        one_line(text),
        width,
        initial_indent=first,
        subsequent_indent=further,
        break_on_hyphens=False,
    )
