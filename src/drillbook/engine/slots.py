"""A name and a count → one of so many slots, held by an open and locked file.

The file of a slot is never removed: who holds a lock on a removed file holds nothing.
"""

import fcntl
import hashlib
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from drillbook.engine.file import make_folder
from drillbook.model.clock import Clock
from drillbook.model.engine import EngineError, NoSlotError

PAUSE_FIRST_S = 0.01
PAUSE_MAX_S = 0.5


class FileSlots:
    """Slots among all processes that share a folder."""

    def __init__(self, folder: Path, *, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    @contextmanager
    def slot(self, name: str, count: int, *, within_s: float) -> Iterator[None]:
        """Raises NoSlotError after `within_s`, EngineError where the folder cannot be used."""
        make_folder(self._folder)
        take = FileTaking(self._folder, name)
        descriptor = wait_for(take, name, count, within_s=within_s, clock=self._clock)
        try:
            yield
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Nothing is held but by those who are inside of a slot."""


class FileTaking:
    """Tries the locks of one name."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def __call__(self, number: int) -> int | None:
        """The descriptor that holds the lock, None where another has it."""
        path = self._folder / f"{self._digest}-{number}.lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise EngineError(
                f"{path}: the lock of a slot cannot be used: {error.strerror}; "
                "make the state folder writable, and allow more open files"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor


def wait_for(
    take: Callable[[int], int | None], name: str, count: int, *, within_s: float, clock: Clock
) -> int:
    """What `take` gives for one of `count` numbers, asked again with growing pauses."""
    if count < 1:
        raise NoSlotError(f"{name}: {count} slots are none; allow at least 1")
    until_s, pause_s = clock.monotonic_s() + within_s, PAUSE_FIRST_S
    while True:
        # In another order each time: else those who wait would queue at the first.
        for number in random.sample(range(count), count):
            taken = take(number)
            if taken is not None:
                return taken
        left_s = until_s - clock.monotonic_s()
        if left_s <= 0:
            raise NoSlotError(
                f"{name}: none of its {count} slots became free within {within_s:g} s; "
                "wait for what is running, or allow more at once"
            )
        clock.sleep(min(left_s, pause_s))
        pause_s = min(PAUSE_MAX_S, 2 * pause_s)
