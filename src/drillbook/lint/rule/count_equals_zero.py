"""A count that is compared with zero: a count of nothing is empty, not zero."""

from collections.abc import Iterator

import promql_parser as ast

from drillbook.lint.metrics.promql import Node, bare, nodes, parse, thresholds
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, Flaw, RuleLint, Rung
from drillbook.model.rule import Rule

_ABSENT = ("absent", "absent_over_time")


def _check(rule: Rule, _: Circumstances) -> Iterator[Flaw]:
    is_absent_asked = any(
        isinstance(node, ast.Call) and node.func.name in _ABSENT for node in nodes(parse(rule.expr))
    )
    for threshold in thresholds(rule.expr):
        is_zero = (threshold.op in ("==", "<=") and threshold.value == 0) or (
            threshold.op == "<" and 0 < threshold.value <= 1
        )
        what = _counted(threshold.left)
        if is_zero and what and not is_absent_asked:
            yield Flaw(
                place=rule.expr_place,
                message=f"{what} of nothing is empty and never 0, so this can never be true",
                help=f"write absent(…), or ({what}(…) or vector(0)) {threshold.op} "
                f"{threshold.value:g}",
            )


def _counted(node: Node) -> str:
    node = bare(node)
    if isinstance(node, ast.AggregateExpr) and str(node.op) == "count":
        return "count"
    if isinstance(node, ast.Call) and node.func.name == "count_over_time":
        return "count_over_time"
    return ""


LINT = RuleLint(
    name="count-equals-zero",
    summary="a count compared with zero, which can never be true",
    severity=Severity.ERROR,
    rung=Rung.PROVEN,
    check=_check,
)
