"""Files that are wanted, among all of their kind → few globs that fit them, and what to leave out.

What a glob fits and nobody wants is excluded by name. Pure, and the same for the same files.
"""

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

# A folder is named as a whole where so many of its files are wanted.
SHARE_MIN = 0.7
TOGETHER_MIN = 2
# More names of single files are not read by anybody: then the whole folder is named.
SINGLE_MAX = 30
GLOB_CHARS_MAX = 1_000
# A settings file is read by people.
GLOBS_MAX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Globs:
    """`wanted` fit the files, but for what `excluded` fit; `left_out` wanted files fit none."""

    wanted: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    left_out: int = 0


def globs_of(files: Mapping[str, bool]) -> Globs:
    """`files` are the paths of one kind of file, and whether each is wanted."""
    shelves = _shelves(files)
    found = [glob for glob in _below(".", shelves) if glob is not None]
    if len(found) > GLOBS_MAX:
        return _by_names(files)
    unwanted = [path for path, is_wanted in sorted(files.items()) if not is_wanted]
    fitted = [path for path in unwanted if _fits_one(path, found)]
    return Globs(wanted=tuple(found), excluded=tuple(_named(fitted, files)))


def _fits_one(path: str, globs: Iterable[str]) -> bool:
    shown, folder = _glob(path) or "", _glob(posixpath.dirname(path)) or ""
    return any(
        shown.startswith(glob.partition("**/")[0])
        if "/**/" in glob
        else "*" in glob and posixpath.dirname(glob) == folder
        for glob in globs
    )


def _by_names(files: Mapping[str, bool]) -> Globs:
    """By the names of the folders that hold them, where there are too many folders."""
    places: dict[tuple[str, str], list[bool]] = {}
    for path, is_wanted in files.items():
        places.setdefault(_place(path), []).append(is_wanted)
    order = sorted(places, key=lambda place: (-sum(places[place]), place))
    chosen = [
        place
        for place in order
        if place[0] and sum(places[place]) >= max(1, SHARE_MIN * len(places[place]))
    ][:GLOBS_MAX]
    fitted = {path: wanted for path, wanted in files.items() if _place(path) in chosen}
    return Globs(
        wanted=tuple(f"**/{_glob(name)}/*{_glob(ending)}" for name, ending in chosen),
        excluded=tuple(_named([p for p, wanted in fitted.items() if not wanted], files)),
        left_out=sum(files.values()) - sum(fitted.values()),
    )


def _place(path: str) -> tuple[str, str]:
    folder, name = posixpath.split(path)
    return posixpath.basename(folder), posixpath.splitext(name)[1]


@dataclass(slots=True)
class _Shelf:
    """A folder: its files, and how many below it are wanted of how many."""

    files: list[str]
    folders: set[str]
    wanted: int = 0
    total: int = 0


def _shelves(files: Mapping[str, bool]) -> dict[str, _Shelf]:
    shelves: dict[str, _Shelf] = {".": _Shelf([], set())}
    for path, is_wanted in sorted(files.items()):
        folder = posixpath.dirname(path) or "."
        _shelf(shelves, folder)
        shelves[folder].files += [path] if is_wanted else []
        while True:
            shelves[folder].wanted += is_wanted
            shelves[folder].total += 1
            if folder == ".":
                break
            folder = posixpath.dirname(folder) or "."
    return shelves


def _shelf(shelves: dict[str, _Shelf], folder: str) -> None:
    """Make the folder known, and all above it."""
    chain = [folder]
    while chain[-1] != ".":
        chain.append(posixpath.dirname(chain[-1]) or ".")
    for child, above in pairwise(chain):
        shelves.setdefault(child, _Shelf([], set()))
        shelves.setdefault(above, _Shelf([], set())).folders.add(child)


def _below(folder: str, shelves: Mapping[str, _Shelf]) -> Iterator[str | None]:
    waiting = [folder]
    while waiting:
        name = waiting.pop(0)
        shelf = shelves[name]
        if not shelf.wanted:
            continue
        inner = [each for each in sorted(shelf.folders) if shelves[each].wanted]
        if not shelf.files and len(inner) == 1:
            # All of it lies deeper, in one place.
            waiting = inner + waiting
            continue
        if name != "." and shelf.wanted >= TOGETHER_MIN and _is_whole(shelf):
            yield from (_glob(f"{name}/**/*{end}", "*") for end in _endings(name, shelves))
            continue
        yield from _singles(name, shelf)
        waiting = sorted(shelf.folders) + waiting


def _is_whole(shelf: _Shelf) -> bool:
    return shelf.wanted >= SHARE_MIN * shelf.total and shelf.total - shelf.wanted <= SINGLE_MAX


def _singles(name: str, shelf: _Shelf) -> Iterator[str | None]:
    if len(shelf.files) <= SINGLE_MAX:
        yield from (_glob(path) for path in shelf.files)
        return
    prefix = "" if name == "." else f"{name}/"
    for ending in sorted({posixpath.splitext(path)[1] for path in shelf.files}):
        yield _glob(f"{prefix}*{ending}", "*")


def _endings(folder: str, shelves: Mapping[str, _Shelf]) -> list[str]:
    found: set[str] = set()
    waiting = [folder]
    while waiting:
        shelf = shelves[waiting.pop()]
        found |= {posixpath.splitext(path)[1] for path in shelf.files}
        waiting += shelf.folders
    return sorted(found)


def _glob(path: str, kept: str = "") -> str | None:
    """The path as a glob that fits it; a character that cannot be written is any character."""
    said = "".join(c if (c in kept or c not in "*?") and c.isprintable() else "?" for c in path)
    return said if len(said) <= GLOB_CHARS_MAX else None


def _named(unwanted: Sequence[str], files: Mapping[str, bool]) -> Iterator[str]:
    """A folder that holds nothing that is wanted stands for its files, a shared name for all."""
    wanted_names = {posixpath.basename(path) for path, is_wanted in files.items() if is_wanted}
    counts = Counter(posixpath.basename(path) for path in unwanted)
    wanted_folders = {folder for path in files if files[path] for folder in _above(path)}
    said: dict[str, None] = {}
    for path in unwanted:
        name = posixpath.basename(path)
        empty = [folder for folder in _above(path) if folder not in wanted_folders]
        if empty:
            said |= {_glob(empty[-1]) or "": None}
            continue
        is_shared = counts[name] > 1 and name not in wanted_names
        glob = _glob(f"**/{name}", "*") if is_shared and "*" not in name else _glob(path)
        said |= {glob: None} if glob else {}
    yield from filter(None, said)


def _above(path: str) -> Iterator[str]:
    """The folders that a file lies in, the nearest first; not the root."""
    folder = posixpath.dirname(path)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
