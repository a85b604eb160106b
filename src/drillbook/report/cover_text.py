"""A Coverage → plain lines for a terminal or a log; below 72 columns lists instead of tables."""

import textwrap
from collections.abc import Iterator

from drillbook.model.coverage import AlertCover, Coverage, Figure, RunbookCover
from drillbook.report.clean import one_line
from drillbook.report.cover_words import (
    alert_cure,
    alert_words,
    counted,
    drill_words,
    figure_words,
    ladder,
    standing,
    to_do,
)

WIDTH_MIN = 40
TABLE_WIDTH_MIN = 72
BAR_CELLS = 20
ALERT_WIDTH_MAX = 48
NAMED_MAX = 5


def coverage_lines(coverage: Coverage, *, width: int = 80) -> list[str]:
    """All of it but the definitions; a name or path is never cut, so a line may be wider."""
    width = max(width, WIDTH_MIN)
    parts = (
        _alerts(coverage, width),
        _runbooks(coverage, width),
        _to_do(coverage, width),
        _unread(coverage, width),
        _figures(coverage, width),
    )
    told = [list(part) for part in parts]
    lines = [line for part in told if part for line in (*part, "")]
    notes = [line for note in coverage.notes for line in _wrapped(note, width, "", "  ")]
    return [*lines, *notes][: None if notes else -1]


def _alerts(coverage: Coverage, width: int) -> Iterator[str]:
    if not coverage.alerts:
        return
    yield "Alerts"
    yield from _alert_rows(coverage, width)
    if cure := alert_cure(coverage):
        yield from _wrapped(f"→ {cure}", width, "  ", "    ")


def _alert_rows(coverage: Coverage, width: int) -> Iterator[str]:
    if width < TABLE_WIDTH_MIN:
        for alert in coverage.alerts:
            yield f"  {_sign(alert)} {one_line(alert.name)} {_severity(alert)}".rstrip()
            yield from _wrapped(alert_words(alert), width, "      ", "      ")
        return
    names = [one_line(alert.name) for alert in coverage.alerts]
    column = min(max(map(len, names)), ALERT_WIDTH_MAX)
    severities = max(len(_severity(alert)) for alert in coverage.alerts)
    for name, alert in zip(names, coverage.alerts, strict=True):
        row = f"  {_sign(alert)} {name:<{column}}  {_severity(alert):<{severities}}"
        yield from _wrapped(alert_words(alert), width, f"{row}  ", " " * (column + severities + 8))


def _sign(alert: AlertCover) -> str:
    return "✗" if not alert.runbook else "✓" if alert.leads_back else "?"


def _severity(alert: AlertCover) -> str:
    return one_line(alert.severity)


def _runbooks(coverage: Coverage, width: int) -> Iterator[str]:
    if not coverage.runbooks:
        return
    yield from _wrapped("Runbooks (readable, linked, runnable, proven)", width, "", "  ")
    for runbook in coverage.runbooks:
        name = one_line(runbook.studied.name)
        if width < TABLE_WIDTH_MIN:
            yield f"  {ladder(runbook)} {name}"
            yield from _wrapped(
                f"{standing(runbook)}: {_counts(runbook)}", width, "       ", "       "
            )
        else:
            yield f"  {ladder(runbook)}  {_columns(runbook)}  {name}"
        for drill in runbook.drills:
            words = f"drill {drill.name}: {drill_words(drill)}"
            indent = " " * (5 if width < TABLE_WIDTH_MIN else 10)
            yield from _wrapped(words, width, indent, f"{indent}  ")


def _counts(runbook: RunbookCover) -> str:
    counts = {
        "alert": len(runbook.alerts),
        "step": len(runbook.steps),
        "drill": len(runbook.drills),
    }
    return ", ".join(counted(count, word) for word, count in counts.items())


def _columns(runbook: RunbookCover) -> str:
    alerts, steps = counted(len(runbook.alerts), "alert"), counted(len(runbook.steps), "step")
    return f"{alerts:>9}  {steps:>8}  {counted(len(runbook.drills), 'drill'):>8}"


def _to_do(coverage: Coverage, width: int) -> Iterator[str]:
    groups = to_do(coverage)
    if not groups:
        return
    yield "What the next rung needs"
    for group in groups:
        count = counted(len(group.runbooks), "runbook")
        yield from _wrapped(f"{group.rung.value}, {count}: {group.because}", width, "  ", "    ")
        yield from _wrapped(f"→ {group.cure}", width, "    ", "      ")
        for name, detail in group.runbooks[:NAMED_MAX]:
            words = f"{name}: {detail}" if detail else name
            yield from _wrapped(words, width, "      ", "        ")
        if len(group.runbooks) > NAMED_MAX:
            yield f"      and {len(group.runbooks) - NAMED_MAX} more"


def _unread(coverage: Coverage, width: int) -> Iterator[str]:
    if not coverage.unread:
        return
    yield "Not read"
    for flaw in coverage.unread:
        where = f"{flaw.place.path}:{flaw.place.line}: {flaw.message}; {flaw.help}"
        yield from _wrapped(where, width, "  ", "    ")


def _figures(coverage: Coverage, width: int) -> Iterator[str]:
    yield "Figures"
    for figure in coverage.figures:
        if width < TABLE_WIDTH_MIN:
            yield f"  {figure.title}: {figure.percent}"
            yield from _wrapped(figure_words(figure), width, "    ", "    ")
        else:
            bar = _bar(figure)
            yield f"  {figure.title:<22}{figure.percent:>8}  {bar}  {figure_words(figure)}"


def _bar(figure: Figure) -> str:
    """Cut, as the per cent are: only what is whole looks whole."""
    full = int(BAR_CELLS * (figure.share or 0))
    return "█" * full + "░" * (BAR_CELLS - full)


def _wrapped(text: str, width: int, first: str, further: str) -> list[str]:
    """Paths and commands are not broken, so that they can be copied."""
    return textwrap.wrap(
        one_line(text),
        width,
        initial_indent=first,
        subsequent_indent=further,
        break_on_hyphens=False,
        break_long_words=False,
    )
