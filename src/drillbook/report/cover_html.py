"""A Coverage → one self-contained HTML page. Everything from outside is escaped."""

from dataclasses import dataclass

from drillbook.model.coverage import AlertCover, Coverage, Figure, RunbookCover, StepCover, Tally
from drillbook.report.cover_words import (
    EMPTY,
    FULL,
    PASSED_BY,
    alert_cure,
    alert_words,
    counted,
    drill_words,
    figure_words,
    looks,
    standing,
    to_do,
)
from drillbook.report.html import page

LOOKS = {FULL: "reached", EMPTY: "open", PASSED_BY: "none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """A figure as a bar; `width` in per cent."""

    figure: Figure
    width: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """An alert, and `look`, which is passed, unknown or failed."""

    alert: AlertCover
    look: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookRow:
    """A runbook with all that belongs to it; `rungs` are the ladder, and how each looks."""

    runbook: RunbookCover
    standing: str
    rungs: tuple[str, ...]
    counts: str
    steps: tuple[tuple[StepCover, str, str], ...]
    drills: tuple[tuple[str, str, str], ...]


def coverage_html(coverage: Coverage) -> str:
    """Figures first, then what to do, the alerts and the runbooks, each with its steps."""
    return page(
        "cover.html.j2",
        coverage=coverage,
        gauges=[_gauge(figure) for figure in coverage.figures],
        alerts=[_alert(alert) for alert in coverage.alerts],
        runbooks=[_runbook(runbook) for runbook in coverage.runbooks],
        groups=to_do(coverage),
        alert_cure=alert_cure(coverage),
    )


def _gauge(figure: Figure) -> Gauge:
    width = round(100 * (figure.share or 0), 2)
    return Gauge(figure=figure, width=width, words=figure_words(figure))


def _alert(alert: AlertCover) -> AlertRow:
    look = "failed" if not alert.runbook else "passed" if alert.leads_back else "unknown"
    return AlertRow(alert=alert, look=look, words=alert_words(alert))


def _runbook(runbook: RunbookCover) -> RunbookRow:
    counts = (
        counted(len(runbook.alerts), "alert"),
        counted(len(runbook.steps), "step"),
        counted(len(runbook.drills), "drill"),
    )
    return RunbookRow(
        runbook=runbook,
        standing=standing(runbook),
        rungs=tuple(LOOKS[each] for each in looks(runbook)),
        counts=" · ".join(counts),
        steps=tuple((step, _look(step), _ran(step.tally)) for step in runbook.steps),
        drills=tuple(
            ("passed" if drill.is_proven else "failed", drill.name, drill_words(drill))
            for drill in runbook.drills
        ),
    )


def _look(step: StepCover) -> str:
    return "failed" if step.lacks else "passed"


def _ran(tally: Tally) -> str:
    """How often it did what it says; empty where it never ran."""
    known = tally.as_said + tally.otherwise
    if not known + tally.unknown:
        return ""
    unknown = f", {tally.unknown} unknown" if tally.unknown else ""
    return f"did what it says in {tally.as_said} of {known} runs{unknown}"
