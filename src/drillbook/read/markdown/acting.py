"""A Runbook → the hash of what can act in it: steps, sentences as understood, inputs; no prose."""

import hashlib
import json
from dataclasses import fields, is_dataclass
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
    """SHA-256 in hexadecimal over canonical JSON."""
    acting = {name: _plain(getattr(runbook, name)) for name in _ACTING}
    text = json.dumps(acting, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


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
        said = {name: _plain(getattr(value, name)) for name in _acting_fields(kind)}
        return {"is": kind.__name__, **said}
    return value
