"""How a client program comes to its end: by its result, by its time limit, with one clear line.

The standard library only, and only what costs nothing to import.
"""

import _thread
import os
import sys
import time

TIME_OUT = 28
NOT_ASKED = 125
LINE_CHARACTERS_MAX = 1_000


class StepError(Exception):
    """Why the step failed, in one line, and the exit code that says so."""

    def __init__(self, code: int, because: str) -> None:
        super().__init__(because)
        self.code = code
        self.because = because


def end_at(deadline_s: float, because: str) -> None:
    """End this process with TIME_OUT when the monotonic clock gets there, whatever it waits for.

    A thread, for a name server that does not answer lets no signal handler run.
    """

    def wait() -> None:
        time.sleep(max(deadline_s - time.monotonic(), 0.0))
        say(because)
        os._exit(TIME_OUT)

    _thread.start_new_thread(wait, ())


def say(message: str) -> None:
    """One line on standard error, straight to the descriptor: nothing is left in a buffer."""
    line = " ".join(message.split())
    if len(line) > LINE_CHARACTERS_MAX:
        line = f"{line[:LINE_CHARACTERS_MAX]}…"
    _write(2, f"{line}\n".encode("utf-8", "replace"))


def give(text: str) -> None:
    """Text on standard output."""
    _write(1, text.encode("utf-8", "replace"))


def give_bytes(data: bytes) -> None:
    """Bytes on standard output, as they are."""
    _write(1, data)


def fail(error: StepError) -> int:
    """Say why, and answer the exit code."""
    say(error.because)
    return error.code


def value_of(name: str, written: str) -> str:
    """The value of an environment variable. Raises StepError where it has none or is no text."""
    value = os.environ.get(name)
    if value is None:
        raise StepError(NOT_ASKED, f"{written} has no value: nothing was captured for it")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise StepError(NOT_ASKED, f"{written}: its value is no text in UTF-8")
    return value


def arguments(count: int, usage: str) -> list[str]:
    """The program's arguments. Raises StepError (2) where they are not so many."""
    given = sys.argv[1:]
    if len(given) != count:
        raise StepError(2, f"usage: {usage}")
    return given


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
