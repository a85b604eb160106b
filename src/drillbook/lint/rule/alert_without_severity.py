"""An alert that does not say how bad it is."""

from collections.abc import Iterator

from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, Flaw, RuleLint, Rung
from drillbook.model.rule import Rule

LABELS = frozenset(("severity", "priority", "level", "sev", "urgency", "criticality"))


def _check(rule: Rule, _: Circumstances) -> Iterator[Flaw]:
    if not any(label.lower() in LABELS for label in rule.labels):
        yield Flaw(
            place=rule.place,
            message=f"{rule.name} has no label that says how bad it is, so nothing can route it",
            help='add "severity: critical", "warning" or "info" to its labels',
        )


LINT = RuleLint(
    name="alert-without-severity",
    summary="an alert without a label severity",
    severity=Severity.NOTE,
    rung=Rung.LINKED,
    check=_check,
)
