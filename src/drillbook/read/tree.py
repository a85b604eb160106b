"""Paths that a user named → the files below them that linting reads, in order.

Nothing is followed out of the folder that was named, and nothing is opened here.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

MARKDOWN = (".md", ".markdown")
YAML = (".yaml", ".yml")
PACK_FILE = "pack.yaml"
DRILLS = "drills"
# Folders that hold what others wrote.
SKIPPED = frozenset(("node_modules", "vendor", "__pycache__", "site-packages", "venv"))
DEPTH_MAX = 64


class FileKind(Enum):
    """What the name and the place of a file say of it."""

    DOCUMENT = "document"
    YAML = "yaml"
    PACK = "pack"
    DRILL = "drill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file to read. `path` is shown and opened from the root; `is_named` by the user himself."""

    path: str
    kind: FileKind
    is_named: bool = False

    @property
    def key(self) -> str:
        """All of it in one text, which is UTF-8 also where the path is not."""
        kind = f"{self.kind.value}{'*' if self.is_named else ''}"
        if self.path.isascii():
            return f"{kind}:{self.path}"
        return f"{kind}:x:{os.fsencode(self.path).hex()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Where to look. `paths` count from `root`; what `exclude` fits is not read.

    Globs are of whole paths, as is `root`. Where there are `globs`, only what fits one of them is
    read of what lies in `paths`.
    """

    root: Path
    paths: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    globs: tuple[str, ...] = ()


def files_of(tree: Tree) -> Iterator[Found]:
    """Each file once, in the order of the paths; a path that is nothing is found all the same."""
    seen: set[str] = set()
    for path in tree.paths:
        for found in _below(tree, path):
            is_out = bool(tree.exclude) and fits(whole_path(tree.root, found.path), tree.exclude)
            if found.path not in seen and not is_out:
                seen.add(found.path)
                yield found


def _below(tree: Tree, path: str) -> Iterator[Found]:
    shown = os.path.normpath(path)
    if not os.path.isdir(tree.root / shown):  # noqa: PTH112 - a name too long is no folder
        yield Found(path=shown, kind=_named_kind(tree.root, shown), is_named=True)
        return
    yield from _walk(tree, str(tree.root / shown), "" if shown == "." else f"{shown}/", DEPTH_MAX)


def _named_kind(root: Path, path: str) -> FileKind:
    """A file that was named is Markdown unless its name says another thing."""
    folder, name = os.path.split(path)
    is_drills = folder.endswith(DRILLS) and (root / folder).with_name(PACK_FILE).is_file()
    return _kind(name, is_drills=is_drills) or FileKind.DOCUMENT


def _walk(tree: Tree, folder: str, prefix: str, depth: int) -> Iterator[Found]:
    """The files of a folder, then its folders, each by name. `depth` is how deep one may go."""
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
    except PermissionError:
        # Unknown is not passed: whoever reads it says that it cannot be read.
        yield Found(path=prefix.rstrip("/") or ".", kind=FileKind.DOCUMENT)
        return
    except OSError:
        return
    is_drills = prefix.endswith(f"{DRILLS}/") and Path(folder).with_name(PACK_FILE).is_file()
    for entry in inside:
        kind = _kind(entry.name, is_drills=is_drills)
        if kind is not None and _is_file(entry) and _is_wanted(tree, entry, prefix + entry.name):
            yield Found(path=prefix + entry.name, kind=kind)
    for entry in inside if depth else ():
        if entry.is_dir(follow_symlinks=False) and not is_skipped(entry.name):
            yield from _walk(tree, entry.path, f"{prefix}{entry.name}/", depth - 1)


def _is_file(entry: os.DirEntry[str]) -> bool:
    """A link that leads to itself is none."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_wanted(tree: Tree, entry: os.DirEntry[str], path: str) -> bool:
    is_meant = not tree.globs or fits(whole_path(tree.root, path), tree.globs)
    return is_meant and is_inside(tree.root, entry)


def whole_path(root: Path, path: str) -> str:
    """The path that globs are held against; `path` is normal, and may lead out of the root."""
    if path.startswith(("/", "..")):
        return os.path.normpath(root / path)
    return f"{root}/{path}"


def is_skipped(name: str) -> bool:
    """Whether a folder of this name is never walked into."""
    return name.startswith(".") or name in SKIPPED


def is_inside(root: Path, entry: os.DirEntry[str]) -> bool:
    """A link is read only where it stays below the root."""
    if not entry.is_symlink():
        return True
    try:
        return Path(entry.path).resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False


def _kind(name: str, *, is_drills: bool) -> FileKind | None:
    if name.endswith(MARKDOWN):
        return FileKind.DOCUMENT
    if not name.endswith(YAML):
        return None
    if name == PACK_FILE:
        return FileKind.PACK
    return FileKind.DRILL if is_drills else FileKind.YAML


def fits(path: str, globs: Iterable[str]) -> bool:
    """Whether the path fits one of the globs; a folder's glob fits all that lies in it."""
    return any(_pattern(glob).fullmatch(path) for glob in globs)


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    """`*` and `?` stay within one name, `**` crosses folders; all else means itself."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", os.path.normpath(glob).replace(os.sep, "/"))
    said = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(said.get(part) or re.escape(part) for part in parts) + "(?:/.*)?")
