"""A step's bytes → the files `out` (the beginning) and `tail` (the end), masked and bounded.

Part of the guardian: the standard library only, and only cheap modules of it. `out` only
grows. `tail` exists once `out` is full; it is replaced as a whole, and its first line says at
which byte of the masked output it begins.
"""

import os
import time

from drillbook.run.guard.files import OUT, TAIL, write_all, write_whole
from drillbook.run.guard.mask import Masker

# A reader who follows a flood sees it move; a flood of short lines does not write the whole
# tail for each of them.
TAIL_EVERY_S = 0.05


class OutputKeeper:
    """Keeps the first `head_bytes` and the last `tail_bytes` of what it is fed."""

    def __init__(self, folder: str, head_bytes: int, tail_bytes: int, masker: Masker) -> None:
        self.bytes_total = 0  # as the step wrote them
        self.is_dirty = False  # the tail on the disk is behind
        self.trouble = ""  # why the disk did not take it all
        self._folder = folder
        self._head_left = head_bytes
        self._tail_bytes = tail_bytes
        self._masker = masker
        self._kept_total = 0  # masked bytes so far
        self._head_total = 0
        self._tail = bytearray()
        self._out = -1
        self._written_s = 0.0

    @property
    def is_cut(self) -> bool:
        """Whether bytes between head and tail are lost."""
        return self._kept_total - self._head_total > self._tail_bytes

    def feed(self, data: bytes) -> None:
        """Take the next bytes that the step wrote."""
        self.bytes_total += len(data)
        self._keep(self._masker.feed(data))

    def finish(self) -> None:
        """Take over what was held back, and bring the disk up to date."""
        self._keep(self._masker.finish())
        self._save_tail()
        if self._out >= 0:
            os.close(self._out)
            self._out = -1

    def save_when_due(self) -> None:
        """Bring the tail on the disk up to date, but not too often."""
        if self.is_dirty and time.monotonic() - self._written_s >= TAIL_EVERY_S:
            self._save_tail()

    def _keep(self, data: bytes) -> None:
        self._kept_total += len(data)
        if self._head_left and data:
            data = self._keep_head(data)
        if not data:
            return
        self.is_dirty = True
        if len(data) >= self._tail_bytes:
            self._tail[:] = memoryview(data)[len(data) - self._tail_bytes :]
            return
        self._tail += data
        # Cut at twice the size, not at each byte too many: each byte is moved once at most.
        if len(self._tail) > 2 * self._tail_bytes:
            del self._tail[: -self._tail_bytes]

    def _keep_head(self, data: bytes) -> bytes:
        head = data[: self._head_left]
        self._head_left -= len(head)
        self._head_total += len(head)
        try:
            if self._out < 0:
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
                self._out = os.open(f"{self._folder}/{OUT}", flags, 0o600)
            write_all(self._out, head)
        except OSError as error:
            self._note(error)
        return data[len(head) :]

    def _save_tail(self) -> None:
        if not self.is_dirty:
            return
        # A slice of minus zero bytes would be everything.
        tail = bytes(self._tail[max(0, len(self._tail) - self._tail_bytes) :])
        try:
            begin = b"%d\n" % (self._kept_total - len(tail))
            write_whole(f"{self._folder}/{TAIL}", begin, tail)
        except OSError as error:
            self._note(error)
        self.is_dirty = False
        self._written_s = time.monotonic()

    def _note(self, error: OSError) -> None:
        # A full disk is what some runbooks are for: the step goes on, the loss is said.
        self.trouble = f"part of the output could not be kept: {error.strerror}"
