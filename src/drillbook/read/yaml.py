"""YAML that a user wrote → nodes with their places, and Findings; nothing raises.

The C parser's events are composed here, not by PyYAML: its own composer recurses in C, takes
duplicate keys in silence and reads `no` as false. Scalars follow YAML 1.2's core schema.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from drillbook.model.finding import Finding
from drillbook.model.place import Place
from drillbook.read.sentences.wording import quote

TEXT_CHARS_MAX = 2_000_000
DEPTH_MAX = 50
# Nodes after aliases are expanded: a "billion laughs" stops here.
NODES_MAX = 200_000

Scalar = str | int | float | bool | None

_INTEGER = re.compile(r"[-+]?[0-9]{1,40}")
_OCTAL_OR_HEXADECIMAL = re.compile(r"0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,9})?")
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}

# What begins otherwise can be nothing but a text.
_FIRST = frozenset(("", *"+-.0123456789", *(word[0] for word in _WORDS if word)))


class _Source:
    """The text that events are of: where in the file its lines and columns lie."""

    def __init__(self, text: str, path: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.lines = text.split("\n")

    def place(self, line: int, column: int) -> Place:
        line = max(0, min(line, len(self.lines) - 1))
        column = min(column, len(self.lines[line]))
        return Place(path=self.path, line=line + self.first_line, column=column + 1)

    def place_of(self, event: yaml.Event) -> Place:
        """A scalar's with its end, where it ends on its own line."""
        start, end = event.start_mark, event.end_mark
        if not isinstance(event, yaml.ScalarEvent) or not start or not end:
            return self.place(start.line, start.column) if start else self.place(0, 0)
        if event.style in ("|", ">"):
            place = self._block_place(start.line + 1, end.line)
            return self._up_to(place, len(self.lines[place.line - self.first_line].rstrip()))
        place = self.place(start.line, start.column)
        is_one_line = end.line + self.first_line == place.line
        return self._up_to(place, end.column) if is_one_line else place

    def _up_to(self, place: Place, column: int) -> Place:
        """With its end, where it ends on its own line after at least one character."""
        if column < place.column:
            return place
        return Place(
            path=self.path,
            line=place.line,
            column=place.column,
            end_line=place.line,
            end_column=column + 1,
        )

    def _block_place(self, line: int, end: int) -> Place:
        """Where the first words of a block scalar stand, below its `|`."""
        for number in range(line, min(end + 1, len(self.lines))):
            words = self.lines[number].lstrip(" ")
            if words:
                return self.place(number, len(self.lines[number]) - len(words))
        return self.place(line - 1, 0)


@dataclass(slots=True)
class Node:
    """One value. Of `items` and `entries` at most one is set: a list, or a mapping.

    `text` is a scalar as written, `value` as the core schema reads it; `size` counts the nodes.
    Most places are never asked for, so they are made when they are.
    """

    _source: _Source
    _event: yaml.Event
    value: Scalar = None
    text: str = ""
    items: list["Node"] | None = None
    entries: dict[str, "Node"] | None = None
    keys: dict[str, "Node"] | None = None
    size: int = 1

    @property
    def place(self) -> Place:
        """Where it begins; its end as well, where it is a scalar that ends on the same line."""
        return self._source.place_of(self._event)

    @property
    def key_places(self) -> dict[str, Place]:
        """Where each key of a mapping stands."""
        return {name: key.place for name, key in (self.keys or {}).items()}


class _Flaw(Exception):  # noqa: N818 - it becomes a Finding before it leaves this module
    def __init__(self, place: Place, message: str, help_text: str) -> None:
        super().__init__(message)
        self.finding = Finding(
            place=place, lint="yaml-not-readable", message=message, help=help_text
        )


def resolve(text: str) -> Scalar:
    """A plain scalar's value by YAML 1.2's core schema."""
    if text[:1] not in _FIRST:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OCTAL_OR_HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def read_yaml(
    text: str, path: str, *, first_line: int = 1
) -> tuple[tuple[Node, ...], tuple[Finding, ...]]:
    """The documents up to the first flaw of syntax; `first_line` is where the text begins."""
    composer = _Composer(text, path, first_line)
    documents: list[Node] = []
    try:
        documents.extend(composer.documents())
    except _Flaw as flaw:
        composer.findings.append(flaw.finding)
    except yaml.YAMLError as error:
        composer.findings.append(composer.syntax_flaw(error))
    except UnicodeError:
        composer.findings.append(composer.not_text())
    return tuple(documents), tuple(composer.findings)


class _Composer:
    """Events → nodes, with a stack instead of recursion."""

    def __init__(self, text: str, path: str, first_line: int) -> None:
        self.findings: list[Finding] = []
        self._text = text
        self._source = _Source(text, path, first_line)
        self._anchors: dict[str, Node] = {}
        self._open: list[tuple[Node, str | None]] = []
        self._keys: list[Node | None] = []
        self._count = 0

    def documents(self) -> Iterator[Node]:
        if len(self._text) > TEXT_CHARS_MAX:
            message = f"the YAML is longer than {TEXT_CHARS_MAX} characters"
            raise _Flaw(self._source.place(0, 0), message, "split it into several files")
        for event in yaml.parse(self._text, Loader=yaml.CSafeLoader):
            root = self._take(event)
            if root is not None:
                yield root

    def _take(self, event: yaml.Event) -> Node | None:
        """The document's root once the event ends it, else None."""
        if isinstance(event, yaml.ScalarEvent):
            return self._done(self._scalar(event), event.anchor)
        if isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            node, anchor = self._open.pop()
            self._keys.pop()
            return self._done(node, anchor)
        elif isinstance(event, yaml.AliasEvent):
            return self._done(self._alias(event), None)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._anchors.clear()
            self._count = 0
        return None

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) >= DEPTH_MAX:
            place = self._source.place_of(event)
            raise _Flaw(place, f"the YAML is nested more than {DEPTH_MAX} deep", "flatten it")
        node = Node(self._source, event)
        if isinstance(event, yaml.SequenceStartEvent):
            node.items = []
        else:
            node.entries, node.keys = {}, {}
        self._open.append((node, event.anchor))
        self._keys.append(None)

    def _scalar(self, event: yaml.ScalarEvent) -> Node:
        is_plain = not event.style and event.tag is None
        text = event.value
        return Node(self._source, event, resolve(text) if is_plain else text, text)

    def _alias(self, event: yaml.AliasEvent) -> Node:
        node = self._anchors.get(event.anchor or "")
        if node is None:
            place = self._source.place_of(event)
            message = f'the alias "*{quote(event.anchor or "")}" names nothing that ends before it'
            raise _Flaw(place, message, "write the value out")
        return node

    def _done(self, node: Node, anchor: str | None) -> Node | None:
        """Put a finished node where it belongs; the root is handed back."""
        self._count += node.size
        if self._count > NODES_MAX:
            raise _Flaw(
                node.place, f"the YAML holds more than {NODES_MAX} values", "use fewer aliases"
            )
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            return node
        parent = self._open[-1][0]
        parent.size += node.size
        if parent.items is not None:
            parent.items.append(node)
        elif self._keys[-1] is None:
            self._keys[-1] = node
        else:
            self._add_entry(parent, self._keys[-1], node)
            self._keys[-1] = None
        return None

    def _add_entry(self, parent: Node, key: Node, value: Node) -> None:
        assert parent.entries is not None, "only mappings have keys"
        assert parent.keys is not None, "where there are entries, there are their keys"
        if key.items is not None or key.entries is not None:
            self._flag(key.place, "yaml-key-not-a-word", "a key is a list or mapping")
        elif key.text in parent.entries:
            self._flag(key.place, "duplicate-yaml-key", f'the key "{quote(key.text)}" stands twice')
        else:
            parent.entries[key.text] = value
            parent.keys[key.text] = key

    def _flag(self, place: Place, lint: str, message: str) -> None:
        cure = "keep one of the two" if lint.startswith("duplicate") else "use a word as the key"
        self.findings.append(Finding(place=place, lint=lint, message=message, help=cure))

    def not_text(self) -> Finding:
        """For characters that cannot be encoded, such as half of a pair."""
        message = "the YAML holds characters that are no text"
        return _Flaw(self._source.place(0, 0), message, "save it as UTF-8").finding

    def syntax_flaw(self, error: yaml.YAMLError) -> Finding:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line, mark.column) if mark else (0, 0)
        cause = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is no YAML"
        return _Flaw(
            self._source.place(line, column),
            f"the YAML cannot be read: {quote(str(cause))}",
            "correct it at this place; a text with : # { [ or quotes in it needs quotes around it",
        ).finding


def mapping_of(node: Node | None) -> Mapping[str, Node]:
    """The entries of a mapping; empty for everything else."""
    return node.entries if node is not None and node.entries is not None else {}


def list_of(node: Node | None) -> list[Node]:
    """The items of a list; empty for everything else."""
    return node.items if node is not None and node.items is not None else []
