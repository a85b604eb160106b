"""What stands behind the ticks of a fence, in braces or as JSON → what of it our format has."""

import json
import re
from collections.abc import Mapping

from drillbook.convert.source import leftover
from drillbook.convert.text import one_line
from drillbook.model.document import Fence
from drillbook.model.finding import Finding
from drillbook.model.place import Place

# Ours, as far as a fence of others may have them.
KEPT = frozenset(
    "name timeout on idempotent retry every cwd interpreter exports background approve tag "
    "excludeFromRunAll promptEnv".split()
)
_FLAGS = frozenset(("idempotent", "background", "excludeFromRunAll"))
_CALLED = {"category": "tag"}
# What says how another tool shows or identifies a block.
SILENT = frozenset(
    "id mimeType closeTerminalOnSuccess openTerminalOnSuccess terminalRows outputItems "
    "runme version language linenums title".split()
)
_PAIR = re.compile(r"([A-Za-z_][\w.-]*)=(\"[^\"]*\"|'[^']*'|[^\s{}]*)")
_SIMPLE = re.compile(r"[A-Za-z0-9_.,:/@+-]{1,200}")
INFO_CHARS_MAX = 2_000


def attributes_of(fence: Fence, path: str, leftovers: list[Finding]) -> Mapping[str, str]:
    """By our keys. What it says and our format cannot is added to `leftovers`."""
    kept: dict[str, str] = {}
    for key, value in _pairs(fence.info[:INFO_CHARS_MAX]).items():
        ours = _CALLED.get(key, key)
        if ours in KEPT and _SIMPLE.fullmatch(value):
            kept[ours] = _flag(value) if ours in _FLAGS else value
        elif key == "interactive" and value == "false":
            continue
        elif key not in SILENT:
            place = Place(path=path, line=fence.line)
            shown = f"{one_line(key)}={one_line(value)}"
            message = f"the fence says {shown}, which no step of ours can"
            cure = (
                "a step asks nobody: give it inputs" if key == "interactive" else "say it in words"
            )
            leftovers.append(leftover(place, message, cure))
    return kept


def _flag(value: str) -> str:
    return {"true": "yes", "false": "no"}.get(value, value)


def _pairs(info: str) -> dict[str, str]:
    _, brace, rest = info.partition("{")
    if not brace:
        return {}
    try:
        found = json.loads("{" + rest[: rest.rfind("}") + 1])
    except (ValueError, RecursionError):
        return {key: value.strip("\"'") for key, value in _PAIR.findall(rest)}
    return {
        str(key): json.dumps(value) if isinstance(value, bool) else str(value)
        for key, value in found.items()
    }
