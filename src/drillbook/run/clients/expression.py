"""A PromQL text with `$NAME`s → the same with values, each as a quoted label value and no more.

A value may stand where a label is compared with a string in single or double quotes. It is
escaped as PromQL's strings want it, and behind `=~` and `!~` as a regular expression too, so
that it only ever matches itself.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from drillbook.run.clients.variables import Variable, names_in, pieces_of

VALUE_BYTES_MAX = 4_096

_TOKEN = re.compile(
    r"(?P<comment>\#[^\n]*)"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)"
    r"|(?P<opening>[\"'`])"
)
_COMPARES = re.compile(r"(?<![=!<>])(?P<operator>=~|!~|!=|=)\s*\Z")
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_REGEX_SPECIAL = re.compile(r"[^\w]", re.ASCII)


class ExpressionError(Exception):
    """The text is no expression in which values can stand; the message says why."""


class Place(NamedTuple):
    """Where a variable stands, and how a value is written there."""

    variable: Variable
    quote: str
    is_pattern: bool


def places_in(text: str) -> tuple[Place, ...]:
    """Where the text's variables stand. Raises ExpressionError."""
    if "\0" in text:
        raise ExpressionError("it holds a NUL character")
    return tuple(_places(text))


def filled(text: str, values: Callable[[str], str]) -> str:
    """The expression with its values. Raises ExpressionError, and whatever `values` raises."""
    parts: list[str] = []
    at = 0
    for place in places_in(text):
        parts.append(text[at : place.variable.at])
        parts.append(_written(values(place.variable.name), place))
        at = place.variable.end
    return "".join((*parts, text[at:]))


def _places(text: str) -> Iterator[Place]:
    code = ""
    at = 0
    for found in _TOKEN.finditer(text):
        _refuse_variables(text[at : found.start()])
        code += text[at : found.start()]
        at = found.end()
        if found["opening"]:
            raise ExpressionError(f"the {found[0]} at character {found.start() + 1} is not closed")
        if found["string"]:
            yield from _in_string(found[0], found.start(), code)
            code += '""'
    _refuse_variables(text[at:])


def _in_string(string: str, at: int, before: str) -> Iterator[Place]:
    compares = _COMPARES.search(before)
    for piece in pieces_of(string):
        if not isinstance(piece, Variable):
            continue
        if compares is None:
            raise ExpressionError(
                f"${piece.name} stands in a string that no label is compared with"
            )
        if string[0] == "`":
            raise ExpressionError(
                f"${piece.name} stands between backticks, where nothing is escaped"
            )
        if _ends_in_escape(string[: piece.at]):
            raise ExpressionError(f"a backslash stands before ${piece.name}")
        moved = Variable(piece.name, piece.at + at, piece.end + at)
        yield Place(moved, string[0], compares["operator"] in ("=~", "!~"))


def _ends_in_escape(text: str) -> bool:
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _refuse_variables(code: str) -> None:
    names = names_in(code)
    if names:
        raise ExpressionError(
            f"${names[0]} stands outside of quotes; a value can only be a label's, as in "
            f'{{job="${names[0]}"}}'
        )


def _written(value: str, place: Place) -> str:
    if len(value.encode()) > VALUE_BYTES_MAX:
        raise ExpressionError(f"${place.variable.name} is longer than {VALUE_BYTES_MAX} bytes")
    if place.is_pattern:
        value = _REGEX_SPECIAL.sub(_escaped_in_pattern, value)
    return "".join(_escaped(character, place.quote) for character in value)


def _escaped_in_pattern(found: re.Match[str]) -> str:
    character = found[0]
    return f"\\{character}" if ord(character) < 0x80 else character


def _escaped(character: str, quote: str) -> str:
    if character == quote:
        return f"\\{quote}"
    if character in _ESCAPES:
        return _ESCAPES[character]
    return f"\\x{ord(character):02x}" if ord(character) < 0x20 else character
