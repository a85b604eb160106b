"""A Document → the relative paths that it names: links to files and anchors, scripts that it runs.

What a program makes, fetches or finds elsewhere is no path of this tree, and is left out.
"""

import re
from collections.abc import Iterator
from itertools import islice

from drillbook.model.document import Document, Fence, Link
from drillbook.model.library import Reference, ReferenceKind

SHELLS = frozenset(("sh", "bash", "shell", "console", "zsh", "shell-session"))
LINE_CHARS_MAX = 2_000
REFERENCES_MAX = 2_000

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_SUFFIXES = r"(?:sh|bash|py|rb|pl|js|ts|sql|ps1|go)"
_PATH = rf"(?P<path>(?:\.{{1,2}}/)?(?:[\w.-]+/){{0,20}}[\w-][\w.-]*\.{_SUFFIXES})"
# At a command's place: the path itself, or behind the program that reads it.
_COMMAND = re.compile(
    r"(?:^|[;&|(]|&&|\|\|)\s*(?:\$ |# )?(?:sudo\s+)?(?:[A-Z_][A-Z0-9_]*=[^\s;|&$]*\s+)*"
    r"(?:(?P<reader>bash|sh|source|\.|python3?|node|ruby|perl)\s+(?:-[a-z]+\s+)?)?"
    rf"{_PATH}(?![\w./-])"
)
_SCRIPT = re.compile(rf"\.{_SUFFIXES}\b")
# After these, the current folder or the machine is not the one that the text lies in.
_ELSEWHERE = re.compile(
    r"\b(?:cd|pushd|ssh|git clone|wget|tar|unzip|chroot|tee|vagrant|nsenter|rsh|su|base64)\b"
    r"|\b(?:docker|podman|kubectl|oc)\s[^\n]{0,200}?\b(?:exec|run|debug|attach|cp)\b"
    r"|\bcurl\s[^\n]{0,500}?(?:-[a-zA-Z]*[oO]\b|--output)|<<|>\s*\S+\.(?:sh|py|sql)"
)


def references_of(document: Document) -> Iterator[Reference]:
    """At most `REFERENCES_MAX`, links first."""
    yield from islice(_all(document), REFERENCES_MAX)


def _all(document: Document) -> Iterator[Reference]:
    for link in document.links:
        if _is_relative(link):
            yield Reference(place=link.place, kind=ReferenceKind.LINK, target=link.target)
    if not document.is_runbook:
        return
    fences = [fence for fence in document.fences if fence.language in SHELLS]
    if not any(_SCRIPT.search(fence.content) for fence in fences):
        return
    is_elsewhere = False
    for fence in fences:
        # What one block has changed into, the next may go on in.
        is_elsewhere = is_elsewhere or _ELSEWHERE.search(fence.content) is not None
        if not is_elsewhere:
            yield from _scripts(document, fence)


def _is_relative(link: Link) -> bool:
    target = link.target
    if not target or _SCHEME.match(target) or "{{" in target:
        return False
    return target.isprintable() and not target.startswith(("$", "%7B%7B"))


def _scripts(document: Document, fence: Fence) -> Iterator[Reference]:
    if fence.language not in SHELLS or "." not in fence.content:
        return
    for number, line in enumerate(fence.content.split("\n"), fence.content_line):
        if len(line) > LINE_CHARS_MAX or line.lstrip().startswith("#"):
            continue
        for match in _COMMAND.finditer(line):
            if match["reader"] or "/" in match["path"]:
                yield Reference(
                    place=document.place_of(match["path"], number),
                    kind=ReferenceKind.SCRIPT,
                    target=match["path"],
                )
