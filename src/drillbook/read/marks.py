"""The comments of a text that silence lints → Marks, and a Finding for each that says nothing.

`<!-- drillbook: ignore NAME -->` in Markdown, `# drillbook: ignore NAME` in YAML and in the fences
of programs; `ignore-file NAME`, `snooze NAME until 2026-12-31`. What stands behind `because` is
for people.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from drillbook.model.document import Document
from drillbook.model.finding import Finding, Severity
from drillbook.model.inspected import Mark
from drillbook.model.place import Place
from drillbook.read.sentences.wording import quote

WORD = "drillbook:"
MARKS_MAX = 1_000
LINE_CHARS_MAX = 2_000
NOT_UNDERSTOOD = "comment-not-understood"
# Fences in which `#` begins a comment.
COMMENTED = frozenset(
    "sh bash shell zsh console yaml yml toml python py promql ruby perl make".split()
)
_HTML = re.compile(r"<!--[ \t]*drillbook:(?P<said>[^>]*?)-->")
_HASH = re.compile(r"(?:^|[ \t])#[ \t]*drillbook:(?P<said>.*)$")
_SPAN = re.compile(r"(`+)(?!`)[^`]*(?<!`)\1(?!`)")
_SAID = re.compile(
    r"[ \t]*(?P<verb>ignore|ignore-file|snooze)(?P<names>(?:[ \t,]+[a-z0-9-]+)+?)"
    r"(?:[ \t]+until[ \t]+(?P<until>[0-9]{4}-[0-9]{2}-[0-9]{2}))?"
    r"[ \t]*(?:\bbecause\b.*)?"
)
_FORMS = "ignore NAME, ignore-file NAME or snooze NAME until 2026-12-31"

Marks = tuple[tuple[Mark, ...], tuple[Finding, ...]]


def marks_of_document(document: Document) -> Marks:
    """HTML comments outside of fences; comments by `#` in the front matter and in fences."""
    numbers = _saying(document.lines)
    if not numbers:
        return (), ()
    inside = _fence_lines(document)
    found = []
    for number in numbers:
        line = document.lines[number - 1]
        is_front = number <= document.front_lines
        if is_front or inside.get(number) in COMMENTED:
            found += [(number, match) for match in _HASH.finditer(line)]
        elif number not in inside:
            bare = _SPAN.sub(lambda span: "`" * len(span[0]), line)
            found += [(number, match) for match in _HTML.finditer(bare)]
    return _marks(found, document.lines, document.path)


def marks_of_yaml(text: str, path: str) -> Marks:
    """Comments by `#`."""
    if WORD not in text:
        return (), ()
    lines = text.split("\n")
    found = [(n, match) for n in _saying(lines) for match in _HASH.finditer(lines[n - 1])]
    return _marks(found, lines, path)


def _saying(lines: Iterable[str]) -> list[int]:
    """The numbers of the lines that may hold a comment of ours."""
    return [
        number
        for number, line in enumerate(lines, start=1)
        if WORD in line and len(line) <= LINE_CHARS_MAX
    ][:MARKS_MAX]


def _fence_lines(document: Document) -> dict[int, str]:
    """The language of the fence that a line stands in."""
    return {
        number: fence.language
        for fence in document.fences
        for number in range(fence.line, fence.end_line)
    }


def _marks(found: Iterable[tuple[int, re.Match[str]]], lines: Sequence[str], path: str) -> Marks:
    marks, flaws = [], []
    for number, match in found:
        place = Place(
            path=path,
            line=number,
            column=match.start() + 1,
            end_line=number,
            end_column=match.end() + 1,
        )
        mark = _mark(match["said"], place, _next_line(number, lines))
        if mark is None:
            flaws.append(_not_understood(match["said"], place))
        else:
            marks.append(mark)
    return tuple(marks), tuple(flaws)


def _next_line(number: int, lines: Sequence[str]) -> int:
    """The next line on which something stands: a blank line between is a matter of taste."""
    following = (
        n for n in range(number + 1, min(number + 4, len(lines) + 1)) if lines[n - 1].strip()
    )
    return next(following, number)


def _mark(said: str, place: Place, next_line: int) -> Mark | None:
    match = _SAID.fullmatch(said.rstrip())
    if match is None or (match["verb"] == "snooze") is not (match["until"] is not None):
        return None
    try:
        until = date.fromisoformat(match["until"]) if match["until"] else None
    except ValueError:
        return None
    return Mark(
        place=place,
        names=tuple(dict.fromkeys(re.split(r"[ \t,]+", match["names"].strip(" \t,")))),
        next_line=next_line,
        is_of_file=match["verb"] == "ignore-file",
        until=until,
    )


def _not_understood(said: str, place: Place) -> Finding:
    return Finding(
        place=place,
        lint=NOT_UNDERSTOOD,
        message=f'the comment "drillbook: {quote(said.strip())}" is not understood',
        help=f"write {_FORMS}",
        severity=Severity.WARNING,
    )
