"""An alert that tells the person whom it wakes nothing but its name."""

from collections.abc import Iterator

from drillbook.lint.texts.annotations import SAID_KEYS
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, Flaw, RuleLint, Rung
from drillbook.model.rule import Rule


def _check(rule: Rule, _: Circumstances) -> Iterator[Flaw]:
    if not any(key.lower() in SAID_KEYS for key in rule.annotations):
        yield Flaw(
            place=rule.place,
            message=f"{rule.name} says nothing to the person whom it wakes but its name",
            help='add "summary: what is wrong, of which service" to its annotations',
        )


LINT = RuleLint(
    name="alert-without-summary",
    summary="an alert without a summary or description",
    severity=Severity.NOTE,
    rung=Rung.LINKED,
    check=_check,
)
