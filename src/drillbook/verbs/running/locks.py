"""A name + a folder → a lock that one process holds, and that ends with the process."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class HeldError(Exception):
    """Another process holds it right now."""


@contextmanager
def held(folder: Path, name: str, what: str) -> Iterator[None]:
    """Hold the lock. Raises HeldError, naming `what`, where another process does.

    The file stays where it is: to take it away while another process waits to lock it would
    give both of them a lock.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / f"{name}.lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HeldError(
                f"{what} {name} is in another process's hands; wait for it, or end it first"
            ) from error
        yield


def is_held(folder: Path, name: str) -> bool:
    """Whether some process holds the lock."""
    try:
        with held(folder, name, ""):
            return False
    except HeldError:
        return True
