"""A Runbook → the hash of what can act in it: steps, sentences as understood, inputs; no prose."""

import hashlib
import json
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache

from drillbook.model.runbook import Runbook

# Where something stands and how it is worded does not change what it does.
_PROSE = frozenset(
    (
        "place",
        "risk_place",
        "text",
        "risk_text",
        "undo_text",
        "title",
        "command_line",
        "is_named",
        "prompt",
    )
)
# Of a text inside a term (`output is …`) the words do act.
_ACTING_TEXTS = frozenset(("OutputCompares",))
_ACTING = (
    "kind",
    "alerts",
    "objectives",
    "inputs",
    "locks",
    "checks",
    "options",
    "verification",
)


def acting_hash(runbook: Runbook) -> str:
    """SHA-256 in hexadecimal over canonical JSON.

    What has its default is left out: a later version that knows more attributes gives a text that
    uses none of them the same hash, so that runs and proofs outlive an upgrade.
    """
    text = acting_text(runbook)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def acting_text(runbook: Runbook) -> str:
    """What is hashed: canonical JSON."""
    return json.dumps(_said(runbook, _ACTING), sort_keys=True, separators=(",", ":"))


def _said(noun: object, names: tuple[str, ...]) -> dict[str, object]:
    """These fields of a noun, without those that have their default."""
    kind: type = type(noun)
    defaults = _defaults(kind)
    values = ((name, getattr(noun, name)) for name in names)
    return {name: _plain(value) for name, value in values if value != defaults[name]}


@cache
def _defaults(kind: type) -> dict[str, object]:
    return {
        field.name: field.default if field.default_factory is MISSING else field.default_factory()
        for field in fields(kind)
    }


@cache
def _acting_fields(kind: type) -> tuple[str, ...]:
    names = tuple(field.name for field in fields(kind))
    dropped = _PROSE - {"text"} if kind.__name__ in _ACTING_TEXTS else _PROSE
    return tuple(name for name in names if name not in dropped)


def _plain(value: object) -> object:
    """What JSON can say; every noun with its type, so that no two are taken for each other."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        kind = type(value)
        return {"is": kind.__name__, **_said(value, _acting_fields(kind))}
    return value
