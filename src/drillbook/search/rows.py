"""What the index keeps of a runbook: its lines in short, and how they are written down as text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

TITLE, PATH, ALERT, RULE = "t", "d", "a", "r"
HEADING, FIRST, SYMPTOMS, PROSE, LOG, CODE = "h", "f", "s", "p", "l", "c"
_GAP = "\t"
_BREAK = "\n"


class Row(NamedTuple):
    """One line as it stands (`text`), its terms, and the title of the section that it is in.

    Lines of one paragraph have one `block`. A FIRST row repeats one of the SYMPTOMS: what a
    runbook says first tells best what it is about.
    """

    line: int
    section: str
    kind: str
    text: str
    terms: tuple[str, ...]
    block: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One runbook, or other Markdown. `anchor` is empty for a whole file."""

    path: str
    anchor: str
    title: str
    rows: tuple[Row, ...]
    is_runbook: bool = True


def written(rows: Iterable[Row]) -> str:
    """Lines of six columns; `read_row` reads one again."""
    return _BREAK.join(
        f"{line}\t{kind}\t{block}\t{' '.join(said)}\t{_flat(section)}\t{_flat(text)}"
        for line, section, kind, text, said, block in rows
    )


def read_row(line: str) -> Row:
    """Raises ValueError where the line is none of `written`."""
    number, kind, block, said, section, text = line.split(_GAP)
    return Row(
        line=int(number),
        kind=kind,
        block=int(block),
        terms=tuple(said.split(" ")),
        section=section,
        text=text,
    )


def _flat(text: str) -> str:
    return " ".join(text.split())
