"""A Document → the files of a program that its prose names, and the modules that it imports."""

import re
from collections.abc import Iterator
from itertools import islice

from drillbook.model.document import Document, Prose
from drillbook.model.library import Reference, ReferenceKind

NAMED_MAX = 500
_FILE = re.compile(
    r"(?<!`)`(?P<path>(?:\.{1,2}/)?(?:[\w.-]{1,80}/){1,15}[\w.-]{1,80}\."
    r"(?:py|go|rs|ts|js|java|kt|rb|sh|sql|md))(?::\d{1,6})?`(?!`)"
)
# What is made by following the text is not there before, what is another repository's never.
_MADE = re.compile(
    r"creat|\bnew\b|generat|\badd|writ|output|sav|produc|download|clon|copy|copied|unpack|extract|"
    r"will be|deleted|removed|renamed|obsolete|deprecated|\brepo",
    re.IGNORECASE,
)
_IMPORT = re.compile(
    r"(?:^|[\s\"';])(?:from (?P<of>\w{1,80}(?:\.\w{1,80}){1,10}) import |"
    r"import (?P<whole>\w{1,80}(?:\.\w{1,80}){1,10})(?=[\s;\"']|$))"
)
_LANGUAGES = frozenset(("python", "py", "sh", "bash", "shell", "console"))


def named_files(document: Document) -> Iterator[Reference]:
    """At most `NAMED_MAX`; of a runbook only, for other prose may plan what is not there yet."""
    if document.is_runbook:
        yield from islice(_all(document), NAMED_MAX)


def _all(document: Document) -> Iterator[Reference]:
    for block in document.blocks:
        if isinstance(block, Prose) and "`" in block.text and "/" in block.text:
            yield from _in_prose(document, block)
    for fence in document.fences:
        if "import " in fence.content and fence.language in _LANGUAGES:
            for number, line in enumerate(fence.content.split("\n"), fence.content_line):
                for found in _IMPORT.finditer(line) if "import " in line else ():
                    target = found["of"] or found["whole"]
                    place = document.place_of(target, number)
                    yield Reference(place=place, kind=ReferenceKind.MODULE, target=target)


def _in_prose(document: Document, block: Prose) -> Iterator[Reference]:
    for number, line in enumerate(block.text.split("\n"), block.line):
        for found in _FILE.finditer(line) if "/" in line else ():
            if not _MADE.search(line):
                place = document.place_of(found["path"], number)
                yield Reference(place=place, kind=ReferenceKind.FILE, target=found["path"])
