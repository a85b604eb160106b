"""Bytes → a step's standard input, as it takes them; then it stays open until the step ended.

Part of the guardian: the standard library only, and only cheap modules of it.
"""

import os

_WRITE_BYTES = 1 << 16


class Feed:
    """The writing end of the pipe that a step reads from; never blocks. -1 is none."""

    def __init__(self, file: int = -1, data: bytes = b"") -> None:
        self.file = file
        self._left = memoryview(data)

    @property
    def is_hungry(self) -> bool:
        """Whether there is something to write and somebody to take it."""
        return self.file >= 0 and len(self._left) > 0

    def add(self, data: bytes) -> None:
        """Write these bytes too, behind the others."""
        self._left = memoryview(bytes(self._left) + data)

    def push(self) -> None:
        """Write what the pipe takes now; closes it where nobody reads any more."""
        try:
            while self._left:
                self._left = self._left[os.write(self.file, self._left[:_WRITE_BYTES]) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self.close()

    def close(self) -> None:
        """End the step's standard input. Twice is once."""
        file, self.file = self.file, -1
        if file >= 0:
            os.close(file)
