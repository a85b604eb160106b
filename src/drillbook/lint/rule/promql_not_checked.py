"""An expression that our parser does not understand, so that nothing was looked at."""

from collections.abc import Iterator

from drillbook.lint.metrics.promql import parse
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, Flaw, RuleLint, Rung
from drillbook.model.rule import Rule


def _check(rule: Rule, _: Circumstances) -> Iterator[Flaw]:
    if parse(rule.expr) is None:
        yield Flaw(
            place=rule.expr_place,
            message=f"the expression of {rule.name} was not understood, so it was not checked",
            help="ask whatever evaluates it whether it is right, such as promtool check rules",
        )


LINT = RuleLint(
    name="promql-not-checked",
    summary="an expression that was not understood and not checked",
    severity=Severity.NOTE,
    rung=Rung.PROVEN,
    check=_check,
)
