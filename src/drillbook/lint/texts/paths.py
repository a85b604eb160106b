"""A path as a document writes it → the files of the tree that it may mean."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote

from drillbook.model.library import Library

PATH_CHARS_MAX = 1_000
# As sites that are made of Markdown find a page.
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev)(?:/|$)", re.IGNORECASE)
_PAGES = ("", ".md", ".markdown", "/README.md", "/index.md", "/_index.md", ".html.md")


def parts_of(target: str) -> tuple[str, str]:
    """The path, decoded, without its query, and the anchor; either may be empty."""
    path, _, anchor = target.partition("#")
    return unquote(path.partition("?")[0]).strip(), unquote(anchor)


def is_plain(path: str) -> bool:
    """Whether it can be asked for: bounded, printable, no template, no pattern."""
    return 0 < len(path) <= PATH_CHARS_MAX and path.isprintable() and not set("{}<>*$|\\") & {*path}


def joined(folder: str, path: str) -> str:
    """The path from the root, without `.` and `..`; empty where it leaves the tree."""
    parts: list[str] = []
    for part in (*PurePosixPath(folder).parts, *path.split("/")):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def ancestors(path: str) -> Iterator[str]:
    """The folder of the file, and all above it up to the root."""
    for folder in PurePosixPath(path).parents:
        yield "" if str(folder) == "." else str(folder)


def resolved(path: str, of: str) -> list[str]:
    """What a link of the document `of` may mean; nothing where it leaves the tree.

    Sites count `/`, `@/` and `@site/` from a folder of their own.
    """
    if not is_plain(path) or path.startswith(("/", "@")):
        return []
    folder = str(PurePosixPath(of).parent)
    base = joined("" if folder == "." else folder, path)
    if not base:
        return []
    written = [base.removesuffix(".html") + ".md"] if base.endswith(".html") else []
    return [base + page for page in _PAGES] + written


def is_there(path: str, of: str, library: Library) -> bool | None:
    """None where the tree cannot say: it is absolute, or leaves the tree, or is a template.

    A site may serve a page as a folder, and then its links count from one level deeper.
    """
    places = resolved(path, of)
    if not places or _is_site(path):
        return None
    deeper = resolved(path, f"{of.removesuffix('.md')}/index.md")
    if any(library.has_file(place) for place in (*places, *deeper)):
        return True
    is_file = _SUFFIX.fullmatch(PurePosixPath(path).suffix) is not None
    return False if is_file and _is_in_known_folder(places[0], library) else None


def _is_site(path: str) -> bool:
    """An address whose `https://` was forgotten, or a place in a file such as `x.go:12`."""
    return ":" in path or path.startswith("www.") or _HOST.match(path) is not None


def _is_in_known_folder(place: str, library: Library) -> bool:
    """Where a whole top folder is missing, the tree is part of a larger one."""
    top, slash, _ = place.partition("/")
    return not slash or library.has_file(top)
