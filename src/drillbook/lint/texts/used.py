"""A Document → the options that it gives to scripts of the tree, and the networks that it names."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from drillbook.model.document import Document, Fence
from drillbook.model.library import Reference, ReferenceKind

USED_MAX = 500
LINE_CHARS_MAX = 2_000
SHELLS = frozenset(("sh", "bash", "shell", "console"))
# Up to where the next command, or a comment, begins.
_REST = re.compile(r"[^;|&#<>]*")
_OPTION = re.compile(r"(?<=\s)--[a-z][\w-]{1,60}(?=[\s=]|$)")
_NETWORK = re.compile(
    r"\b(?:docker|podman) network (?:connect|disconnect|inspect|rm) (?:-\S{1,40} ){0,5}"
    r"(?P<at>[\w.-]{1,80})|"
    r"\b(?:docker|podman) run [^;|&\n]{0,300}?--net(?:work)?[= ](?P<of>[\w.-]{1,80})"
)


def used_of(document: Document, references: Iterable[Reference]) -> Iterator[Reference]:
    """At most `USED_MAX` of each kind. `references` are those of the document, with its scripts."""
    if document.is_runbook:
        yield from islice(_options(document, references), USED_MAX)
        yield from islice(_networks(document), USED_MAX)


def _options(document: Document, references: Iterable[Reference]) -> Iterator[Reference]:
    for script in references:
        if script.kind is not ReferenceKind.SCRIPT:
            continue
        line = document.lines[script.place.line - 1][:LINE_CHARS_MAX]
        rest = _REST.match(line, script.place.end_column - 1)
        for option in _OPTION.finditer(rest[0]) if rest else ():
            yield Reference(
                place=document.place_of(option[0], script.place.line),
                kind=ReferenceKind.OPTION,
                target=f"{script.target} {option[0]}",
            )


def _networks(document: Document) -> Iterator[Reference]:
    for fence in document.fences:
        if " --net" in fence.content or " network " in fence.content:
            yield from _networks_in(document, fence)


def _networks_in(document: Document, fence: Fence) -> Iterator[Reference]:
    if fence.language not in SHELLS:
        return
    for number, line in enumerate(fence.content.split("\n"), fence.content_line):
        for found in _NETWORK.finditer(line[:LINE_CHARS_MAX]):
            name = found["at"] or found["of"]
            place = document.place_of(name, number)
            yield Reference(place=place, kind=ReferenceKind.NETWORK, target=name)
