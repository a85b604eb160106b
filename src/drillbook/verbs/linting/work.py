"""Many files → the Row of each, by as many processes as there are cores.

This process works too. Whoever is free takes the next few files; what another process did not
hand over when it ended, whyever that was, is done here.
"""

import gc
import os
import pickle
import select
import signal
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from drillbook.lint.keeping.kept import Row
from drillbook.read.tree import Found
from drillbook.verbs.linting.inspect import Manner
from drillbook.verbs.linting.rows import row_of

PROCESSES_MAX = 8
# A process costs some milliseconds, and these few files are done in that time.
ALONE_MAX = 200
CHUNK = 25
# No file takes as long: it is stopped, or something is very wrong.
PATIENCE_S = 120.0
_NUMBER = struct.Struct(">I")
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Task:
    """A file to look at; a text with this hash needs no other look."""

    found: Found
    known_as: bytes = b""


Done = tuple[int, Row | str]


def worked(tasks: Sequence[Task], manner: Manner) -> Iterator[Done]:
    """The number of each task with what came of it, in no order. Each task comes once."""
    count = _processes(len(tasks))
    if count == 1:
        yield from ((number, _done(task, manner)) for number, task in enumerate(tasks))
        return
    chunks = _chunks(len(tasks))
    crew = [_Worker(tasks, manner, chunks) for _ in range(count - 1)]
    try:
        yield from _together(tasks, manner, chunks, crew)
    finally:
        os.close(chunks)
        for worker in crew:
            worker.end()


def _processes(tasks: int) -> int:
    """One where forking would take the threads' locks along, or is not worth it."""
    is_alone = tasks <= ALONE_MAX or threading.active_count() > 1 or not hasattr(os, "fork")
    return 1 if is_alone else min(os.cpu_count() or 1, PROCESSES_MAX, tasks // CHUNK)


def _done(task: Task, manner: Manner) -> Row | str:
    return row_of(task.found, manner, task.known_as)


def _chunks(tasks: int) -> int:
    """A pipe from which every process takes the numbers of the files that it does next."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    with suppress(BlockingIOError):
        for first in range(0, tasks, CHUNK):
            os.write(write, _NUMBER.pack(first))
    os.close(write)
    return read


def _next(chunks: int, tasks: int) -> range:
    """The numbers of the next files; none where all are taken."""
    taken = os.read(chunks, _NUMBER.size)
    first = _NUMBER.unpack(taken)[0] if taken else tasks
    return range(first, min(first + CHUNK, tasks))


def _together(
    tasks: Sequence[Task], manner: Manner, chunks: int, crew: Sequence["_Worker"]
) -> Iterator[Done]:
    waiting = dict.fromkeys(range(len(tasks)))
    while numbers := _next(chunks, len(tasks)):
        for number in numbers:
            del waiting[number]
            yield number, _done(tasks[number], manner)
            for done in _heard(crew, 0):
                waiting.pop(done[0], None)
                yield done
    while any(worker.is_open for worker in crew):
        for done in _heard(crew, PATIENCE_S):
            waiting.pop(done[0], None)
            yield done
    for number in waiting:
        yield number, _done(tasks[number], manner)


def _heard(crew: Sequence["_Worker"], timeout_s: float) -> Iterator[Done]:
    """What the others have handed over since. Who is silent for so long is waited for no more."""
    open_ones = {worker.results: worker for worker in crew if worker.is_open}
    ready = select.select(list(open_ones), [], [], timeout_s)[0] if open_ones else []
    for worker in open_ones.values() if timeout_s and not ready else ():
        worker.give_up()
    for results in ready:
        yield from open_ones[results].hear()


class _Worker:
    """Another process, and the pipe by which it hands over."""

    def __init__(self, tasks: Sequence[Task], manner: Manner, chunks: int) -> None:
        self.results, write = os.pipe()
        self._heard = bytearray()
        self.is_open = True
        self._pid = os.fork()
        if self._pid == 0:
            # Nothing of the parent's may be done twice: no handler, no buffer, no exit of its own.
            try:
                os.close(self.results)
                _work(tasks, manner, chunks, write)
            finally:
                os._exit(0)
        os.close(write)

    def hear(self) -> Iterator[Done]:
        data = os.read(self.results, _READ_BYTES)
        self.is_open = bool(data)
        self._heard += data
        at = 0
        while len(self._heard) - at >= _NUMBER.size:
            (length,) = _NUMBER.unpack_from(self._heard, at)
            end = at + _NUMBER.size + length
            if end > len(self._heard):
                break
            # What we forked a moment ago wrote it.
            yield pickle.loads(memoryview(self._heard)[at + _NUMBER.size : end])  # noqa: S301
            at = end
        del self._heard[:at]

    def give_up(self) -> None:
        """Stop it: what it has not handed over is done by others."""
        self.is_open = False
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)

    def end(self) -> None:
        """Wait for it; without its pipe it does not go on."""
        os.close(self.results)
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


def _work(tasks: Sequence[Task], manner: Manner, chunks: int, results: int) -> None:
    """In the other process: until no chunk is left, or nobody listens any more."""
    # Nouns hold no circles, and what the parent made need not be looked through again and again.
    gc.disable()
    with open(results, "wb") as out:
        while numbers := _next(chunks, len(tasks)):
            for number in numbers:
                done = _done(tasks[number], manner)
                if isinstance(done, Row):
                    # It is told in `known`, and only there is it small.
                    done.inspected = None
                data = pickle.dumps((number, done), protocol=5)
                out.write(_NUMBER.pack(len(data)))
                out.write(data)
            out.flush()
