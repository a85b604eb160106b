"""What the index keeps of a runbook: its lines in short, and how they are written down as text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
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


def grouped(rows: Iterable[Row]) -> str:
    """Each paragraph's kind, the number of its first row, how many it has, and their terms.

    A paragraph is looked at as a whole, most often in vain: so its lines need not be taken apart.
    """
    groups = groupby(enumerate(rows), key=_group_of)
    return _BREAK.join(_GAP.join(_grouped(list(group))) for _, group in groups)


def _group_of(numbered: tuple[int, Row]) -> tuple[str, int]:
    """What stands in no block is a paragraph of its own."""
    number, row = numbered
    return (row.kind, row.block) if row.block >= 0 else (row.kind, -1 - number)


def _grouped(group: Sequence[tuple[int, Row]]) -> tuple[str, str, str, str]:
    first, row = group[0]
    said = " ".join(term for _, each in group for term in each.terms)
    return row.kind, str(first), str(len(group)), said


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
