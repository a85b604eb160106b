"""Many documents → what the index keeps of each, by as many processes as there are cores."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from drillbook.search.indexing import Made, made_of
from drillbook.search.rows import Entry

PROCESSES_MAX = 8
# Starting processes takes as long as so many documents.
ALONE_MAX = 200
CHUNK = 25
Read = Callable[[str], Iterable[Entry]]


def made(paths: Sequence[str], read: Read) -> Iterator[list[Made]]:
    """What is to be kept of each document, in their order."""
    done = 0
    if _processes(len(paths)) > 1:
        try:
            for each in _together(paths, read):
                yield each
                done += 1
        except (BrokenProcessPool, OSError):
            # A process that was stopped: what it did not hand over is done here.
            pass
    yield from (_made(path, read) for path in paths[done:])


def _processes(count: int) -> int:
    """One where forking would take the threads' locks along, or is not worth it."""
    is_alone = count <= ALONE_MAX or threading.active_count() > 1 or not hasattr(os, "fork")
    return 1 if is_alone else min(os.cpu_count() or 1, PROCESSES_MAX)


def _together(paths: Sequence[str], read: Read) -> Iterator[list[Made]]:
    with ProcessPoolExecutor(
        max_workers=_processes(len(paths)),
        mp_context=get_context("fork"),
        # Inherited, not sent: it may be any function.
        initializer=_Reader.begin,
        initargs=(read,),
    ) as pool:
        yield from pool.map(_Reader.made, paths, chunksize=CHUNK)


class _Reader:
    """What another process reads documents by."""

    read: Read

    @classmethod
    def begin(cls, read: Read) -> None:
        cls.read = read

    @classmethod
    def made(cls, path: str) -> list[Made]:
        return _made(path, cls.read)


def _made(path: str, read: Read) -> list[Made]:
    return [made_of(entry) for entry in read(path)]
