r"""A JSON value → its one canonical text; an entry's fields → its hash. Pure.

Canonical form: objects with string keys sorted by code point, no blanks, every character
above 126 as `\uXXXX`, integers of at most 64 bits, floats in the shortest form that reads back
the same, no NaN and no infinity. Two values are the same to the chain exactly if their texts are.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from drillbook.model.journal import JournalError

BODY_BYTES_MAX = 1_000_000
NAME_LENGTH_MAX = 256
INTEGER_MAX = 2**63 - 1
# Deeper than any body of ours, and far from where the recursion of json ends.
DEPTH_MAX = 64
BEGINNING = "0" * 64

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What an entry's hash is made of; `body` is the canonical text of its body."""

    previous: str
    stream: str
    seq: int
    kind: str
    at_ns: int
    body: str


def link_hash(link: Link) -> str:
    """SHA-256, in hexadecimal, of the previous hash and the canonical text of the fields."""
    text = (
        f'{link.previous}{{"at_ns":{link.at_ns},"body":{link.body},"kind":{json.dumps(link.kind)}'
        f',"seq":{link.seq},"stream":{json.dumps(link.stream)}}}'
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def body_text(body: Mapping[str, object]) -> str:
    """The canonical text of a body. Raises JournalError where it is no JSON, or too long."""
    text = canonical(body)
    if len(text) > BODY_BYTES_MAX:
        raise JournalError(
            f"an entry's body has {len(text)} bytes, over the limit of {BODY_BYTES_MAX}; "
            "keep the long part with put_blob and put its hash into the body"
        )
    return text


def canonical(value: object) -> str:
    """The one text of a JSON value. Raises JournalError where it is no JSON value."""
    return json.dumps(
        plain(value, at="body", depth=0), allow_nan=False, separators=(",", ":"), sort_keys=True
    )


def plain(value: object, *, at: str, depth: int) -> Plain:
    """The value in JSON's own types; `at` names its place for the message of a JournalError."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return _integer(value, at=at)
    if isinstance(value, float):
        return _number(value, at=at)
    if depth >= DEPTH_MAX:
        raise JournalError(f"an entry's {at} is nested deeper than {DEPTH_MAX}; make it flatter")
    if isinstance(value, Mapping):
        return {
            _key(key, at=at): plain(item, at=f"{at}.{key}", depth=depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [plain(item, at=f"{at}[]", depth=depth + 1) for item in value]
    raise JournalError(
        f"an entry's {at} is of type {type(value).__name__}; only JSON values can be kept"
    )


def name_text(what: str, name: str) -> str:
    """A stream's or a kind's name as it is. Raises JournalError where it is empty or unfit."""
    if not 0 < len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise JournalError(
            f"{name[:40]!r} cannot be the name of a {what}: "
            f"1 to {NAME_LENGTH_MAX} printable characters are needed"
        )
    return name


def _key(key: object, *, at: str) -> str:
    if not isinstance(key, str):
        raise JournalError(f"an entry's {at} has the key {key!r}; keys must be strings")
    return str.__str__(key)


def _integer(value: int, *, at: str) -> int:
    if abs(value) > INTEGER_MAX:
        raise JournalError(f"an entry's {at} is an integer of over 64 bits; keep it as a string")
    return int(value)


def _number(value: float, *, at: str) -> float:
    if not math.isfinite(value):
        raise JournalError(f"an entry's {at} is {value}, which JSON cannot say; keep None instead")
    return float(value)
