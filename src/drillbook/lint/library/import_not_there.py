"""A step that imports a module which the tree does not have."""

from collections.abc import Iterator

from drillbook.lint.texts.paths import ancestors, joined
from drillbook.model.library import Card, Library, ReferenceKind
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    for card in library.cards:
        said: set[str] = set()
        for reference in card.references:
            name = reference.target
            if reference.kind is not ReferenceKind.MODULE or name in said:
                continue
            if _is_missing(name, card, library):
                said.add(name)
                yield Flaw(
                    place=reference.place,
                    message=f"there is no module {name} in this tree, so the import fails",
                    help="import what the program has now, or correct the name",
                )


def _is_missing(name: str, card: Card, library: Library) -> bool:
    """Only where the package that should hold it is there: else it may be anybody's."""
    path = name.replace(".", "/")
    package, _, _last = path.rpartition("/")
    folders = list(ancestors(card.path))
    # A name of the module before it may be imported as a module as well.
    forms = (f"{path}.py", path, f"{package}.py")
    if any(library.has_file(joined(folder, form)) for folder in folders for form in forms):
        return False
    return any(library.has_file(joined(folder, package)) for folder in folders)


LINT = LibraryLint(
    name="import-not-there",
    summary="a step that imports a module which is not in the tree",
    rung=Rung.RUNNABLE,
    check=_check,
)
