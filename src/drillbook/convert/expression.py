"""An alert's expression → what a Check asks, and the sentences that follow from its comparison.

Where the comparison is with a number, that number is asked for; else whether the expression gives
anything. Nothing is put together of a parsed tree: what is asked stands in the rule, letter by
letter, and a parse of it says that it is what it is taken for.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import promql_parser as ast

EXPRESSION_CHARS_MAX = 20_000
# The parser's tree is as deep as there are operators and brackets, and a deep one breaks the stack.
DEPTH_MAX = 400
_DEEPENING = re.compile(r"[-+*/%^(<>=]|\b(?:or|and|unless|atan2)\b", re.IGNORECASE)
_COMPARED = re.compile(
    r"(.*[^\s<>=!])\s*(>=|<=|>|<)\s*([0-9.]+(?:[eE][-+]?[0-9]{1,2})?)\s*", re.DOTALL
)
# What is true where the alert is not, and where it is; and what of several values decides.
_SAID = {
    ">": ("at most", "above", "max"),
    ">=": ("below", "at least", "max"),
    "<": ("at least", "below", "min"),
    "<=": ("above", "at most", "min"),
}
_SINGLE_CALLS = frozenset(("absent", "absent_over_time", "scalar", "time", "vector"))
_SEVERAL = frozenset(("topk", "bottomk", "count_values", "limitk", "limit_ratio"))
_ARITHMETIC = frozenset("+-*/%^")
_VARIABLE = re.compile(r"\$(?=\{?[A-Za-z_])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a step in `promql` asks, and the expectations that answer it.

    `labels` are those of the alert's labels that stand in it as variables.
    """

    expression: str
    healthy: str
    unhealthy: str
    labels: tuple[str, ...] = ()


def question_of(expr: str, labels: Iterable[str] = ()) -> Question:
    """`labels` are of the alert; they narrow the question where the expression surely has them."""
    text = expr.strip()
    root = _parse(text)
    names = tuple(labels) if root is not None else ()
    asked, used = _narrowed(text, names) if root is not None else (text, ())
    node = _parse(asked)
    compared = _compared(asked, node) if node is not None else None
    if compared is not None:
        return Question(
            expression=compared[0], healthy=compared[1], unhealthy=compared[2], labels=used
        )
    return Question(
        expression=asked, healthy="output is empty", unhealthy="output matches `.`", labels=used
    )


def _parse(text: str) -> ast.Expr | None:
    if len(text) > EXPRESSION_CHARS_MAX or len(_DEEPENING.findall(text)) > DEPTH_MAX:
        return None
    try:
        return ast.parse(text)
    except ValueError:
        return None


def _compared(text: str, root: ast.Expr) -> tuple[str, str, str] | None:
    """What is compared with a number, and the two sentences; None for every other expression."""
    if not isinstance(root, ast.BinaryExpr) or str(root.op) not in _SAID:
        return None
    found = _COMPARED.fullmatch(text)
    left = _parse(found[1]) if found else None
    # A comment, or a comparison inside of another one, would make them differ.
    if found is None or left is None or left.prettify() != root.lhs.prettify():
        return None
    if found[2] != str(root.op) or root.modifier is not None:
        return None
    limit = _plain_number(found[3])
    healthy, unhealthy, worst = _SAID[found[2]]
    asked = found[1].strip() if _is_single(root.lhs) else f"{worst}({found[1].strip()})"
    if limit is None or _parse(asked) is None:
        return None
    return asked, f"number is {healthy} {limit}", f"number is {unhealthy} {limit}"


def _plain_number(text: str) -> str | None:
    try:
        said = format(Decimal(text), "f")
    except InvalidOperation:
        return None
    return said.rstrip("0").rstrip(".") if "." in said else said


def _is_single(node: ast.Expr) -> bool:
    """Whether it surely has one value at most."""
    if isinstance(node, ast.ParenExpr | ast.UnaryExpr):
        return _is_single(node.expr)
    if isinstance(node, ast.NumberLiteral):
        return True
    if isinstance(node, ast.AggregateExpr):
        return node.modifier is None and str(node.op) not in _SEVERAL
    if isinstance(node, ast.BinaryExpr):
        both = _is_single(node.lhs) and _is_single(node.rhs)
        return both and str(node.op) in _ARITHMETIC
    return isinstance(node, ast.Call) and str(node.func.name) in _SINGLE_CALLS


def _narrowed(text: str, labels: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """With a matcher for each label, where one selector alone decides and keeps its labels.

    A `$` of the expression's own stays what it is.
    """
    own = _VARIABLE.sub("$$", text)
    selector = _only_selector(_parse(text))
    if selector is None or not selector.name or own != text:
        return own, ()
    taken = {str(each.name) for each in selector.matchers.matchers}
    names = tuple(dict.fromkeys(each for each in labels if each not in taken))
    places = list(re.finditer(rf"(?<![\w:\"'`]){re.escape(selector.name)}(?![\w:])", text))
    if not names or len(places) != 1:
        return own, ()
    matchers = ", ".join(f'{name}="${name.upper()}"' for name in names)
    end = places[0].end()
    rest = text[end:].lstrip()
    if rest.startswith("{"):
        comma = "" if rest[1:].lstrip().startswith("}") else ", "
        narrow = f"{text[:end]}{{{matchers}{comma}{rest[1:]}"
    else:
        narrow = f"{text[:end]}{{{matchers}}}{text[end:]}"
    again = _only_selector(_parse(narrow))
    has_all = again is not None and len(again.matchers.matchers) == len(taken) + len(names)
    return (narrow, names) if has_all else (own, ())


def _only_selector(node: ast.Expr | None) -> ast.VectorSelector | None:
    """The selector whose series are all that the expression gives."""
    if isinstance(node, ast.ParenExpr | ast.UnaryExpr | ast.SubqueryExpr):
        return _only_selector(node.expr)
    if isinstance(node, ast.MatrixSelector):
        return node.vector_selector
    if isinstance(node, ast.BinaryExpr):
        sides = [each for each in (node.lhs, node.rhs) if not _is_number(each)]
        return _only_selector(sides[0]) if len(sides) == 1 else None
    if isinstance(node, ast.Call) and str(node.func.name) not in _SINGLE_CALLS:
        series = [each for each in node.args if not _is_number(each)]
        return _only_selector(series[0]) if len(series) == 1 else None
    return node if isinstance(node, ast.VectorSelector) else None


def _is_number(node: ast.Expr) -> bool:
    inner = node.expr if isinstance(node, ast.ParenExpr | ast.UnaryExpr) else node
    return isinstance(inner, ast.NumberLiteral)
