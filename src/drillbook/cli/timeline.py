"""A run's entries → its timeline for a person: when, what, by whom, and what the steps wrote."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from rich.errors import MarkupError
from rich.text import Text

from drillbook.cli.lines import LINES
from drillbook.model.journal import Entry
from drillbook.report.plain import plain

OUTPUT_LINES_MAX = 6
OUTPUT_CHARACTERS_MAX = 200
AT = "%H:%M:%S"
INDENT = " " * 10


def timeline_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """One line an entry, with the head of what its step wrote; a day's name where it begins."""
    day = ""
    polled: tuple[str, str] | None = None
    for entry in entries:
        line = LINES.get(entry.kind)
        if line is None:
            continue
        at = datetime.fromtimestamp(entry.at_ns / 1e9, tz=UTC)
        if (today := f"{at:%Y-%m-%d}") != day:
            day = today
            yield f"{day} UTC"
        said = (str(entry.body.get("step")), str(entry.body.get("result")))
        if entry.kind == "step-started" and entry.body.get("poll", 1) > 1:
            continue
        if entry.kind == "step-finished" and entry.body.get("poll", 1) > 1 and said == polled:
            continue
        yield f"{at:{AT}}  {_plain(line(entry.body))}"
        if entry.kind == "step-finished":
            polled = said
            yield from _output(entry.body)


def _plain(markup: str) -> str:
    try:
        return Text.from_markup(markup, emoji=False).plain
    except MarkupError:
        return plain(markup)


def _output(body: Any) -> Iterator[str]:
    lines = plain(str(body.get("output", ""))).rstrip("\n").expandtabs().split("\n")
    for line in lines[:OUTPUT_LINES_MAX] if lines != [""] else ():
        yield f"{INDENT}  | {line[:OUTPUT_CHARACTERS_MAX]}"
    if len(lines) > OUTPUT_LINES_MAX:
        yield f"{INDENT}  | ... {len(lines) - OUTPUT_LINES_MAX} more lines"
