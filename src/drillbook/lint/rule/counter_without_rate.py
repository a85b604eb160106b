"""A counter of failures compared with a number: it only grows, so the alert never ends."""

import re
from collections.abc import Iterator

import promql_parser as ast

from drillbook.lint.metrics.promql import Node, bare, selectors, thresholds
from drillbook.model.lint import Circumstances, Flaw, RuleLint, Rung
from drillbook.model.rule import Rule

# A `_total` of other things may be how many there are now, whatever it should be called.
_EVENTS = re.compile(
    r"_(?:errors?|failures?|failed|requests?|retries|exceptions?|timeouts?|rejected|rejections"
    r"|reconnects|conflicts|dropped|attempts)(?:_[a-z]+)?_total$"
)


def _check(rule: Rule, _: Circumstances) -> Iterator[Flaw]:
    if any(selector.has_offset for selector in selectors(rule.expr)):
        return
    for threshold in thresholds(rule.expr):
        name = _plain(threshold.left)
        if threshold.op in (">", ">=") and _EVENTS.search(name):
            yield Flaw(
                place=rule.expr_place,
                message=f"the counter {name} only grows, so the alert stays until a restart",
                help=f"compare how much it grew: increase({name}[5m]) {threshold.op} "
                f"{threshold.value:g}",
            )


def _plain(node: Node) -> str:
    """The name of a selector that stands alone, or is summed up."""
    node = bare(node)
    if isinstance(node, ast.AggregateExpr) and str(node.op) in ("sum", "max"):
        node = bare(node.expr)
    return (node.name or "") if isinstance(node, ast.VectorSelector) else ""


LINT = RuleLint(
    name="counter-without-rate",
    summary="a counter of failures compared with a number, without rate() or increase()",
    rung=Rung.PROVEN,
    check=_check,
)
