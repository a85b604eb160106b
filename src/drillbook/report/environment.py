"""The entries of a drill and its run → on what machine, with what versions it ran. Pure."""

from collections.abc import Iterable

from drillbook.model.journal import Entry
from drillbook.report.clean import bounded

ROWS_MAX = 50
VALUE_CHARACTERS_MAX = 500


def environment_rows(entries: Iterable[Entry]) -> tuple[tuple[str, str], ...]:
    """What entries of the kind `environment` say, and the host on which steps ran."""
    rows: dict[str, str] = {}
    for entry in entries:
        if entry.kind == "environment":
            rows.update({name: _text(value) for name, value in entry.body.items() if value})
        elif entry.kind == "step-started" and "host" in entry.body:
            rows["steps ran on"] = _text(entry.body["host"])
    return tuple(rows.items())[:ROWS_MAX]


def _text(value: object) -> str:
    return bounded(value if isinstance(value, str) else repr(value), VALUE_CHARACTERS_MAX)
