"""A text with `$NAME` and `${NAME}` → its pieces: literal text, and variables with their places.

Names are in capitals, as environment variables of inputs are; every other `$` is itself, and
`$$NAME` is the text `$NAME`.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_VARIABLE = re.compile(
    r"(?P<escaped>\$(?=\$\{?[A-Z_]))"
    r"|\$(?:(?P<plain>[A-Z_][A-Z0-9_]*)(?![a-z])|\{(?P<braced>[A-Z_][A-Z0-9_]*)\})"
)


class Variable(NamedTuple):
    """A variable as it is written at a place: `at` and `end` count characters of the text."""

    name: str
    at: int
    end: int


Piece = str | Variable


def pieces_of(text: str) -> tuple[Piece, ...]:
    """The text in order."""
    return tuple(_pieces(text))


def names_in(text: str) -> tuple[str, ...]:
    """The names of its variables, in order, each as often as it is written."""
    return tuple(piece.name for piece in _pieces(text) if isinstance(piece, Variable))


def _pieces(text: str) -> Iterator[Piece]:
    at = 0
    begin = 0
    while found := _VARIABLE.search(text, at):
        if found["escaped"]:
            yield text[begin : found.start()]
            # The next `$` and the name after it are text.
            begin = found.end()
            at = begin + 1
            continue
        yield text[begin : found.start()]
        name = found["plain"] or found["braced"]
        yield Variable(name, found.start(), found.end())
        begin = at = found.end()
    yield text[begin:]
