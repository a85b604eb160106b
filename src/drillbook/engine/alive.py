"""A folder of lock files → which workers of this machine live, told by their locks.

A lock is held by the process and ends with it, however it ends; a process id may be
another's by now.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from drillbook.engine.file import make_folder
from drillbook.model.engine import EngineError


class Alive:
    """The locks of this process's workers, and a look at those of all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, int] = {}

    def begin(self, worker: str) -> None:
        """Hold the lock of `worker`. Raises EngineError where its file cannot be made."""
        make_folder(self._folder)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        try:
            descriptor = os.open(self._path(worker), flags, 0o600)
        except OSError as error:
            raise self._unusable(error) from error
        # Waits for those who only look whether it is held; they let go at once.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        self._held[worker] = descriptor

    def end(self, worker: str) -> None:
        """Let go of the lock; nothing happens where it is not held."""
        descriptor = self._held.pop(worker, None)
        if descriptor is not None:
            self.forget(worker)
            os.close(descriptor)

    def forget(self, worker: str) -> None:
        """Remove the file of a worker that is dead."""
        with suppress(OSError):
            self._path(worker).unlink()

    def lives(self, worker: str) -> bool:
        """Whether a process holds the lock. Raises EngineError where that cannot be seen."""
        try:
            descriptor = os.open(self._path(worker), os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self._unusable(error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            return False
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Let go of all."""
        for worker in tuple(self._held):
            self.end(worker)

    def _path(self, worker: str) -> Path:
        return self._folder / f"{worker}.lock"

    def _unusable(self, error: OSError) -> EngineError:
        return EngineError(
            f"{self._folder}: the locks of workers cannot be used: {error.strerror}; "
            "make the folder readable and writable"
        )
