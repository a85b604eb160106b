"""Names that a user gave, and texts → files that were not there before."""

import os
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from drillbook.model.settings import Settings

NAME_CHARS_MAX = 100
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]*")


class CannotCreateError(Exception):
    """Nothing was written; one line says why, and the cure."""


def name_of(said: str, what: str) -> str:
    """A name that can be a file's. Raises CannotCreateError for every other one."""
    if not _NAME.fullmatch(said) or len(said) > NAME_CHARS_MAX or said.endswith((" ", ".")):
        raise CannotCreateError(
            f"{ascii(said)[:NAME_CHARS_MAX]} cannot be the name of a {what}; use up to "
            f"{NAME_CHARS_MAX} letters, digits, spaces, dots, _ and -, such as disk-full"
        )
    return said


def path_of(said: str, what: str, folder: str, ending: str) -> str:
    """Where the file belongs: as said where it is a path with this ending, else in the folder."""
    if not said.endswith(ending):
        name = name_of(said, what).replace(" ", "-")
        return f"{folder}/{name}{ending}"
    path = PurePosixPath(said)
    inside = path.parts[1:] if path.is_absolute() else path.parts
    for part in inside:
        name_of(part, f"folder or file of a {what}") if part != ".." else None
    return os.path.relpath(said)


def shelf(root: Path, settings: Settings, part: str, globs: tuple[str, ...] = ()) -> str:
    """The folder that holds such files here: of the only pack, else of the settings' first glob."""
    if len(settings.packs) == 1:
        return Path(os.path.relpath(settings.packs[0] / part, root)).as_posix()
    for glob in globs:
        fixed = glob.split("*")[0].split("?")[0].rpartition("/")[0]
        if fixed:
            return Path(os.path.relpath(settings.folder / fixed, root)).as_posix()
    return part


def write_new(root: Path, files: Mapping[str, str]) -> list[str]:
    """All or none; nothing that is there is touched. Raises CannotCreateError and OSError."""
    taken = [path for path in files if os.path.lexists(root / path)]
    if taken:
        raise CannotCreateError(f"{taken[0]} is there already; give another name, or edit it")
    done: list[str] = []
    try:
        for path, text in files.items():
            _write(root / path, text)
            done.append(path)
    except FileExistsError as error:
        _take_back(root, done)
        # It may be a file where a folder is wanted.
        taken_by = os.path.relpath(error.filename, root)
        raise CannotCreateError(
            f"{taken_by} is there already; give another name, or edit it"
        ) from error
    except OSError:
        _take_back(root, done)
        raise
    return done


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A link that somebody put there in this moment is not followed.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o644), "w", encoding="utf-8") as file:
        file.write(text)


def _take_back(root: Path, paths: list[str]) -> None:
    for path in paths:
        (root / path).unlink(missing_ok=True)
