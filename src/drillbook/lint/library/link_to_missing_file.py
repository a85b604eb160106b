"""A link to a file that is not in the tree."""

from collections.abc import Iterator

from drillbook.lint.texts.paths import is_there, parts_of
from drillbook.model.library import Library, ReferenceKind
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    for card in library.cards:
        for reference in card.references:
            path, _anchor = parts_of(reference.target)
            if reference.kind is not ReferenceKind.LINK or not path:
                continue
            if is_there(path, card.path, library) is False:
                yield Flaw(
                    place=reference.place,
                    message=f"there is no file {path}",
                    help="correct the path; it counts from the folder of this file",
                )


LINT = LibraryLint(
    name="link-to-missing-file",
    summary="a link to a file that is not there",
    rung=Rung.READABLE,
    check=_check,
)
