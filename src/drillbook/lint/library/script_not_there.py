"""A step that runs a script which the tree does not have."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from drillbook.lint.paths import ancestors, is_plain, joined
from drillbook.model.library import Card, Library, Reference, ReferenceKind
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung

_OURS = ("scripts", "script", "tools", "hack", "ops", "runbooks", "deploy", "deployment", "infra")


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    for card in library.cards:
        said: set[str] = set()
        for reference in card.references:
            is_script = reference.kind is ReferenceKind.SCRIPT and reference.target not in said
            if is_script and _is_missing(reference, card, library):
                said.add(reference.target)
                yield _flaw(reference)


def _is_missing(reference: Reference, card: Card, library: Library) -> bool:
    """Only where the tree should hold it: its folder is there, or is one that holds scripts."""
    path = reference.target
    if not is_plain(path):
        return False
    places = [joined(folder, path) for folder in ancestors(card.path)]
    places = [place for place in places if place]
    if any(library.has_file(place) for place in places):
        return False
    folder = str(PurePosixPath(path).parent)
    if folder == ".":
        # A program of another machine may be called so; `./x.sh` is beside whoever runs it.
        return False
    is_ours = PurePosixPath(path).parts[0].lower() in _OURS
    return is_ours or any(library.has_file(str(PurePosixPath(place).parent)) for place in places)


def _flaw(reference: Reference) -> Flaw:
    return Flaw(
        place=reference.place,
        message=f"there is no {reference.target} in this tree",
        help="add the script, or correct its path",
    )


LINT = LibraryLint(
    name="script-not-there",
    summary="a step that runs a script which is not in the tree",
    rung=Rung.RUNNABLE,
    check=_check,
)
