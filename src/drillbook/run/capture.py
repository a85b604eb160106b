"""Outcome + Capture sentence → the value, or why there is none."""

import json
import re
from typing import Any

import re2

from drillbook.model.attempt import Ending, Outcome
from drillbook.model.sentence import Capture, CaptureKind
from drillbook.run.evaluate import numbers_in

# A captured value becomes an environment variable of later steps; the kernel's limit for one is
# 128 KiB, and nothing that a runbook captures needs a hundredth of it.
VALUE_BYTES_MAX = 4096

_PATH_PART = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d{1,9})\]|\['([^']*)'\]")


def take(capture: Capture, outcome: Outcome) -> str | None:
    """The value that the Capture takes from the output, or None where it finds none.

    None also where the step did not end well, where a number is asked for and there is not
    exactly one, and where the value is longer than VALUE_BYTES_MAX or holds a NUL.
    """
    if outcome.ending is not Ending.EXITED or outcome.exit_code != 0 or outcome.missing:
        return None
    value = _TAKERS[capture.kind](capture, outcome.output)
    if value is None or "\0" in value or len(value.encode()) > VALUE_BYTES_MAX:
        return None
    return value


def _number(_: Capture, output: str) -> str | None:
    found = numbers_in(output)
    return found[0] if len(found) == 1 else None


def _group(capture: Capture, output: str) -> str | None:
    found = re2.search(capture.pattern, output)
    if found is None or capture.group > len(found.groups()):
        return None
    value: str | None = found.group(capture.group)
    return value


def _json_path(capture: Capture, output: str) -> str | None:
    """A path of names and indices, `$.a.b[0]['c d']` (the singular queries of RFC 9535)."""
    try:
        value: Any = json.loads(output)
    except (ValueError, RecursionError):
        return None
    parts = _path_parts(capture.pattern)
    if parts is None:
        return None
    for part in parts:
        is_index = isinstance(part, int) and isinstance(value, list) and part < len(value)
        is_name = isinstance(part, str) and isinstance(value, dict) and part in value
        if not (is_index or is_name):
            return None
        value = value[part]
    return value if isinstance(value, str) else json.dumps(value)


def _path_parts(path: str) -> list[str | int] | None:
    """The names and indices of a path, None where it is none of that form."""
    parts: list[str | int] = []
    rest = path.removeprefix("$")
    rest = rest if rest.startswith((".", "[")) or not rest else f".{rest}"
    while rest:
        found = _PATH_PART.match(rest)
        if found is None:
            return None
        name, index, quoted = found.groups()
        parts.append(int(index) if index is not None else name if name is not None else quoted)
        rest = rest[found.end() :]
    return parts


_TAKERS = {
    CaptureKind.NUMBER: _number,
    CaptureKind.GROUP: _group,
    CaptureKind.JSON_PATH: _json_path,
}
