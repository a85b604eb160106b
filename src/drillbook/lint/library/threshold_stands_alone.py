"""A fixed threshold on a disk or on errors, where a prediction or a burn rate would tell sooner."""

import re
from collections.abc import Iterator

import promql_parser as ast

from drillbook.lint.metrics.promql import Node, bare, nodes, parse, selectors, thresholds
from drillbook.model.finding import Severity
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung
from drillbook.model.rule import Rule, RuleFile

_DISK = re.compile(r"(?:filesystem|disk|volume|storage)\w*(?:free|avail|used|size|usage|capacity)")
_ERRORS = re.compile(r"error|fail|5\.\.|5xx")
_PREDICTING = ("predict_linear", "deriv", "double_exponential_smoothing", "holt_winters")
_BURNING = re.compile(r"burn|slo|budget", re.IGNORECASE)


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    for file in library.rule_files:
        predicts, burns = _predicts(file), _burns(file)
        for rule in file.rules:
            if not predicts and _is_of_disk(rule):
                yield _flaw(rule, "says it only when it is late", _prediction(rule))
            elif not burns and _is_of_errors(rule):
                yield _flaw(rule, "wakes people for a blip and sleeps through a slow burn", _BURN)


_BURN = (
    "add an alert on the burn rate of the error budget: the share of errors over 1h and 5m "
    "above 14.4 times the budget"
)


def _flaw(rule: Rule, why: str, cure: str) -> Flaw:
    return Flaw(
        place=rule.expr_place,
        message=f"{rule.name} is a fixed threshold that stands alone: it {why}",
        help=cure,
    )


def _prediction(rule: Rule) -> str:
    name = selectors(rule.expr)[0].name
    return f"add an alert on predict_linear({name}[6h], 4 * 3600)"


def _predicts(file: RuleFile) -> bool:
    return any(
        isinstance(node, ast.Call) and node.func.name in _PREDICTING
        for rule in file.rules
        for node in nodes(parse(rule.expr))
    )


def _burns(file: RuleFile) -> bool:
    return any(_BURNING.search(f"{rule.name} {rule.expr}") for rule in file.rules)


def _is_of_disk(rule: Rule) -> bool:
    found = thresholds(rule.expr)
    return len(found) == 1 and any(_DISK.search(each.name) for each in selectors(rule.expr))


def _is_of_errors(rule: Rule) -> bool:
    """A ratio of sums whose upper side counts errors."""
    found = thresholds(rule.expr)
    ratio = _ratio(found[0].left) if len(found) == 1 else None
    return ratio is not None and _ERRORS.search(str(ratio.lhs)) is not None


def _ratio(node: Node) -> ast.BinaryExpr | None:
    node = bare(node)
    return node if isinstance(node, ast.BinaryExpr) and str(node.op) == "/" else None


LINT = LibraryLint(
    name="threshold-stands-alone",
    summary="a fixed threshold where a prediction or a burn rate would tell sooner",
    severity=Severity.NOTE,
    rung=Rung.PROVEN,
    is_on=False,
    check=_check,
)
