"""Findings → lines for a person: place, cause, cure."""

from collections.abc import Iterable
from pathlib import Path

import click

from drillbook.model.finding import Finding, Severity
from drillbook.report.plain import plain

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}


def finding_lines(finding: Finding, folder: Path | None = None) -> list[str]:
    """Two lines: where and what, then the help."""
    place = finding.place
    severity = click.style(finding.severity.value, fg=_COLOURS[finding.severity], bold=True)
    where = plain(f"{_path(place.path, folder)}:{place.line}:{place.column}")
    return [
        f"{where}: {severity}: {plain(finding.message)}  [{finding.lint}]",
        f"  help: {plain(finding.help)}",
    ]


def show_findings(findings: Iterable[Finding], folder: Path | None = None) -> None:
    """Print them to standard error, the gravest first.

    The paths of a pack's Findings count from its `folder`; what is printed can be opened.
    """
    order = list(Severity)
    for finding in sorted(findings, key=lambda each: (order.index(each.severity), each.place)):
        click.echo("\n".join(finding_lines(finding, folder)), err=True)


def _path(path: str, folder: Path | None) -> str:
    return path if folder is None or path == str(folder) else str(folder / path)


def finding_body(finding: Finding) -> dict[str, object]:
    """A Finding as JSON."""
    return {
        "path": finding.place.path,
        "line": finding.place.line,
        "column": finding.place.column,
        "lint": finding.lint,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
    }
