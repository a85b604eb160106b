"""A step's processes → their end, and wishes that they end, as one attempt hears of them.

Part of the guardian: the standard library only, and only cheap modules of it. `OwnTree` hangs
below this process, which sees to one step at a time. `StemTree` hangs below a stem (`stem.py`):
so one guardian may see to many steps, and each tree is exactly one step's.
"""

import os
import signal
import socket
from collections.abc import Iterator
from types import FrameType

from drillbook.run.guard import stem
from drillbook.run.guard.files import CANCEL
from drillbook.run.guard.step import (
    INTERACTIVE,
    LEASH,
    MARKER,
    NotStarted,
    Order,
    candidates,
    reason,
    spawn,
)

# Tells a guardian to look for the file CANCEL in its attempt's folder.
CANCEL_SIGNAL = signal.SIGUSR1
END_SIGNALS = (signal.SIGTERM, CANCEL_SIGNAL)
_RECORD_BYTES = 1 + stem.NUMBER_BYTES
_READ_BYTES = 4096
_MEET_WITHIN_S = 10.0


class StemGone(Exception):  # noqa: N818 -- as when a guardian is killed: nothing is known
    """The stem of a step was killed: how the step ended cannot be known."""


class Tree:
    """Below `root`; what both kinds have in common."""

    def __init__(self, folder: str) -> None:
        self.root = 0
        self.status: int | None = None  # of the first process, as waitpid gives it
        self.is_childless = False
        self.is_cancelled = False
        self._folder = folder

    def asked(self, number: int, _frame: FrameType | None = None) -> None:
        """Take a signal that may mean us: a guardian sees to other attempts too, or has."""
        if number == signal.SIGTERM or os.access(f"{self._folder}/{CANCEL}", os.F_OK):
            self.is_cancelled = True

    def hold(self) -> None:
        """Lose no wish from here on: whoever sees the lock may cancel us."""

    def listen(self) -> tuple[int, ...]:
        """Hear of ends and wishes; the files to poll for them."""
        return ()

    def hear(self, file: int) -> None:
        """Take what one of the files has to say. Raises StemGone."""

    def bury(self) -> None:
        """Take note of whoever has ended."""

    def spawn(self, order: Order, output: int, input_end: int) -> tuple[int, int]:
        """Start the step's program: its process id, and our end of its leash. See `step.spawn`."""
        raise NotImplementedError

    def close(self) -> None:
        """Listen no more: the step is over."""

    def rest(self) -> None:
        """The exit is written: nothing can be cancelled any more."""

    def leave(self) -> None:
        """Nothing is left to do but to read what survivors write."""


class OwnTree(Tree):
    """Below this process, which adopts its orphans and hears signals for it alone."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.root = os.getpid()
        self._wake = -1
        self._leader = 0

    def hold(self) -> None:
        """Signals wait until there is somebody to hear of them."""
        signal.pthread_sigmask(signal.SIG_BLOCK, END_SIGNALS)

    def listen(self) -> tuple[int, ...]:
        """Have poll() return when a child ends or somebody wants an end."""
        self._wake, wake_end = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(wake_end, False)
        signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _noted)
        signal.signal(signal.SIGTERM, self.asked)
        signal.signal(CANCEL_SIGNAL, self.asked)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, END_SIGNALS)
        return (self._wake,)

    def hear(self, file: int) -> None:
        """Empty the wake-up pipe."""
        _emptied(file)

    def bury(self) -> None:
        """Bury our own children, and those that we have adopted."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self.is_childless = True
                return
            if pid == 0:
                return
            if pid == self._leader:
                self.status = status

    def spawn(self, order: Order, output: int, input_end: int) -> tuple[int, int]:
        """Start it as a child of this process."""
        self._leader, leash = spawn(order, output, input_end)
        return self._leader, leash

    def close(self) -> None:
        """Give the wake-up pipe back."""
        os.close(signal.set_wakeup_fd(-1))
        os.close(self._wake)

    def rest(self) -> None:
        """SIGTERM ends an idle guardian."""
        rest()

    def leave(self) -> None:
        """The kernel buries survivors, and SIGTERM ends us."""
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


# Never closed, only used again: who writes to one that an attempt has given back wakes another
# attempt for nothing, and not whoever would have its number by now.
_free_wakes: list[int] = []
# The attempts of this process that are not over: whoever is asked to cancel asks all of them.
_open: set["StemTree"] = set()


class StemTree(Tree):
    """Below a stem, which the other end of `stem_fd` is; for one thread of many."""

    def __init__(self, folder: str, stem_fd: int) -> None:
        super().__init__(folder)
        self._socket = socket.socket(fileno=stem_fd)
        self._news = b""
        self._wake = -1

    def hold(self) -> None:
        """From here on `ask_all` reaches us."""
        self._wake = _free_wakes.pop() if _free_wakes else _new_wake()
        _open.add(self)

    def listen(self) -> tuple[int, ...]:
        """The stem tells of ends, the thread that hears signals of wishes."""
        return (self._wake, self._socket.fileno())

    def hear(self, file: int) -> None:
        """What the stem says. Raises StemGone where it says no more before all have ended."""
        if file == self._wake:
            _emptied(file)
            return
        more = self._receive()
        self._take()
        if not more and not self.is_childless:
            raise StemGone

    def meet(self) -> bool:
        """Wait until the stem is there; before an attempt is begun that would be lost without."""
        self._socket.settimeout(_MEET_WITHIN_S)
        try:
            self._receive()
        except StemGone:
            return False
        self._socket.settimeout(None)
        self.root = next((number for _kind, number in self._records()), 0)
        return self.root > 0

    def wish(self, number: int) -> None:
        """Take a signal and have our poll() return."""
        self.asked(number)
        wake = self._wake
        if wake >= 0:
            os.eventfd_write(wake, 1)

    def spawn(self, order: Order, output: int, input_end: int) -> tuple[int, int]:
        """Have the stem start it. Raises NotStarted, StemGone."""
        if order.is_interactive:
            raise NotStarted(INTERACTIVE)
        try:
            request = _request(order)
        except ValueError as error:
            raise NotStarted(reason(order, error)) from None
        leash, leash_end = os.pipe()
        files = [output, leash_end] + ([input_end] if input_end >= 0 else [])
        try:
            self._send(request, files)
            pid = self._started(order)
        except BaseException:
            os.close(leash)
            raise
        finally:
            os.close(leash_end)
        self._take()  # it may be over already
        return pid, leash

    def close(self) -> None:
        """Give the wake-up file back; the stem stays for as long as anything below it does."""
        _open.discard(self)
        wake, self._wake = self._wake, -1
        if wake >= 0:
            _free_wakes.append(wake)
        self._socket.close()

    def _send(self, request: bytes, files: list[int]) -> None:
        text = len(request).to_bytes(stem.LENGTH_BYTES, "big") + request
        try:
            sent = socket.send_fds(self._socket, [text], files)
            if sent < len(text):  # it may have ended already where it had all
                self._socket.sendall(memoryview(text)[sent:])
        except OSError as error:
            raise StemGone from error

    def _started(self, order: Order) -> int:
        while self._receive():
            for kind, number in self._records():
                if kind == stem.IS_SPAWNED:
                    return number
                named = order.cwd if kind == stem.NO_FOLDER else None
                raise NotStarted(reason(order, OSError(number, os.strerror(number), named)))
        raise StemGone

    def _take(self) -> None:
        for kind, number in self._records():
            if kind == stem.HAS_ENDED:
                self.status = number
            elif kind == stem.IS_CHILDLESS:
                self.is_childless = True

    def _receive(self) -> bool:
        """Whether there was anything; the next records may be whole now. Raises StemGone."""
        try:
            data = self._socket.recv(_READ_BYTES)
        except OSError as error:
            raise StemGone from error
        self._news += data
        return bool(data)

    def _records(self) -> Iterator[tuple[bytes, int]]:
        """What was received and not taken yet; what nobody asks for stays."""
        while len(self._news) >= _RECORD_BYTES:
            record, self._news = self._news[:_RECORD_BYTES], self._news[_RECORD_BYTES:]
            yield record[:1], int.from_bytes(record[1:], "big")


def ask_all(number: int, _frame: FrameType | None = None) -> None:
    """Pass a signal on to all attempts of this process that are not over."""
    for tree in tuple(_open):
        tree.wish(number)


def is_idle() -> bool:
    """Whether no attempt of this process is open."""
    return not _open


def rest() -> None:
    """Between two attempts: nothing can be cancelled, and SIGTERM ends an idle guardian."""
    signal.signal(CANCEL_SIGNAL, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _request(order: Order) -> bytes:
    """What a stem is to start. Raises ValueError where it cannot be said."""
    if not order.argv:
        raise ValueError("the command is empty")
    if any("=" in name for name in order.env):
        raise ValueError("illegal environment variable name")
    paths = tuple(candidates(order.argv[0], order.env.get("PATH", os.defpath)))
    variables = (f"{name}={value}" for name, value in {**order.env, MARKER: order.folder}.items())
    counts = (str(LEASH), str(len(order.argv)), str(len(paths)))
    fields = (order.cwd or "", *counts, *order.argv, *paths, *variables)
    if any("\0" in field for field in fields):
        raise ValueError("embedded null byte")
    return b"\0".join(map(os.fsencode, fields))


def _new_wake() -> int:
    return os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)


def _noted(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the wake-up pipe has the news. The default would leave no byte there."""


def _emptied(file: int) -> None:
    try:
        os.read(file, _READ_BYTES)
    except BlockingIOError:
        return
