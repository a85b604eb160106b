"""The text of a `drillbook.toml` and the path of a key → the place where it stands.

The parser of TOML tells no places. A line is looked for that says the key, or the table nearest
to it; it is looked for among lines, so one inside a text of several lines may be taken for it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from drillbook.model.place import Place

Path = tuple[int | str, ...]

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_KEYS = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_TABLE = re.compile(rf"^[ \t]*(\[\[?)[ \t]*({_KEYS})[ \t]*\]")
_KEY = re.compile(rf"^[ \t]*({_KEYS})[ \t]*=")
_SAID = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)$")


def placed(place: Place, text: str, path: Path) -> Place:
    """The first line that says the most of the path; the file's beginning if none does."""
    best, found = 0, place
    for line, here in _said(text):
        alike = _alike(here, path)
        if alike > best:
            best, found = alike, replace(place, line=line)
    return found


def placed_by(place: Place, cause: str) -> Place:
    """The place that an error of the TOML parser names at its end."""
    said = _SAID.search(cause)
    return replace(place, line=int(said[1]), column=int(said[2])) if said else place


def _said(text: str) -> Iterator[tuple[int, Path]]:
    """Each line that begins a table or says a key, and the path of that."""
    table: Path = ()
    counts: dict[Path, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if head := _TABLE.match(line):
            table = _parts(head[2])
            if head[1] == "[[":
                index = counts[table] = counts.get(table, -1) + 1
                table = (*table, index)
            yield number, table
        elif key := _KEY.match(line):
            yield number, (*table, *_parts(key[1]))


def _parts(keys: str) -> Path:
    return tuple(part.strip("\"'") for part in re.findall(_PART, keys))


def _alike(one: Path, other: Path) -> int:
    """How many steps from the beginning are the same."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
