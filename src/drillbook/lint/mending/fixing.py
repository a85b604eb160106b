"""A file's text + Findings with Fixes → the text with what stands at their places replaced.

Nothing else of the text is touched: neither line endings, nor a byte order mark, nor its end.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from drillbook.model.finding import Finding, Fix

_LINE_END = re.compile(r"\r\n|\r|\n")
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Fixed:
    """`left` are those whose Fix could not be: it overlaps an earlier one, or fits no place."""

    text: str
    done: tuple[Finding, ...] = ()
    left: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where lines begin and end in the text, without their ends."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def offset(self, line: int, column: int) -> int | None:
        """Lines and columns count from 1; None where there is no such place."""
        if not 0 < line <= len(self.starts) or column < 1:
            return None
        offset = self.starts[line - 1] + column - 1
        return offset if offset <= self.ends[line - 1] else None

    def end_near(self, offset: int) -> str:
        """How lines end there: as the line itself does, else the one before, else by LF."""
        line = bisect_right(self.starts, offset) - 1
        for number in (line, line - 1):
            if 0 <= number < len(self.starts) - 1:
                return self.text[self.ends[number] : self.starts[number + 1]]
        return "\n"


def fixed(text: str, findings: Iterable[Finding]) -> Fixed:
    """The first in the order of places wins where two overlap. Findings without Fix are left."""
    lines = _lines_of(text)
    done: list[Finding] = []
    left: list[Finding] = []
    parts: list[str] = []
    at = 0
    begins_at = -1
    for finding in sorted(findings, key=_order):
        span = _span(finding.fix, lines)
        if finding.fix is None or span is None or span[0] < at or span[0] == begins_at:
            left.append(finding)
            continue
        begin, end = span
        parts += [text[at:begin], *_with_ends(finding.fix.text, lines.end_near(begin))]
        at, begins_at = end, begin
        done.append(finding)
    return Fixed("".join([*parts, text[at:]]), tuple(done), tuple(left))


def _with_ends(text: str, line_end: str) -> list[str]:
    """The lines of the new text, ended as their neighbours are."""
    first, *others = _LINE_END.split(text)
    return [first, *(line_end + line for line in others)]


def _order(finding: Finding) -> tuple[int, int, int, int]:
    place = finding.fix.place if finding.fix else finding.place
    return place.line, place.column, place.end_line, place.end_column


def _span(fix: Fix | None, lines: _Lines) -> tuple[int, int] | None:
    """From and to, as offsets."""
    if fix is None:
        return None
    begin = lines.offset(fix.place.line, fix.place.column)
    end = lines.offset(fix.place.end_line, fix.place.end_column)
    return (begin, end) if begin is not None and end is not None and begin <= end else None


def _lines_of(text: str) -> _Lines:
    """As all readers count them: after the byte order mark, ended by LF, CR LF or CR."""
    first = 1 if text.startswith(_BYTE_ORDER_MARK) else 0
    ends = [match.span() for match in _LINE_END.finditer(text)]
    return _Lines(
        text,
        (first, *(end for _, end in ends)),
        (*(begin for begin, _ in ends), len(text)),
    )
