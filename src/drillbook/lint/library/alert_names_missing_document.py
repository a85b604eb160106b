"""An alert whose text names a document that is not in the tree."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from drillbook.lint.linking import rules_of
from drillbook.lint.texts.annotations import sentences_of
from drillbook.lint.texts.nearest import nearest_path
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung
from drillbook.model.place import Place

_DOCUMENT = re.compile(r"(?<![\w:/.{}@-])(?:[\w.-]{1,80}/){0,8}[\w-][\w.-]{0,80}\.md\b")


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    """Only in a tree that has one of the documents that its alerts name, or a folder of one."""
    ends = {end for card in library.cards for end in _ends(card.path)}
    named = list(_named(library))
    if not any(document.casefold() in ends for document, _ in named):
        return
    paths = [card.path for card in library.cards]
    for document, place in named:
        if document.casefold() not in ends and not library.has_file(document):
            found = nearest_path(document, paths)
            yield Flaw(
                place=place,
                message=f"the alert's text names {document}, which is not in this tree",
                help=f"did you mean {found}?" if found else "write it, or name another",
            )


def _named(library: Library) -> Iterator[tuple[str, Place]]:
    for rule in rules_of(library):
        for sentence in sentences_of(rule):
            for match in _DOCUMENT.finditer(sentence.text):
                yield match[0].removeprefix("./"), sentence.place


def _ends(path: str) -> Iterator[str]:
    """All that may be written for this path: its name, and with as many folders as one likes."""
    parts = PurePosixPath(path.casefold()).parts
    for start in range(len(parts)):
        yield "/".join(parts[start:])


LINT = LibraryLint(
    name="alert-names-missing-document",
    summary="an alert whose text names a document that is not there",
    rung=Rung.LINKED,
    check=_check,
)
