"""A path → the text of the file, never more than a bound of it, or one Finding with the cure."""

import os
import stat
from pathlib import Path

from drillbook.model.finding import Finding
from drillbook.model.place import Place

FILE_BYTES_MAX = 2_000_000
_CHUNK_BYTES = 1 << 16


def read_text(
    path: Path | str, shown_as: str | None = None, *, limit_bytes: int = FILE_BYTES_MAX
) -> tuple[str | None, tuple[Finding, ...]]:
    """The whole text, or None and why: missing, no file, unreadable, too large, binary."""
    place = Place(path=shown_as if shown_as is not None else str(path))
    try:
        data = _bounded_bytes(path, limit_bytes)
    except (FileNotFoundError, NotADirectoryError):
        cure = "check the path; it counts from the current folder"
        return None, (_flaw(place, "file-not-found", "there is no such file", cure),)
    except IsADirectoryError:
        cure = "name one file in it"
        return None, (_flaw(place, "file-is-a-folder", "this is a folder, not a file", cure),)
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = f"the file cannot be read: {cause}"
        return None, (_flaw(place, "file-not-readable", message, "make it readable to you"),)
    return _decoded(data, place, limit_bytes)


def _bounded_bytes(path: Path | str, limit_bytes: int) -> bytes:
    """At most one byte more than the limit. Raises OSError."""
    # Without O_NONBLOCK a named pipe would hold us for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError
        if not stat.S_ISREG(mode):
            raise OSError(None, "it is a device or pipe")
        data = bytearray()
        while len(data) <= limit_bytes and (chunk := os.read(descriptor, _CHUNK_BYTES)):
            data += chunk
        return bytes(data[: limit_bytes + 1])
    finally:
        os.close(descriptor)


def _decoded(data: bytes, place: Place, limit_bytes: int) -> tuple[str | None, tuple[Finding, ...]]:
    if b"\0" in data:
        message = "the file is binary: it holds zero bytes"
        return None, (_flaw(place, "file-is-binary", message, "name a text file in UTF-8"),)
    if len(data) > limit_bytes:
        message = f"the file is larger than {limit_bytes:,} bytes"
        return None, (_flaw(place, "file-too-large", message, "split it into several files"),)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        place = Place(path=place.path, line=line)
        message = "the file is no UTF-8 text"
        return None, (_flaw(place, "file-not-utf-8", message, "save it as UTF-8"),)


def _flaw(place: Place, lint: str, message: str, cure: str) -> Finding:
    return Finding(place=place, lint=lint, message=message, help=cure)
