"""A ratio whose sides are not summed, so that each series is divided by itself or by nothing."""

from collections.abc import Iterator

import promql_parser as ast

from drillbook.lint.metrics.promql import Selector, nodes, parse, series_of
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, Flaw, RuleLint, Rung
from drillbook.model.rule import Rule


def _check(rule: Rule, _: Circumstances) -> Iterator[Flaw]:
    for node in nodes(parse(rule.expr)):
        if not isinstance(node, ast.BinaryExpr) or str(node.op) != "/":
            continue
        left, right = series_of(node.lhs), series_of(node.rhs)
        is_free = node.modifier is None or node.modifier.matching is None
        if is_free and left is not None and right is not None and _is_same(left, right):
            yield _flaw(rule, left, right)
            return


def _is_same(left: Selector, right: Selector) -> bool:
    """One metric over one time, chosen by different labels."""
    return (
        left.name == right.name != ""
        and left.range_s == right.range_s
        and not (left.has_offset or right.has_offset)
        and set(left.matchers) != set(right.matchers)
    )


def _flaw(rule: Rule, left: Selector, right: Selector) -> Flaw:
    apart = sorted({m.label for m in set(left.matchers) ^ set(right.matchers)})
    values = {(m.label, m.value) for m in (*left.matchers, *right.matchers) if m.op == "="}
    is_empty = any(
        (m.label, m.value) in values and m.op == "=" and n.op == "=" and m.value != n.value
        for m in left.matchers
        for n in right.matchers
        if m.label == n.label
    )
    labels = ", ".join(apart)
    cause = (
        f"the two sides share no series: their {labels} differ, so the ratio is always empty"
        if is_empty
        else f"each series of {left.name} is divided by itself, because both sides keep the label "
        f"{labels}: the ratio is always 1"
    )
    return Flaw(
        place=rule.expr_place,
        message=cause,
        help="sum both sides: sum(rate(…)) / sum(rate(…)), by the labels that the alert needs",
    )


LINT = RuleLint(
    name="unaggregated-ratio",
    summary="a ratio of one metric, not summed, with a selector on one side only",
    severity=Severity.ERROR,
    rung=Rung.PROVEN,
    check=_check,
)
