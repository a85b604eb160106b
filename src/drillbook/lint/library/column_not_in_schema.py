"""A query that names a column which its table does not have, by a schema of the tree."""

from collections.abc import Iterator

from drillbook.lint.texts.columns import schema_of
from drillbook.lint.texts.nearest import nearest
from drillbook.lint.texts.paths import ancestors, is_plain, joined
from drillbook.model.library import Library, ReferenceKind
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung

SCHEMAS_MAX = 50
_NAMED = (ReferenceKind.FILE, ReferenceKind.LINK)


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    asked = [
        (card, one)
        for card in library.cards
        for one in card.references
        if one.kind is ReferenceKind.COLUMN
    ]
    tables = _schema(library) if asked else {}
    said: set[tuple[str, str]] = set()
    for card, reference in asked:
        table, _space, column = reference.target.partition(" ")
        columns = tables.get(table)
        if columns is None or column in columns or (card.path, reference.target) in said:
            continue
        said.add((card.path, reference.target))
        meant = nearest(column, columns)
        yield Flaw(
            place=reference.place,
            message=f"the table {table} has no column {column}, so the query fails",
            help=f"did you mean {meant}?" if meant else f"it has {', '.join(sorted(columns)[:6])}",
        )


def _schema(library: Library) -> dict[str, set[str]]:
    """Of all files of SQL that any document names."""
    tables: dict[str, set[str]] = {}
    for path in sorted(set(_paths(library)))[:SCHEMAS_MAX]:
        for table, columns in schema_of(library.text_of(path) or "").items():
            tables.setdefault(table, set()).update(columns)
    return tables


def _paths(library: Library) -> Iterator[str]:
    for card in library.cards:
        for reference in card.references:
            target = reference.target
            if reference.kind in _NAMED and target.endswith(".sql") and is_plain(target):
                places = (joined(folder, target) for folder in ancestors(card.path))
                yield from (place for place in places if place and library.has_file(place))


LINT = LibraryLint(
    name="column-not-in-schema",
    summary="a query that names a column which its table does not have",
    rung=Rung.RUNNABLE,
    check=_check,
)
