"""Alerts and runbooks, put together → the figures, each with its definition. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import add
from typing import TypeVar

from drillbook.cover.ladder import stands_on
from drillbook.model.coverage import AlertCover, Figure, RunbookCover, Tally
from drillbook.model.lint import Rung
from drillbook.model.runbook import Kind

Thing = TypeVar("Thing")

COVERED, ACCURACY = "covered", "accuracy"
NO_SEVERITY = "no severity"

DEFINITIONS = {
    COVERED: "documentation coverage: alerting rules whose runbook is there, of all alerting rules",
    Rung.READABLE.value: "runbooks that are parsed and in which a section is found, of all "
    "runbooks",
    Rung.LINKED.value: "readable runbooks to which an alert leads and that name it, of all "
    "runbooks that are no procedures",
    Rung.RUNNABLE.value: "linked runbooks, and readable procedures, of which every step has a "
    "language that is run, a time limit and an expectation, and whose plan has no error, of all "
    "runbooks",
    Rung.PROVEN.value: "runnable runbooks of which every drill has a fresh proof, and that have "
    "a drill, of all runbooks",
    ACCURACY: "steps that did in drills and incidents what their runbook says, "
    "of all steps that ran and of which that is known",
}
TITLES = {
    COVERED: "alerts with a runbook",
    Rung.READABLE.value: "readable",
    Rung.LINKED.value: "linked",
    Rung.RUNNABLE.value: "runnable",
    Rung.PROVEN.value: "proven",
    ACCURACY: "runbook accuracy",
}
NAMES = tuple(DEFINITIONS)


def figures_of(
    alerts: Sequence[AlertCover], runbooks: Sequence[RunbookCover]
) -> tuple[Figure, ...]:
    """One for each definition, in the order of the ladder."""
    return (_covered(alerts), *(_rung(rung, runbooks) for rung in Rung), _accuracy(runbooks))


def _figure(
    name: str,
    count: int,
    total: int,
    nothing: str,
    *,
    apart: int = 0,
    parts: Mapping[str, tuple[int, int]] | None = None,
) -> Figure:
    return Figure(
        name=name,
        title=TITLES[name],
        count=count,
        total=total,
        definition=DEFINITIONS[name],
        nothing=nothing,
        apart=apart,
        parts=parts or {},
    )


def _covered(alerts: Sequence[AlertCover]) -> Figure:
    is_covered = [bool(alert.runbook) for alert in alerts]
    parts = _by_severity(alerts, lambda alert: alert.severity, lambda alert: bool(alert.runbook))
    nothing = "no alerting rule was found"
    return _figure(COVERED, sum(is_covered), len(is_covered), nothing, parts=parts)


def _rung(rung: Rung, runbooks: Sequence[RunbookCover]) -> Figure:
    counted, nothing = list(runbooks), "no runbook was found"
    if rung is Rung.LINKED and counted:
        counted = [each for each in runbooks if each.studied.kind is not Kind.PROCEDURE]
        nothing = "all runbooks are procedures, to which no alert leads"
    on_it = sum(stands_on(each, rung) for each in counted)
    parts = _by_severity(
        counted, lambda each: each.studied.severity, lambda each: stands_on(each, rung)
    )
    return _figure(rung.value, on_it, len(counted), nothing, parts=parts)


def _accuracy(runbooks: Sequence[RunbookCover]) -> Figure:
    """What nothing can be said of is listed apart: it is neither right nor wrong."""
    tallies = (step.tally for runbook in runbooks for step in runbook.steps)
    total = reduce(add, tallies, Tally())
    known = total.as_said + total.otherwise
    nothing = "no step of these runbooks has run here"
    return _figure(ACCURACY, total.as_said, known, nothing, apart=total.unknown)


def _by_severity(
    things: Iterable[Thing], severity: Callable[[Thing], str], counts: Callable[[Thing], bool]
) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for each in things:
        name = severity(each) or NO_SEVERITY
        count, total = found.get(name, (0, 0))
        found[name] = (count + counts(each), total + 1)
    return dict(sorted(found.items()))
