"""A contact that reaches nobody: a number of films, an address of examples, an empty cell."""

import re
from collections.abc import Iterator

from drillbook.lint.texts.said import says_any, words_of
from drillbook.model.document import Document, Heading, Prose
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

_HINTS = words_of(
    "contact contacts escalation escalate escalations oncall call phone phones emergency"
)
_TITLE = re.compile(r"contact|escalat|on-?call|phone|emergency|who to", re.IGNORECASE)
_UNUSABLE = re.compile(
    r"(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)*(?:example|yourcompany|your-company|yourdomain|"
    r"your-domain|company|domain)\.(?:com|org|net|io)(?![\w.-]*\w)|"
    r"(?<![\w-])(?:\+?1[ .-]?)?(?:\(?(?:\d{3}|X{3})\)?[ .-]?)?(?:555|X{3})[.-](?:\d{4}|X{4})"
    r"(?![\w-])|"
    r"[\[<](?:(?:your|team|on-call|contact) )?(?:name|phone|phone number|e-?mail|contact|person)"
    r"(?: here| address| number)?[\]>](?![(\[:])",
    re.IGNORECASE,
)
_REACHED_BY = re.compile(r"phone|e-?mail|contact|slack|pager|reach|channel|name", re.IGNORECASE)
_EMPTY = re.compile(r"[\s\-–—?]*")  # noqa: RUF001 - people write all of these for nothing


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    if not says_any(document, _HINTS):
        return
    # Of the heading that says that contacts follow; 0 outside of any.
    level = 0
    for block in document.blocks:
        if isinstance(block, Heading):
            if not level or block.level <= level:
                level = block.level if _TITLE.search(block.title) else 0
        elif isinstance(block, Prose) and level:
            yield from _of_text(document, block)
            yield from _of_table(document, block)


def _of_text(document: Document, block: Prose) -> Iterator[Flaw]:
    for number, line in enumerate(block.text.split("\n"), start=block.line):
        for found in _UNUSABLE.finditer(line):
            yield Flaw(
                place=document.place_of(found[0], number),
                message=f'nobody can be reached by "{found[0]}"',
                help="write an address or a number that somebody answers",
            )


def _of_table(document: Document, block: Prose) -> Iterator[Flaw]:
    """Rows of which only the first cell says something; in bold it is the title of those below."""
    head, *rows = block.text.split("\n")
    if "|" not in head or len(rows) < 2 or not _REACHED_BY.search(head.partition("|")[2]):
        return
    for number, row in enumerate(rows[1:], start=block.line + 2):
        first, *others = [cell.strip() for cell in row.strip().strip("|").split("|")]
        if (
            first
            and others
            and first[:2] != "**"
            and all(_EMPTY.fullmatch(cell) for cell in others)
        ):
            yield Flaw(
                place=document.place_of("", number),
                message=f'nobody is named for "{first}"',
                help="write who it is and how to reach them, or delete the row",
            )


LINT = DocumentLint(
    name="contact-not-usable",
    summary="a phone number, an address or a row of contacts that reaches nobody",
    check=_check,
)
