"""What one thread changed → the waking of the others, without losing what came between."""

import threading


class Changes:
    """A count of changes; who waits compares it with what it has seen."""

    def __init__(self) -> None:
        self._happened = threading.Condition()
        self._count = 0

    def mark(self) -> int:
        """The count as it stands."""
        with self._happened:
            return self._count

    def add(self) -> None:
        """Something changed: everybody who waits goes on."""
        with self._happened:
            self._count += 1
            self._happened.notify_all()

    def wait(self, mark: int, timeout_s: float) -> bool:
        """Whether anything changed since `mark`; waits for it no longer than the time."""
        with self._happened:
            return self._happened.wait_for(lambda: self._count != mark, timeout_s)
