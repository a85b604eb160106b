"""A step that names a network of containers, which no compose file beside it makes."""

import re
from collections.abc import Iterator

from drillbook.lint.texts.paths import ancestors, joined
from drillbook.model.library import Card, Library, ReferenceKind
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung

_NAMES = ("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml")
# What every daemon has.
_ALWAYS = frozenset(("bridge", "host", "none", "default", "container", "ingress"))
_BLOCK = re.compile(r"^networks:[ \t]*\n((?:[ \t]+[^\n]*\n|[ \t]*\n|#[^\n]*\n)+)", re.MULTILINE)
_KEY = re.compile(r"^[ \t]{1,8}([\w.-]{1,80}):", re.MULTILINE)
_NAME = re.compile(r"\bname:[ \t]*[\"']?([\w.-]{1,80})")


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    for card in library.cards:
        named = [one for one in card.references if one.kind is ReferenceKind.NETWORK]
        known = _networks(card, library) if named else None
        for reference in named if known else ():
            if known is not None and not _is_one(reference.target, known):
                yield Flaw(
                    place=reference.place,
                    message=f"the compose file makes no network {reference.target}, but "
                    f"{', '.join(sorted(known)[:3])}",
                    help="name the network as `docker network ls` does",
                )


def _networks(card: Card, library: Library) -> frozenset[str] | None:
    """Of the nearest compose files; None where none of them says which networks there are."""
    for folder in ancestors(card.path):
        paths = (joined(folder, name) for name in _NAMES)
        texts = [library.text_of(path) for path in paths if library.has_file(path)]
        if texts:
            blocks = [block for text in texts for block in _BLOCK.findall(f"{text}\n")]
            found = {name for block in blocks for name in (*_keys(block), *_NAME.findall(block))}
            return frozenset(found) or None
    return None


def _keys(block: str) -> Iterator[str]:
    """Those of the first level alone."""
    indent = len(block) - len(block.lstrip(" \t"))
    for found in _KEY.finditer(block):
        if len(found[0]) - len(found[0].lstrip(" \t")) == indent:
            yield found[1]


def _is_one(name: str, known: frozenset[str]) -> bool:
    """Compose puts the project's name before that of a network."""
    return name in _ALWAYS or any(name == one or name.endswith(f"_{one}") for one in known)


LINT = LibraryLint(
    name="network-not-in-compose",
    summary="a step that names a network which the compose file does not make",
    rung=Rung.RUNNABLE,
    check=_check,
)
