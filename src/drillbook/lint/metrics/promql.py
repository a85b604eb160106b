"""A PromQL expression → what a lint asks of it; read once, and never written back.

None where the parser is not sure: such an expression is unchecked, not wrong.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import promql_parser as ast

EXPRESSION_CHARS_MAX = 20_000
# The parser's tree is as deep as there are operators and brackets, and a deep one breaks the stack.
DEPTH_MAX = 400
_DEEPENING = re.compile(r"[-+*/%^(<>=]|\b(?:or|and|unless|atan2)\b", re.IGNORECASE)
_RATES = frozenset(("rate", "irate", "increase", "delta", "idelta", "deriv"))
PER_SECOND = frozenset(("rate", "irate"))
COMPARISONS = frozenset(("==", "!=", "<", ">", "<=", ">="))
_ARITHMETIC: dict[str, Callable[[float, float], float | None]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else None,
}
_OPERATORS = {
    "MatchOp.Equal": "=",
    "MatchOp.NotEqual": "!=",
    "MatchOp.Re": "=~",
    "MatchOp.NotRe": "!~",
}

Node = ast.Expr


@dataclass(frozen=True, slots=True)
class Matcher:
    """`op` is one of `= != =~ !~`."""

    label: str
    op: str
    value: str


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector; `around` are the functions and aggregations it stands in, from the outside.

    `range_s` is the range that it looks back, None where it asks for the present value.
    """

    name: str
    matchers: tuple[Matcher, ...]
    range_s: float | None
    around: tuple[str, ...]
    has_offset: bool


@dataclass(frozen=True, slots=True)
class Threshold:
    """A comparison with a number that decides whether an alert fires; `left` is compared."""

    op: str
    left: Node
    value: float


@lru_cache(maxsize=4096)
def parse(expr: str) -> Node | None:
    """The tree, or None where the parser refuses or the expression is too large for it."""
    if len(expr) > EXPRESSION_CHARS_MAX or len(_DEEPENING.findall(expr)) > DEPTH_MAX:
        return None
    try:
        return ast.parse(expr)
    except ValueError:
        return None


def bare(node: Node) -> Node:
    """Without brackets."""
    while isinstance(node, ast.ParenExpr):
        node = node.expr
    return node


def nodes(node: Node | None) -> Iterator[Node]:
    """The node and all below it, from the outside."""
    waiting = [node] if node is not None else []
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(children(one))


def children(node: Node) -> list[Node]:
    """What a node is made of."""
    if isinstance(node, ast.BinaryExpr):
        return [node.lhs, node.rhs]
    if isinstance(node, ast.Call):
        return list(node.args)
    if isinstance(node, ast.AggregateExpr):
        return [node.expr] if node.param is None else [node.param, node.expr]
    if isinstance(node, ast.ParenExpr | ast.UnaryExpr | ast.SubqueryExpr):
        return [node.expr]
    return []


def number_of(node: Node) -> float | None:
    """The value of a number, or of arithmetic with numbers alone."""
    node = bare(node)
    if isinstance(node, ast.NumberLiteral):
        return float(node.val)
    if isinstance(node, ast.UnaryExpr):
        inner = number_of(node.expr)
        return -inner if inner is not None else None
    if isinstance(node, ast.BinaryExpr) and str(node.op) in _ARITHMETIC:
        left, right = number_of(node.lhs), number_of(node.rhs)
        if left is not None and right is not None:
            return _ARITHMETIC[str(node.op)](left, right)
    return None


@lru_cache(maxsize=4096)
def numbers(expr: str) -> frozenset[float]:
    """All numbers that stand in the expression, also as results of arithmetic."""
    found = (number_of(node) for node in nodes(parse(expr)))
    return frozenset(value for value in found if value is not None)


@lru_cache(maxsize=4096)
def thresholds(expr: str) -> tuple[Threshold, ...]:
    """The comparisons with a number that stand free, or are joined by `and`, `or`, `unless`."""
    root = parse(expr)
    return tuple(_thresholds(bare(root))) if root is not None else ()


_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _thresholds(root: Node) -> Iterator[Threshold]:
    waiting = [root]
    while waiting:
        node = bare(waiting.pop(0))
        if not isinstance(node, ast.BinaryExpr):
            continue
        op = str(node.op)
        if op in ("and", "or", "unless"):
            waiting = [node.lhs, *([node.rhs] if op != "unless" else []), *waiting]
        elif op in COMPARISONS:
            left, right = number_of(node.lhs), number_of(node.rhs)
            if right is not None and left is None:
                yield Threshold(op, node.lhs, right)
            elif left is not None and right is None:
                yield Threshold(_TURNED.get(op, op), node.rhs, left)
            # `10 < x < 20` is `(10 < x) < 20`.
            waiting = [node.lhs, *waiting]


@lru_cache(maxsize=4096)
def selectors(expr: str) -> tuple[Selector, ...]:
    """All selectors, in their order."""
    root = parse(expr)
    return tuple(selectors_of(root)) if root is not None else ()


def selectors_of(root: Node) -> Iterator[Selector]:
    """All selectors below a node."""
    waiting: list[tuple[Node, tuple[str, ...], float | None]] = [(root, (), None)]
    while waiting:
        node, around, range_s = waiting.pop()
        if isinstance(node, ast.MatrixSelector):
            seconds = node.range.total_seconds()
            waiting.append((node.vector_selector, around, seconds))
        elif isinstance(node, ast.VectorSelector):
            yield _selector(node, around, range_s)
        else:
            inner = (*around, *_names(node))
            waiting += [(each, inner, None) for each in reversed(children(node))]


def _names(node: Node) -> tuple[str, ...]:
    if isinstance(node, ast.Call):
        return (str(node.func.name),)
    return (str(node.op),) if isinstance(node, ast.AggregateExpr) else ()


def _selector(node: ast.VectorSelector, around: tuple[str, ...], range_s: float | None) -> Selector:
    matchers = tuple(
        Matcher(str(each.name), _OPERATORS[str(each.op)], str(each.value))
        for each in node.matchers.matchers
    )
    named = [each.value for each in matchers if each.label == "__name__" and each.op == "="]
    return Selector(
        name=node.name or (named[0] if named else ""),
        matchers=tuple(each for each in matchers if each.label != "__name__"),
        range_s=range_s,
        around=around,
        has_offset=node.offset is not None or node.at is not None,
    )


def per_second(node: Node) -> Selector | None:
    """The selector whose rate a node is, alone or summed up; None where it is anything else."""
    node = bare(node)
    if isinstance(node, ast.AggregateExpr) and str(node.op) in ("sum", "max", "avg", "min"):
        return per_second(node.expr)
    if isinstance(node, ast.Call) and node.func.name in PER_SECOND:
        found = list(selectors_of(node))
        return found[0] if len(found) == 1 else None
    return None


def series_of(node: Node) -> Selector | None:
    """The selector of a node that keeps its labels: bare, or in a rate; None for anything else."""
    node = bare(node)
    is_plain = isinstance(node, ast.VectorSelector) or (
        isinstance(node, ast.Call) and node.func.name in _RATES
    )
    found = list(selectors_of(node)) if is_plain else []
    return found[0] if len(found) == 1 else None
