"""SIGTERM and Ctrl-C → an event, for commands that go on until they are told to stop."""

import os
import signal
import sys
from threading import Event
from types import FrameType, TracebackType
from typing import Any, NoReturn, Self

from drillbook.cli.exits import INTERRUPTED, PASSED
from drillbook.cli.voice import say

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Bell:
    """`rung` is set by the first signal; a second one ends the process at once.

    Steps that run then are with their guardians, and the journal has all that happened: ending
    at once is safe, only less polite.
    """

    def __init__(self) -> None:
        self.rung = Event()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._ring) for number in SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        if self.rung.is_set():
            # No buffered stream from here: the signal may have come in the midst of a write.
            os.write(
                sys.__stderr__.fileno() if sys.__stderr__ else 2, b"drillbook: ended at once\n"
            )
            os._exit(INTERRUPTED)
        self.rung.set()


def left() -> NoReturn:
    """End although some work has not: it is handed on, as after a crash."""
    say("some of the work did not stop in time; it is left, and handed on")
    os._exit(PASSED)
