"""What a conversion is given, and what it gives: pure functions between nouns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from drillbook.model.document import Document
from drillbook.model.finding import Finding, Severity
from drillbook.model.place import Place

LINT = "not-carried-over"


class Value(Protocol):
    """A value of YAML or JSON with its place; at most one of `items` and `entries` is not None.

    `text` is a scalar as written, `value` as YAML's core schema reads it.
    """

    @property
    def place(self) -> Place: ...
    @property
    def value(self) -> str | int | float | bool | None: ...
    @property
    def text(self) -> str: ...
    @property
    def items(self) -> Sequence["Value"] | None: ...
    @property
    def entries(self) -> Mapping[str, "Value"] | None: ...
    @property
    def key_places(self) -> Mapping[str, Place]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file. `values` are its YAML documents, `document` is it as Markdown.

    `owner` is who will own what comes of it. `may_be_input` and `may_be_pattern` say what the
    format allows; `variables_of` names what a shell script takes from outside.
    """

    path: str
    text: str
    document: Document
    values: tuple[Value, ...] = ()
    owner: str = ""
    may_be_input: Callable[[str], bool] = str.isidentifier
    may_be_pattern: Callable[[str], bool] = lambda _: True
    variables_of: Callable[[str], frozenset[str]] = lambda _: frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """`files` by their names; `leftovers` are what the format cannot say, each with its place."""

    files: Mapping[str, str] = field(default_factory=dict)
    leftovers: tuple[Finding, ...] = ()


def leftover(place: Place, message: str, cure: str) -> Finding:
    """Something that the source says and the runbook does not."""
    return Finding(place=place, lint=LINT, message=message, help=cure, severity=Severity.WARNING)


def entry(value: Value | None, key: str) -> Value | None:
    """The key's value; None where there is none, or nothing in it."""
    entries = value.entries if value is not None else None
    found = entries.get(key) if entries else None
    if found is None or (found.value is None and found.items is None and found.entries is None):
        return None
    return found


def said(value: Value | None, key: str) -> str:
    """A scalar of the key, as written; empty for everything else."""
    found = entry(value, key)
    is_scalar = found is not None and found.items is None and found.entries is None
    return found.text if found is not None and is_scalar else ""


def listed(value: Value | None) -> Sequence[Value]:
    """The items of a list; empty for everything else."""
    return value.items if value is not None and value.items is not None else ()


def keys(value: Value | None) -> Mapping[str, Value]:
    """The entries of a mapping; empty for everything else."""
    return value.entries if value is not None and value.entries is not None else {}


def texts(value: Value | None) -> tuple[str, ...]:
    """The scalars of a list, or of a scalar alone."""
    if value is None:
        return ()
    if value.items is None:
        return (value.text,) if value.entries is None and value.value is not None else ()
    return tuple(each.text for each in value.items if each.items is None and each.entries is None)
