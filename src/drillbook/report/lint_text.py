"""Findings → lines for a person: by file, each with its line of source, the place marked, the cure.

Text from outside is made plain before it is shown.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from drillbook.model.finding import Finding, Severity
from drillbook.model.linted import Linted, Showing, Silence
from drillbook.report.plain import plain
from drillbook.report.underline import underlined, wrapped

WIDTH_MIN = 40
_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "34"}
_BOLD = "1"
_SILENCED = {
    Silence.COMMENT: "silenced by comments",
    Silence.SNOOZE: "snoozed",
    Silence.BASELINE: "in the baseline",
}


def lint_text(linted: Linted, showing: Showing) -> str:
    """All Findings, and a last line that counts them. Less than 40 columns are taken as 40."""
    lines: list[str] = []
    for path, findings in groupby(linted.findings, key=lambda each: each.place.path):
        lines.append(_styled(_named(path), _BOLD, showing))
        for finding in findings:
            lines += _finding(finding, showing)
        lines.append("")
    return "\n".join([*lines, *wrapped(summary(linted), _width(showing), "  ")]) + "\n"


def summary(linted: Linted) -> str:
    """How many of which severity, in how many files, and what is not shown."""
    files = count_of(len(linted.paths), "file")
    said = severities(linted.findings)
    touched = len({each.place.path for each in linted.findings})
    parts = [f"{said} in {touched} of {files}" if said else f"nothing found in {files}"]
    if linted.notes_hidden:
        parts.append(f"{linted.notes_hidden:,} less grave not shown (--severity note shows them)")
    counts = Counter(linted.silenced.values())
    parts += [f"{counts[each]} {said}" for each, said in _SILENCED.items() if counts[each]]
    if linted.baseline_gone:
        parts.append(f"{linted.baseline_gone} of the baseline gone (--write-baseline forgets them)")
    fixable = sum(each.fix is not None for each in linted.findings)
    if fixable:
        parts.append(f"{fixable} can be mended by --fix")
    return "; ".join(parts)


def severities(findings: tuple[Finding, ...]) -> str:
    """`2 errors, 1 note`; empty where there are none."""
    counts = Counter(each.severity for each in findings)
    return ", ".join(count_of(counts[each], each.value) for each in Severity if counts[each])


def count_of(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _named(path: str) -> str:
    """On one line: what a path holds must not begin another."""
    return plain(path).replace("\n", "\\n").replace("\t", "\\t")


def _width(showing: Showing) -> int:
    return max(showing.width, WIDTH_MIN)


def _finding(finding: Finding, showing: Showing) -> Iterator[str]:
    """Where and what, the line with its marks, the help."""
    place, severity = finding.place, finding.severity
    where, word = f"{place.line}:{place.column}", severity.value
    first, *more = wrapped(
        f"{where} {word}: {plain(finding.message)} [{finding.lint}]", _width(showing) - 2, "  "
    )
    coloured = _styled(word, _COLOURS[severity], showing)
    yield "  " + first.replace(f"{where} {word}:", f"{where} {coloured}:", 1)
    yield from (f"  {line}" for line in more)
    yield from _source(finding, showing)
    yield from (f"    {line}" for line in wrapped(_help(finding), _width(showing) - 4, "  "))


def _help(finding: Finding) -> str:
    return f"help: {plain(finding.help)}" if finding.help else ""


def _source(finding: Finding, showing: Showing) -> Iterator[str]:
    """The line and its marks; nothing of a line that is not there or empty."""
    place = finding.place
    source = showing.line_of(place.path, place.line)
    if not source.strip():
        return
    gutter = f"{place.line:>5} | "
    # A place of several lines is marked up to the end of its first.
    is_longer = place.end_line > place.line
    end_column = len(source.rstrip()) + 1 if is_longer else place.end_column
    shown, marks = underlined(source, place.column, end_column, _width(showing) - len(gutter))
    yield gutter + shown
    coloured = _styled(marks.lstrip(), _COLOURS[finding.severity], showing)
    yield " " * (len(gutter) - 2) + "| " + " " * marks.count(" ") + coloured


def _styled(text: str, code: str, showing: Showing) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if showing.has_colour else text
