"""The heads of streams → chained ledger lines, and their mirror in an append-only text file.

The file's bytes are always a beginning of what the table's lines render to: the table is
committed first, the file follows under a lock. So a file that is shorter lost a race with a
crash and is filled up by the next anchor; a table that is shorter was cut.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drillbook.journal.chain import canonical
from drillbook.model.journal import JournalError

# More than any line is long, so that the last whole line is among the last so many bytes.
TAIL_BYTES = 8_192


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One line of the ledger: the head that `stream` had at `at_ns`."""

    position: int
    stream: str
    seq: int
    head: str
    at_ns: int
    previous: str
    hash: str


FIELDS = {
    "position": int,
    "stream": str,
    "seq": int,
    "head": str,
    "at_ns": int,
    "previous": str,
    "hash": str,
}


def anchor_hash(
    *, position: int, stream: str, seq: int, head: str, at_ns: int, previous: str
) -> str:
    """SHA-256, in hexadecimal, of the previous line's hash and this line's fields."""
    fields = {"at_ns": at_ns, "head": head, "position": position, "seq": seq, "stream": stream}
    return hashlib.sha256((previous + canonical(fields)).encode()).hexdigest()


def render(anchor: Anchor) -> bytes:
    """One line of the mirror file, with its line end."""
    fields = {
        "at_ns": anchor.at_ns,
        "hash": anchor.hash,
        "head": anchor.head,
        "position": anchor.position,
        "previous": anchor.previous,
        "seq": anchor.seq,
        "stream": anchor.stream,
    }
    return canonical(fields).encode() + b"\n"


def parse(line: bytes) -> Anchor | None:
    """The line's anchor, or None where it is not a whole and sound line."""
    try:
        fields: dict[str, Any] = json.loads(line)
        anchor = Anchor(**fields)
        is_whole = render(anchor) == line.rstrip(b"\n") + b"\n"
    except (ValueError, TypeError, RecursionError, JournalError):
        return None
    is_typed = all(type(fields[name]) is kind for name, kind in FIELDS.items())
    return anchor if is_whole and is_typed else None


class LedgerFile:
    """The mirror beside the database; its writers take turns by a lock on the file itself."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> list[bytes]:
        """All lines as they stand, the last perhaps without its end; none without a file."""
        try:
            return self.path.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._unusable(error) from error

    def follow(self, anchors_after: Callable[[int], Iterable[Anchor]]) -> None:
        """Append what the table has above the last whole line. Raises JournalError.

        `anchors_after` gives the table's lines whose position is above its argument.
        """
        try:
            with self._held() as descriptor:
                position, begun = _end_of(descriptor)
                wanted = b"".join(render(anchor) for anchor in anchors_after(position))
                # What a power failure left of a line is completed, never written anew.
                if wanted.startswith(begun) and len(wanted) > len(begun):
                    _write(descriptor, wanted[len(begun) :])
        except OSError as error:
            raise self._unusable(error) from error

    def witness(self, anchor: Anchor) -> None:
        """Append this one line, where the table is shared and other machines write to it too.

        Each line is chained to all before it, so it witnesses them as well. Raises JournalError.
        """
        try:
            with self._held() as descriptor:
                size = os.fstat(descriptor).st_size
                is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
                # What a power failure left of a line stays, and ends there.
                _write(descriptor, (b"\n" if is_torn else b"") + render(anchor))
        except OSError as error:
            raise self._unusable(error) from error

    @contextmanager
    def _held(self) -> Iterator[int]:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self.path, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)

    def _unusable(self, error: OSError) -> JournalError:
        return JournalError(
            f"{self.path}: the ledger's file cannot be used: {error.strerror}; "
            "make it a readable and writable file and free some space"
        )


def _end_of(descriptor: int) -> tuple[int, bytes]:
    """The position of the last whole line (0: none), and what follows that line."""
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, TAIL_BYTES, max(0, size - TAIL_BYTES))
    whole, newline, begun = tail.rpartition(b"\n")
    if not newline:
        return 0, tail
    last = parse(whole.rpartition(b"\n")[2])
    # An altered last line says nothing; `verify` names it, and nothing is appended to it.
    return (last.position, begun) if last else (0, tail)


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
    os.fsync(descriptor)
