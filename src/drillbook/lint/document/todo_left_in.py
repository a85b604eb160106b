"""A mark that something is still to be written."""

import re
from collections.abc import Iterator

from drillbook.lint.texts.said import fence_lines, prose_of, says_any, words_of
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

_HINTS = words_of("todo tbd fixme tba lorem")
# In classes of one letter, so that this line is no mark itself.
_MARKS = "TO[D]O|FIX[M]E|TBD|TBA"
# A list of tasks, or a file of that name, is spoken of; a board has columns of that name.
_MARK = re.compile(
    rf"(?<![A-Za-z0-9/.#-])(?<!\w_)(?:{_MARKS})"
    r"(?![A-Za-z0-9/-]|_\w|\.\w| (?i:lists?|items?|comments?)\b)|Lorem ipsum dolor"
)
_BOARD = re.compile(r"\bDO(?:NE|ING)\b|(?i:in progress)")
# In a command only a comment can say it.
_COMMENT = re.compile(rf"(?:^|\s)(?:#|--|//)\s*(?:{_MARKS})(?!\w)")


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    if not says_any(document, _HINTS):
        return
    for number, line in prose_of(document):
        found = _MARK.search(line)
        if found and not _BOARD.search(line):
            yield _flaw(document, number, found[0])
    for fence in document.fences:
        for number, line in fence_lines(fence):
            found = _COMMENT.search(line)
            if found:
                yield _flaw(document, number, found[0].lstrip())


def _flaw(document: Document, number: int, said: str) -> Flaw:
    return Flaw(
        place=document.place_of(said, number),
        message="here something is still to be written",
        help="write it, or delete the mark and say who knows",
    )


LINT = DocumentLint(
    name="todo-left-in",
    summary="a mark that something is still to be written",
    check=_check,
)
