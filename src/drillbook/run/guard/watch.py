"""A running step → its output kept, its end noticed, its processes ended.

Part of the guardian: the standard library only, and only cheap modules of it.
"""

import os
import select
import signal
import time
from collections.abc import Callable, Iterable
from types import FrameType

from drillbook.run.guard.channel import Channel
from drillbook.run.guard.feed import Feed
from drillbook.run.guard.files import CANCEL
from drillbook.run.guard.kernel import command, descendants, send, session
from drillbook.run.guard.output import TAIL_EVERY_S, OutputKeeper

# Tells a guardian to look for the file CANCEL in its attempt's folder.
CANCEL_SIGNAL = signal.SIGUSR1
END_SIGNALS = (signal.SIGTERM, CANCEL_SIGNAL)
_READ_BYTES = 1 << 20
# Said to a program elsewhere that is ready: from here on the step may have happened.
GO = b"go\n"
_MISSING_MAX = 32
# Of what is told of one step in its pipe: a name, or a variable with its value.
_TOLD_BYTES_MAX = 65_536
_EXPORTS_MAX = 32
# Bounds every poll, so that a lost wake-up costs this much and not for ever.
_TURN_S_MAX = 30.0
# Processes that a kill -9 does not end within this hang in the kernel; they are named.
_KILL_S_MAX = 10.0


class Watch:
    """One step, from its first process on."""

    def __init__(
        self,
        folder: str,
        *,
        output: int,
        missing: int,
        keeper: OutputKeeper,
        channel: Channel | None = None,
    ) -> None:
        self.pid = 0
        self._folder = folder
        self.status: int | None = None  # of the first process, as waitpid gives it
        self.is_childless = False
        self.is_cancelled = False
        self.is_output_open = True
        self.missing: list[bytes] = []
        self.exports: dict[bytes, bytes] = {}
        self.survivors: list[bytes] = []  # as they are told from elsewhere
        self.feed = Feed()
        self._feed_file = -1  # as poll knows it
        self._channel = channel
        self._has_begun = False  # elsewhere
        self._output = output
        self._missing = missing
        self._missing_rest = b""
        self._keeper = keeper
        self._poll = select.poll()
        self._wake = _wake_on_signals(self._asked)
        for file in (output, missing, self._wake):
            self._poll.register(file, select.POLLIN)

    def _asked(self, number: int, _frame: FrameType | None) -> None:
        # A guardian goes on to other attempts: a late signal for the last one must not end this.
        if number == signal.SIGTERM or os.access(f"{self._folder}/{CANCEL}", os.F_OK):
            self.is_cancelled = True

    def turn(self, within_s: float) -> None:
        """Wait for the next thing to happen, at most `within_s`, and deal with it."""
        bound_s = TAIL_EVERY_S if self._keeper.is_dirty else _TURN_S_MAX
        for file, _events in self._poll.poll(max(0.0, min(within_s, bound_s)) * 1000):
            if file == self._output:
                self._read_output()
            elif file == self._missing:
                self._read_missing()
            elif file == self._feed_file:
                self._push()
            else:
                _read(self._wake)
        self._keeper.save_when_due()
        self._reap()

    def begin_feeding(self, feed: Feed) -> None:
        """Give the step what it is to read, as it takes it."""
        self.feed = feed
        self._push()

    def note(self, told: bytes) -> None:
        """Take a name that bash did not find, or `/NAME=VALUE` of a variable at the step's end."""
        if not told.startswith(b"/"):
            if told not in self.missing and len(self.missing) < _MISSING_MAX:
                self.missing.append(told)
            return
        name, is_given, value = told[1:].partition(b"=")
        if is_given and (name in self.exports or len(self.exports) < _EXPORTS_MAX):
            self.exports[name] = value

    def drain(self) -> None:
        """Take what stands in the pipes now. Bounded: a survivor may write without an end."""
        for _ in range(4):
            if not self._read_output():
                break
        self._read_missing()

    def close(self) -> None:
        """Give the wake-up pipe and the list of missing programs back."""
        self.feed.close()
        os.close(signal.set_wakeup_fd(-1))
        os.close(self._wake)
        os.close(self._missing)

    def _read_output(self) -> bool:
        data = _read(self._output) if self.is_output_open else None
        if data == b"":
            self.is_output_open = False
            self._poll.unregister(self._output)
        elif data:
            self._keeper.feed(self._taken_apart(data))
        return bool(data)

    def _taken_apart(self, data: bytes) -> bytes:
        """The step's own output; where it is ready to begin elsewhere, it is told to."""
        if self._channel is None:
            return data
        output = self._channel.feed(data)
        if self._channel.is_ready and not self._has_begun:
            self._has_begun = True
            self.feed.add(GO)
            self._push()
        return output

    def _push(self) -> None:
        """Write what the step takes, and have poll say when it takes more."""
        if self.feed.is_hungry:
            self.feed.push()
        wanted = self.feed.file if self.feed.is_hungry else -1
        if wanted == self._feed_file:
            return
        if self._feed_file >= 0:
            self._poll.unregister(self._feed_file)
        if wanted >= 0:
            self._poll.register(wanted, select.POLLOUT)
        self._feed_file = wanted

    def _read_missing(self) -> None:
        data = self._missing_rest + (_read(self._missing) or b"")
        *names, self._missing_rest = data.split(b"\0")
        if len(self._missing_rest) > _TOLD_BYTES_MAX:
            self._missing_rest = b""  # no name and no variable is so long
        for name in names:
            self.note(name)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self.is_childless = True
                return
            if pid == 0:
                return
            if pid == self.pid:
                self.status = status


def end(watch: Watch, chosen: Callable[[], list[int]], *, grace_s: float) -> None:
    """End the chosen processes: asked first, then killed, until none is left.

    Bounded: what hangs in the kernel is left after a while.
    """
    for pid in chosen():
        send(pid, signal.SIGTERM)
        send(pid, signal.SIGCONT)  # a stopped process hears of it only when it goes on
    if _gone(watch, chosen, within_s=grace_s, every_s=0.02, number=0):
        return
    _gone(watch, chosen, within_s=_KILL_S_MAX, every_s=0.002, number=signal.SIGKILL)


def _gone(
    watch: Watch, chosen: Callable[[], list[int]], *, within_s: float, every_s: float, number: int
) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        watch.turn(every_s)
        if watch.is_childless:
            return True
        left = chosen()
        if not left:
            return True
        for pid in left:
            send(pid, number)
    return False


def whole_tree() -> list[int]:
    """Everything below this guardian that lives, in whatever session."""
    return [pid for pid in descendants(os.getpid()) if session(pid)]


def in_session(leader: int) -> list[int]:
    """What lives of the step's own session."""
    return [pid for pid in descendants(os.getpid()) if session(pid) == leader]


def names(pids: Iterable[int]) -> list[bytes]:
    """Each process as its id and command."""
    return [b"%d %s" % (pid, command(pid)) for pid in pids]


def _wake_on_signals(cancel: Callable[[int, FrameType | None], None]) -> int:
    """Have poll() return when a child ends or somebody wants an end; the pipe to poll."""
    wake, wake_end = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(wake_end, False)
    signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _noted)
    signal.signal(signal.SIGTERM, cancel)
    signal.signal(CANCEL_SIGNAL, cancel)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, END_SIGNALS)
    return wake


def rest() -> None:
    """Between two attempts: nothing can be cancelled, and SIGTERM ends an idle guardian."""
    signal.signal(CANCEL_SIGNAL, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def hold_signals() -> None:
    """Whoever sees the lock may cancel us; that waits until there is a Watch to hear of it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, END_SIGNALS)


def _noted(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the wake-up pipe has the news. The default would leave no byte there."""


def _read(file: int) -> bytes | None:
    """What is there; empty at the end, None where there is nothing yet."""
    try:
        return os.read(file, _READ_BYTES)
    except BlockingIOError:
        return None
