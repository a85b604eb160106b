"""A runbook that names a file of the program, which the tree does not have."""

from collections.abc import Iterator

from drillbook.lint.texts.paths import ancestors, joined
from drillbook.model.library import Card, Library, ReferenceKind
from drillbook.model.lint import Circumstances, Flaw, LibraryLint


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    for card in library.cards:
        said: set[str] = set()
        for reference in card.references:
            path = reference.target
            if reference.kind is not ReferenceKind.FILE or path in said:
                continue
            if _is_missing(path, card, library):
                said.add(path)
                yield Flaw(
                    place=reference.place,
                    message=f"there is no {path} in this tree",
                    help="correct the path, or say where the file is",
                )


def _is_missing(path: str, card: Card, library: Library) -> bool:
    """Only where its folder, or the first one of its path, is there: else it is another tree's."""
    places = [joined(folder, path) for folder in ancestors(card.path)]
    places = [place for place in places if place]
    if any(library.has_file(place) for place in places):
        return False
    first = path.lstrip("./").partition("/")[0]
    starts = (joined(folder, first) for folder in ancestors(card.path))
    return any(library.has_file(start) for start in starts if start)


LINT = LibraryLint(
    name="named-file-not-there",
    summary="a file of the program that a runbook names and the tree does not have",
    check=_check,
)
