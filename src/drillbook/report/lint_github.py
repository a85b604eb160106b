"""Findings → the workflow commands by which GitHub Actions marks lines of a change.

GitHub shows ten of each severity for a step: the gravest come first, and the rest is counted.
"""

from collections.abc import Iterable

from drillbook.model.finding import Finding, Severity
from drillbook.model.linted import Linted, Showing
from drillbook.report.clean import clean
from drillbook.report.lint_text import count_of, severities, summary

SHOWN_MAX = 10
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def lint_github(linted: Linted, _: Showing) -> str:
    """A line for each that is shown, then the summary."""
    lines: list[str] = []
    rest: list[Finding] = []
    for severity in Severity:
        same = [each for each in linted.findings if each.severity is severity]
        lines += [_command(each) for each in same[:SHOWN_MAX]]
        rest += same[SHOWN_MAX:]
    if rest:
        lines.append(_rest(rest))
    return "\n".join([*lines, summary(linted)]) + "\n"


def _rest(rest: Iterable[Finding]) -> str:
    findings = tuple(rest)
    files = count_of(len({each.place.path for each in findings}), "file")
    return f"not marked, for GitHub shows ten of each: {severities(findings)} in {files}"


def _command(finding: Finding) -> str:
    properties = {"file": finding.place.path, **_lines(finding), "title": finding.lint}
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = f"{finding.message}\nhelp: {finding.help}"
    return f"::{_COMMANDS[finding.severity]} {said}::{_data(text)}"


def _lines(finding: Finding) -> dict[str, str]:
    """Columns only where beginning and end stand on one line: else GitHub drops the mark."""
    place = finding.place
    if place.end_line > place.line:
        return {"line": str(place.line), "endLine": str(place.end_line)}
    end = {"endColumn": str(place.end_column)} if place.end_column else {}
    return {"line": str(place.line), "col": str(place.column), **end}


def _data(text: str) -> str:
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
