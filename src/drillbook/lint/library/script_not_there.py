"""A step that runs a script which the tree does not have."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from drillbook.lint.texts.paths import ancestors, is_plain, joined
from drillbook.model.finding import Severity
from drillbook.model.library import Card, Library, Reference, ReferenceKind
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung

_OURS = ("scripts", "script", "tools", "hack", "ops", "runbooks", "deploy", "deployment", "infra")


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    for card in library.cards:
        said: set[str] = set()
        for reference in card.references:
            if reference.kind is not ReferenceKind.SCRIPT or reference.target in said:
                continue
            said.add(reference.target)
            severity = _missing(reference, card, library)
            if severity is not None:
                yield _flaw(reference, severity)


def _missing(reference: Reference, card: Card, library: Library) -> Severity | None:
    """A warning where its folder is there; a note where the folder is one that holds scripts."""
    path = reference.target
    if not is_plain(path):
        return None
    places = [joined(folder, path) for folder in ancestors(card.path)]
    places = [place for place in places if place]
    if any(library.has_file(place) for place in places):
        return None
    folder = str(PurePosixPath(path).parent)
    if folder == ".":
        # A program of another machine may be called so; `./x.sh` is beside whoever runs it.
        return None
    if any(library.has_file(str(PurePosixPath(place).parent)) for place in places):
        return Severity.WARNING
    return Severity.NOTE if PurePosixPath(path).parts[0].lower() in _OURS else None


def _flaw(reference: Reference, severity: Severity) -> Flaw:
    return Flaw(
        place=reference.place,
        message=f"there is no {reference.target} in this tree",
        help="add the script, or correct its path",
        severity=severity,
    )


LINT = LibraryLint(
    name="script-not-there",
    summary="a step that runs a script which is not in the tree",
    rung=Rung.RUNNABLE,
    check=_check,
)
