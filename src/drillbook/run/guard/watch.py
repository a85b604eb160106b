"""A running step → its output kept, its end noticed, its processes ended.

Part of the guardian: the standard library only, and only cheap modules of it.
"""

import os
import select
import signal
import time
from collections.abc import Callable, Iterable

from drillbook.run.guard.channel import Channel
from drillbook.run.guard.feed import Feed
from drillbook.run.guard.kernel import command, descendants, send, session
from drillbook.run.guard.output import TAIL_EVERY_S, OutputKeeper
from drillbook.run.guard.tree import Tree

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
        tree: Tree,
        *,
        output: int,
        missing: int,
        keeper: OutputKeeper,
        channel: Channel | None = None,
    ) -> None:
        self.pid = 0
        self.tree = tree
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
        for file in (output, missing, *tree.listen()):
            self._poll.register(file, select.POLLIN)

    @property
    def status(self) -> int | None:
        """Of the step's first process, as waitpid gives it; None while it lives."""
        return self.tree.status

    @property
    def is_childless(self) -> bool:
        """Whether none of the step's processes is left, in whatever session."""
        return self.tree.is_childless

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody wants the step to end."""
        return self.tree.is_cancelled

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
                self.tree.hear(file)
        self._keeper.save_when_due()
        self.tree.bury()

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
        """Stop listening, and give the pipe of missing programs back."""
        self.feed.close()
        self.tree.close()
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

    def whole_tree(self) -> list[int]:
        """Everything of the step that lives, in whatever session."""
        return [pid for pid in descendants(self.tree.root) if session(pid)]

    def in_session(self) -> list[int]:
        """What lives of the step's own session."""
        return [pid for pid in descendants(self.tree.root) if session(pid) == self.pid]


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


def names(pids: Iterable[int]) -> list[bytes]:
    """Each process as its id and command."""
    return [b"%d %s" % (pid, command(pid)) for pid in pids]


def _read(file: int) -> bytes | None:
    """What is there; empty at the end, None where there is nothing yet."""
    try:
        return os.read(file, _READ_BYTES)
    except BlockingIOError:
        return None
