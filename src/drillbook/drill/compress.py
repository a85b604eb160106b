"""A rule file's text and a factor → the same text with every duration divided by it.

The text is edited in place, so that what a drill loads is the pack's own file, byte for byte,
but for the durations: `for`, `keep_firing_for`, a group's `interval` and `query_offset`, and in
each `expr` the range selectors, subqueries and offsets. Labels, annotations, string literals and
comments stay as they are. The result is parsed again and compared with what was meant.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from drillbook.drill.durations import Literal, Use, duration_ms, duration_text, literals

_GROUP_DURATIONS = ("interval", "query_offset")
_RULE_DURATIONS = ("for", "keep_firing_for")
# An anchor or a tag before the value belongs to the node and not to its text.
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_BLOCK_HEADER = re.compile(r"[|>][^\n]*\n")


class CompressError(ValueError):
    """The rules cannot be compressed; the message says where, why and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One duration that was changed; lines count from 1."""

    line: int
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compressed:
    """The new text, what was changed in it, and what may not work at that speed."""

    text: str
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class _Piece:
    """A duration at `start` of the source, `offset` of the value of the scalar at `node_start`."""

    start: int
    node_start: int
    offset: int
    before: str
    after: str
    use: Use


def compress_rules(text: str, factor: float, *, scrape_s: float = 0.0) -> Compressed:
    """Divide every duration of a rule file by `factor`, to whole milliseconds and at least one.

    `scrape_s` is the scrape interval in seconds as the lab runs it: a range selector that is
    shorter than two of them is warned of. Raises CompressError where the file is no YAML or a
    duration cannot be found in its source, ValueError for a factor that is not above 0.
    """
    if not (math.isfinite(factor) and factor > 0):
        raise ValueError(f"the factor of compression is {factor}: it must be above 0")
    scalars = _scalars(text)
    pieces = sorted({piece for key, node in scalars for piece in _pieces(text, key, node, factor)})
    changed = [piece for piece in pieces if piece.after != piece.before]
    result = _applied(text, [(piece.start, piece) for piece in changed])
    _check(text, result, changed)
    return Compressed(
        text=result,
        changes=tuple(
            Change(line=_line(text, piece.start), before=piece.before, after=piece.after)
            for piece in changed
        ),
        warnings=tuple(_warnings(text, pieces, scrape_s)),
    )


def _scalars(text: str) -> Iterator[tuple[str, yaml.ScalarNode]]:
    """Every scalar that is or holds a duration, with its key."""
    for group in _groups(text):
        yield from _values(group, _GROUP_DURATIONS)
        for rule in _items(group, "rules"):
            yield from _values(rule, (*_RULE_DURATIONS, "expr"))


def _groups(text: str) -> Iterator[yaml.Node]:
    try:
        # The pure Python loader: its marks count characters, and rule files are small.
        documents = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise CompressError(f"the rules are no YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise CompressError("the rules are nested too deeply to be read") from error
    for document in documents:
        yield from _items(document, "groups")
        for spec in _all(document, "spec"):
            yield from _items(spec, "groups")


def _all(node: yaml.Node | None, key: str) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if isinstance(name, yaml.ScalarNode) and name.value == key:
                yield value


def _items(node: yaml.Node | None, key: str) -> Iterator[yaml.Node]:
    for value in _all(node, key):
        if isinstance(value, yaml.SequenceNode):
            yield from value.value


def _values(node: yaml.Node, keys: tuple[str, ...]) -> Iterator[tuple[str, yaml.ScalarNode]]:
    for key in keys:
        for value in _all(node, key):
            if isinstance(value, yaml.ScalarNode):
                yield key, value


def _pieces(text: str, key: str, node: yaml.ScalarNode, factor: float) -> Iterator[_Piece]:
    """The durations of one scalar, and what is to become of them."""
    found = list(literals(node.value)) if key == "expr" else list(_whole(node.value))
    where = _source(text, node) if found else []
    for literal in found:
        before, start = node.value[literal.start : literal.end], where[literal.start]
        if text[start : start + len(before)] != before:
            raise CompressError(
                f"line {node.start_mark.line + 1}: the duration {before} cannot be found in the "
                "source of its scalar: write it without escapes and in one piece"
            )
        after = before
        if literal.use is not Use.NUMBER and literal.duration_ms:
            after = _divided(before, literal.duration_ms, factor)
        yield _Piece(start, node.start_mark.index, literal.start, before, after, literal.use)


def _whole(value: str) -> Iterator[Literal]:
    """The one duration that a field such as `for` is; what Prometheus refuses stays."""
    milliseconds = duration_ms(value)
    if milliseconds:
        yield Literal(start=0, end=len(value), duration_ms=milliseconds, use=Use.FIELD)


def _divided(before: str, milliseconds: int, factor: float) -> str:
    """The duration divided; one that stays the same keeps its spelling."""
    shorter = max(1, round(milliseconds / factor))
    return before if shorter == milliseconds else duration_text(shorter)


def _source(text: str, node: yaml.ScalarNode) -> list[int]:
    """For each character of the value, where it stands in the source.

    Quotes, escapes, indentation and folding only add characters to a value, so that the next one
    equal is the right one; `_check` proves the result. Blanks are not looked for.
    """
    position, end = node.start_mark.index, node.end_mark.index
    for beginning in (_PROPERTIES, _BLOCK_HEADER):
        found = beginning.match(text, position, end)
        position = found.end() if found else position
    where = []
    for char in node.value:
        at = -1 if char.isspace() else text.find(char, position, end)
        where.append(max(at, position))
        position = at + 1 if at >= 0 else position
    return where


def _applied(text: str, at: list[tuple[int, _Piece]]) -> str:
    """The text with each piece replaced at its place; the places ascend."""
    parts, position = [], 0
    for start, piece in at:
        parts += [text[position:start], piece.after]
        position = start + len(piece.before)
    return "".join([*parts, text[position:]])


def _check(text: str, result: str, changed: list[_Piece]) -> None:
    """Raise CompressError unless the result says what the text says, with shorter durations."""
    by_node: dict[int, list[tuple[int, _Piece]]] = defaultdict(list)
    for piece in changed:
        by_node[piece.node_start].append((piece.offset, piece))
    expected = [
        (kind, value if value is None else _applied(value, by_node.get(start, [])))
        for kind, value, start in _events(text)
    ]
    if expected != [(kind, value) for kind, value, _ in _events(result)]:
        raise CompressError(
            "the compressed rules would not say the same as the rules: write their durations "
            "as plain values, without anchors and escapes"
        )


def _events(text: str) -> Iterator[tuple[str, str | None, int]]:
    """What YAML reads in the text: each event, the text of a scalar or an alias, its place."""
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        value = getattr(event, "value", None) or getattr(event, "anchor", None)
        yield type(event).__name__, value, event.start_mark.index if event.start_mark else 0


def _warnings(text: str, pieces: list[_Piece], scrape_s: float) -> Iterator[str]:
    for piece in pieces:
        line = _line(text, piece.start)
        if piece.use is Use.NUMBER:
            yield f"line {line}: {piece.before} is no part of a selector and was left as it is"
        is_short = (duration_ms(piece.after) or 0) < 2 * scrape_s * 1_000
        if piece.use is Use.RANGE and is_short:
            yield (
                f"line {line}: the range [{piece.before}] becomes [{piece.after}], shorter than "
                f"two scrapes of {scrape_s:g} s, and may hold too few samples: compress less"
            )


def _line(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 1
