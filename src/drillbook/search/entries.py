"""A Document, and the rules that lead to it → Entries: each runbook's lines with their terms."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from drillbook.model.document import Block, Document, Fence, Heading, Prose
from drillbook.model.runbook import Runbook
from drillbook.search.output import is_output
from drillbook.search.rows import (
    ALERT,
    CODE,
    FIRST,
    HEADING,
    LOG,
    PATH,
    PROSE,
    RULE,
    SYMPTOMS,
    TITLE,
    Entry,
    Row,
)
from drillbook.search.words import terms

LINES_MAX = 5_000
LINE_CHARS_MAX = 1_000
FENCE_LINES_MAX = 200
_LEADING = ("symptoms",)
_ADDRESS = re.compile(r"\]\([^()\s]{0,500}\)|https?://\S{1,500}")
_TEMPLATE = re.compile(r"\{\{[^{}]{0,500}\}\}")
_TITLE = re.compile(r"title:\s*(\S.*)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """What a rule says that leads to a document, or to an anchor of it; `text` is of the rule."""

    alert: str
    text: str
    anchor: str = ""


def entries_of(document: Document, pointers: Sequence[Pointer] = ()) -> list[Entry]:
    """One for each runbook of the file; one for the whole of a file that holds none.

    A rule that names no runbook of a file of several is taken to lead to the first.
    """
    runbooks = document.runbooks
    if len(runbooks) <= 1:
        return [_entry(document, runbooks[0] if runbooks else None, document.blocks, pointers)]
    found = []
    for number, runbook in enumerate(runbooks):
        end = runbooks[number + 1].place.line if number + 1 < len(runbooks) else None
        blocks = [block for block in document.blocks if _is_of(block, runbook.place.line, end)]
        own = [each for each in pointers if _leads_to(each, runbook)]
        lost = [] if number else [each for each in pointers if not _is_led(each, runbooks)]
        found.append(_entry(document, runbook, blocks, [*own, *lost]))
    return found


def _is_of(block: Block, begin: int, end: int | None) -> bool:
    return block.line >= begin and (end is None or block.line < end)


def _leads_to(pointer: Pointer, runbook: Runbook) -> bool:
    return pointer.alert in runbook.alerts or (
        bool(pointer.anchor) and pointer.anchor.casefold() == runbook.anchor.casefold()
    )


def _is_led(pointer: Pointer, runbooks: Iterable[Runbook]) -> bool:
    return any(_leads_to(pointer, runbook) for runbook in runbooks)


def _entry(
    document: Document,
    runbook: Runbook | None,
    blocks: Sequence[Block],
    pointers: Sequence[Pointer],
) -> Entry:
    title, line = _title(document, runbook)
    rows = [*_named(document, title, line), *_alerts(document, runbook, line)]
    rows += _body(document, runbook, blocks)
    for pointer in pointers:
        said = f"{pointer.alert} {pointer.text}"[:LINE_CHARS_MAX]
        rows.append(_row(line, RULE, _plainly(said), terms(said)))
    return Entry(
        path=document.path,
        anchor=runbook.anchor if runbook else "",
        title=title,
        rows=tuple(row for row in rows[:LINES_MAX] if row.terms or row.kind == TITLE),
        is_runbook=document.is_runbook or bool(pointers),
    )


def _title(document: Document, runbook: Runbook | None) -> tuple[str, int]:
    """Of the runbook; else what the front matter says; else the file's name."""
    for number, line in enumerate(document.lines[: document.front_lines], start=1):
        found = _TITLE.match(line[:LINE_CHARS_MAX])
        if found and not (runbook and runbook.anchor):
            return found[1].strip("\"' "), number
    if runbook is not None:
        return runbook.title, runbook.place.line
    headings = (block for block in document.blocks if isinstance(block, Heading))
    first = next(headings, None)
    return (first.title, first.line) if first else (PurePath(document.path).stem, 1)


def _named(document: Document, title: str, line: int) -> Iterator[Row]:
    """The title with the file's name, which is often the alert's, and the folder's name."""
    path = PurePath(document.path)
    said = dict.fromkeys(terms(title))
    said |= dict.fromkeys(terms(path.stem.replace("-", " ")))
    yield _row(line, TITLE, title, list(said))
    yield _row(line, PATH, title, terms(path.parent.name.replace("-", " ")))


def _alerts(document: Document, runbook: Runbook | None, line: int) -> Iterator[Row]:
    for name in runbook.alerts if runbook else ():
        front = enumerate(document.lines[: document.front_lines], start=1)
        at = next((number for number, text in front if name in text), line)
        yield _row(at, ALERT, f"alert {name}", terms(name))


def _body(document: Document, runbook: Runbook | None, blocks: Iterable[Block]) -> Iterator[Row]:
    sections = _Sections(runbook)
    is_begun = False
    for number, block in enumerate(blocks):
        kind = sections.kind
        if isinstance(block, Heading):
            sections.enter(block)
            kind = HEADING
        elif isinstance(block, Fence):
            yield from _fenced(block, sections.title, number)
            continue
        rows = [
            Row(line, sections.title, kind, shown.strip()[:LINE_CHARS_MAX], said, number)
            for line, shown, said in _lines(document, block)
        ]
        yield from rows
        if kind == SYMPTOMS and not is_begun:
            is_begun = True
            yield from (row._replace(kind=FIRST) for row in rows)


def _fenced(fence: Fence, section: str, number: int) -> Iterator[Row]:
    lines = fence.content.split("\n")[:FENCE_LINES_MAX]
    for line, whole in enumerate(lines, start=fence.content_line):
        text = whole[:LINE_CHARS_MAX]
        if said := tuple(terms(text)):
            kind = LOG if is_output(text) else CODE
            yield Row(line, section, kind, text.strip(), said, number)


def _lines(
    document: Document, block: Heading | Prose
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Of each line that says something: how it stands in the file, and its terms."""
    texts = [block.title] if isinstance(block, Heading) else block.text.split("\n")
    for line, whole in enumerate(texts, start=block.line):
        text = whole[:LINE_CHARS_MAX]
        said = terms(_ADDRESS.sub("] ", text) if "://" in text or "](" in text else text)
        if said:
            yield (
                line,
                document.lines[line - 1] if line <= len(document.lines) else text,
                tuple(said),
            )


def _plainly(text: str) -> str:
    """What a rule says, without the parts that are filled in when it fires."""
    return _TEMPLATE.sub("…", text)


class _Sections:
    """Where in its runbook one is: the title above, and whether the part tells of symptoms."""

    def __init__(self, runbook: Runbook | None) -> None:
        self._sections = runbook.sections if runbook else ()
        self._lines = [section.place.line for section in self._sections]
        self.title = ""
        self.kind = SYMPTOMS

    def enter(self, heading: Heading) -> None:
        at = bisect_right(self._lines, heading.line) - 1
        if at >= 0:
            role = self._sections[at].role
            self.kind = SYMPTOMS if role in _LEADING else PROSE
        if heading.level > 1:
            self.title = heading.title


def _row(line: int, kind: str, text: str, found: Sequence[str]) -> Row:
    return Row(line, "", kind, text.strip()[:LINE_CHARS_MAX], tuple(found))
