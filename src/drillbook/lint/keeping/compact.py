"""Nouns → compact JSON and back: what a worker hands over, and what is kept until the next time.

The types of a noun's fields say how it is written, so a field that is added needs nothing here.
Nothing that is read can do more than be a wrong noun: that raises CompactError.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Codec = tuple[Callable[[Any], Any], Callable[[Any], Any]]
# Nouns hold no circles.
_JSON = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode
_PLAIN = (str, int, float, bool, NoneType)


class CompactError(ValueError):
    """The text is none that `written` made of such a noun."""


def written(value: object, kind: object) -> bytes:
    """The value, which must be of that type, as JSON."""
    encode, _ = _codec(kind)
    return _JSON(encode(value)).encode("utf-8", "surrogatepass")


def understood(data: bytes, kind: object) -> Any:
    """The value again. Raises CompactError."""
    _, decode = _codec(kind)
    try:
        return decode(json.loads(data.decode("utf-8", "surrogatepass")))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CompactError(str(error)) from error


def _same(value: Any) -> Any:
    return value


@cache
def _codec(kind: Any) -> Codec:
    """How values of a type are written and read."""
    if kind in _PLAIN:
        return _same, _same
    if isinstance(kind, type):
        return _of_class(kind)
    return _of_parts(get_origin(kind), get_args(kind))


def _of_class(kind: type) -> Codec:
    if kind is date:
        return date.isoformat, date.fromisoformat
    if issubclass(kind, Enum):
        return (lambda value: value.value), kind
    if is_dataclass(kind):
        return _noun(kind)
    raise TypeError(f"nothing says how {kind} is written")


def _of_parts(origin: Any, arguments: tuple[Any, ...]) -> Codec:
    """A type that is made of others."""
    if origin in (Union, UnionType):
        return _optional(arguments)
    if origin in (tuple, frozenset):
        return _many(arguments[0], origin)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(arguments[1])
    raise TypeError(f"nothing says how {origin} of {arguments} is written")


def _optional(arguments: tuple[Any, ...]) -> Codec:
    (kind,) = (argument for argument in arguments if argument is not NoneType)
    encode, decode = _codec(kind)
    return (
        lambda value: None if value is None else encode(value),
        lambda value: None if value is None else decode(value),
    )


def _many(kind: Any, made: Callable[[Any], Any]) -> Codec:
    encode, decode = _codec(kind)
    if encode is _same:
        return list, made
    return (
        lambda values: [encode(value) for value in values],
        lambda values: made([decode(value) for value in values]),
    )


def _mapping(kind: Any) -> Codec:
    encode, decode = _codec(kind)
    return (
        lambda values: {key: encode(value) for key, value in values.items()},
        lambda values: {key: decode(value) for key, value in values.items()},
    )


def _noun(kind: type) -> Codec:
    """A list of the fields' values, in their order, without the last ones that are as usual."""
    hints = get_type_hints(kind)
    parts = [(field.name, *_codec(hints[field.name])) for field in fields(kind)]
    usual = [
        field.default if field.default_factory is MISSING else field.default_factory()
        for field in fields(kind)
    ]
    names = [name for name, _, _ in parts]
    get = attrgetter(*names)
    fields_of = get if len(names) > 1 else lambda value: (get(value),)
    written_so = [(at, write) for at, (_, write, _) in enumerate(parts) if write is not _same]

    def encode(value: Any) -> list[Any]:
        said = list(fields_of(value))
        while said and said[-1] == usual[len(said) - 1]:
            said.pop()
        for at, write in written_so:
            if at >= len(said):
                break
            said[at] = write(said[at])
        return said

    def decode(values: Any) -> Any:
        if len(values) > len(parts):
            raise CompactError(f"more than a {kind.__name__} has")
        return kind(
            **{name: read(value) for value, (name, _, read) in zip(values, parts, strict=False)}
        )

    return encode, decode
