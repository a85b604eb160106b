"""A path below a root + its text before and after → the file, written whole or not at all."""

import os
import tempfile
from pathlib import Path

MODE = 0o644


class NotWrittenError(Exception):
    """The file is as it was; one line says why and the cure."""


def write_fixed(root: Path, path: str, before: str, after: str) -> None:
    """Only where the file still holds `before`, and lies below `root`, links followed.

    Its mode stays. Raises NotWrittenError.
    """
    try:
        file = _real(root, path)
        if not _holds(file, before.encode("utf-8", "surrogateescape")):
            raise NotWrittenError(f"{path} was changed meanwhile and is left as it is; lint again")
        _replace(file, after.encode("utf-8", "surrogateescape"))
    except (OSError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise NotWrittenError(
            f"{path} cannot be written: {why}; make it writable to you"
        ) from error


def _real(root: Path, path: str) -> Path:
    """The file itself. A link that leads out of the tree is somebody else's file."""
    file = (root / path).resolve(strict=True)
    if not file.is_relative_to(root.resolve()):
        raise NotWrittenError(
            f"{path} leads out of {root} and is left as it is; lint where the file lies"
        )
    return file


def _holds(file: Path, data: bytes) -> bool:
    """Whether it is this and nothing more."""
    with file.open("rb") as opened:
        return opened.read(len(data) + 1) == data


def write_text(file: Path, text: str) -> None:
    """A file of ours, whether or not it was there before. Raises NotWrittenError."""
    try:
        _replace(file.resolve(), text.encode("utf-8", "surrogateescape"))
    except (OSError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise NotWrittenError(f"{file} cannot be written: {why}; name another path") from error


def _replace(file: Path, data: bytes) -> None:
    """Written beside it, brought to the disk, then renamed: nobody ever sees half a file."""
    mode = file.stat().st_mode if file.exists() else MODE
    if file.exists() and not os.access(file, os.W_OK):
        # A rename asks the folder alone; a file that is not to be written is left in peace.
        raise PermissionError(13, "it is read-only")
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=".drillbook-")
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        Path(temporary).chmod(mode & 0o7777)
        Path(temporary).replace(file)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
