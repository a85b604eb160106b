"""A Coverage → a page of Markdown, for a pull request or a wiki."""

import re
from collections.abc import Iterable, Iterator

from drillbook.model.coverage import Coverage, RunbookCover
from drillbook.report.clean import one_line
from drillbook.report.cover_words import (
    alert_cure,
    alert_words,
    drill_words,
    figure_words,
    ladder,
    standing,
    to_do,
)

NAMED_MAX = 20
# Whatever may begin something in a cell: emphasis, links, HTML, mentions, another cell.
_MARKS = re.compile(r"([\\`*_{}\[\]#+|~<>@&$-]|:(?=/))")
# Marks that do nothing inside of a word, as in a path: names stay readable in the source.
_INSIDE = re.compile(r"(?<=[A-Za-z0-9])\\([-+#])(?=[A-Za-z0-9])")


def coverage_markdown(coverage: Coverage) -> str:
    """Every text from outside is shown as it is, and never obeyed."""
    parts = (_figures(coverage), _alerts(coverage), _runbooks(coverage), _to_do(coverage))
    lines = ["# Coverage", ""]
    for note in coverage.notes:
        lines += [f"> {escaped(note)}", ""]
    for part in (*parts, _unread(coverage), _definitions(coverage)):
        told = list(part)
        lines += [*told, ""] if told else []
    return "\n".join(lines)


def escaped(text: str) -> str:
    """A text as Markdown that says just that, on one line."""
    return _INSIDE.sub(r"\1", _MARKS.sub(r"\\\1", one_line(text)))


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    heads = list(heads)
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _figures(coverage: Coverage) -> Iterator[str]:
    rows = [(f.title, f.percent, escaped(figure_words(f))) for f in coverage.figures]
    yield from _table(("figure", "share", "count"), rows)


def _alerts(coverage: Coverage) -> Iterator[str]:
    if not coverage.alerts:
        return
    yield from ("## Alerts", "")
    rows = [
        (
            "✗" if not alert.runbook else "✓" if alert.leads_back else "?",
            escaped(alert.name),
            escaped(alert.severity),
            escaped(alert_words(alert)),
        )
        for alert in coverage.alerts
    ]
    yield from _table(("", "alert", "severity", "runbook"), rows)
    if cure := alert_cure(coverage):
        yield from ("", escaped(f"→ {cure}"))


def _runbooks(coverage: Coverage) -> Iterator[str]:
    if not coverage.runbooks:
        return
    yield from ("## Runbooks", "")
    heads = ("ladder", "runbook", "stands", "alerts", "steps", "drills")
    yield from _table(heads, (_row(runbook) for runbook in coverage.runbooks))


def _row(runbook: RunbookCover) -> tuple[str, ...]:
    drills = [escaped(f"{drill.name}: {drill_words(drill)}") for drill in runbook.drills]
    return (
        ladder(runbook),
        escaped(runbook.studied.name),
        escaped(standing(runbook)),
        ", ".join(escaped(alert) for alert in runbook.alerts),
        _steps(runbook),
        "<br>".join(drills),
    )


def _steps(runbook: RunbookCover) -> str:
    """Each step, with what it lacks."""
    return "<br>".join(
        escaped(f"{step.name}: no {', no '.join(step.lacks)}" if step.lacks else step.name)
        for step in runbook.steps
    )


def _to_do(coverage: Coverage) -> Iterator[str]:
    groups = to_do(coverage)
    if not groups:
        return
    yield from ("## What the next rung needs", "")
    for group in groups:
        names = ", ".join(escaped(name) for name, _ in group.runbooks[:NAMED_MAX])
        more = len(group.runbooks) - NAMED_MAX
        rest = f" and {more} more" if more > 0 else ""
        because, cure = escaped(group.because), escaped(group.cure)
        yield f"- **{group.rung.value}**: {because} → {cure} ({names}{rest})"


def _unread(coverage: Coverage) -> Iterator[str]:
    if not coverage.unread:
        return
    yield from ("## Not read", "")
    for flaw in coverage.unread:
        yield f"- {escaped(f'{flaw.place.path}:{flaw.place.line}: {flaw.message}; {flaw.help}')}"


def _definitions(coverage: Coverage) -> Iterator[str]:
    yield from ("## Definitions", "")
    for figure in coverage.figures:
        yield f"- **{figure.title}**: {figure.definition}."
