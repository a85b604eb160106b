"""Orders → a guardian each, from fork servers that are started when first needed."""

import errno
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from drillbook.run.guard.guardian import FOR_MANY, FOR_ONE, LENGTH_BYTES

_SOURCE = str(Path(__file__).parents[3])
# Not run as a script: only imported modules come from the bytecode cache. The folder comes
# last on the path, so that nothing beside drillbook can stand in for the standard library.
_PROGRAM = (
    f"import sys; sys.path.append({_SOURCE!r});"
    "from drillbook.run.guard.%s import serve; serve(int(sys.argv[1]))"
)
_GUARDIANS = "guardian"
_STEMS = "stem"
# So many steps at once have a guardian each, which nothing but its own step can harm. Beyond
# them one that sees to several takes a third of the memory; so many lose it when it is killed.
STEPS_ALONE_MAX = 16
STEPS_SHARED_MAX = 64
_STEMS_AT_ONCE = 8
_SEND_WITHIN_S = 10.0
_END_WITHIN_S = 5.0


@dataclass(slots=True)
class _Shared:
    """A guardian that sees to many steps: where it takes orders, and who waits for it."""

    control: socket.socket
    callers: set[socket.socket] = field(default_factory=set)


class GuardLink:
    """The way to guardians, for many threads: idle ones first, new ones from a fork server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # One asks the fork server after the other: of hundreds that ask at once, some would
        # wait longer than it can take to fork all of them.
        self._asking = threading.Lock()
        self._servers: dict[str, tuple[socket.socket, subprocess.Popen[bytes]]] = {}
        self._idle: list[socket.socket] = []
        self._alone: set[socket.socket] = set()  # those at work for one step
        self._shared: list[_Shared] = []
        self._entrance: socket.socket | None = None  # where stems stand by
        self._spare_stems = 0

    def send(self, order: bytes) -> socket.socket:
        """Give an order to a guardian: its socket, which answers or ends when it is done.

        Raises BrokenPipeError, ConnectionResetError or TimeoutError where the guardian or the
        fork server is gone: `drop` them and try again.
        """
        guardian = self._take()
        try:
            guardian.sendall(len(order).to_bytes(LENGTH_BYTES, "big") + order)
        except BaseException:
            guardian.close()
            raise
        return guardian

    def give_back(self, guardian: socket.socket) -> None:
        """Keep a guardian that has answered DONE for the next order, if it is for one at a time."""
        with self._lock:
            if self._servers and guardian in self._alone:
                self._alone.discard(guardian)
                self._idle.append(guardian)
                return
            guardian.close()
            spare = self._without_work()
        for shared in spare:
            shared.control.close()

    def drop(self) -> None:
        """Leave the fork servers and the idle guardians; those at work go on."""
        with self._lock:
            servers, self._servers = self._servers, {}
            idle, self._idle = self._idle, []
            shared, self._shared = self._shared, []
            entrance, self._entrance = self._entrance, None
        for guardian in (*idle, *(each.control for each in shared)):
            guardian.close()
        if entrance is not None:
            entrance.close()
        for server in servers.values():
            _leave(*server)

    def server_pid(self) -> int | None:
        """The process id of the fork server, None where none was started."""
        with self._lock:
            server = self._servers.get(_GUARDIANS)
            return server[1].pid if server else None

    def _take(self) -> socket.socket:
        with self._lock:
            if self._idle:
                guardian = self._idle.pop()
                self._alone.add(guardian)
                return guardian
        near, far = socket.socketpair()
        near.settimeout(_SEND_WITHIN_S)
        try:
            with far, self._asking:
                self._ask(near, far)
        except BaseException as error:
            near.close()
            if isinstance(error, OSError) and error.errno == errno.EBADF:
                # Somebody else found a server gone, and dropped it, as we were to ask it.
                raise BrokenPipeError(errno.EPIPE, "the fork server was dropped") from error
            raise
        return near

    def _ask(self, near: socket.socket, far: socket.socket) -> None:
        """Have somebody listen at the far end."""
        self._alone = {each for each in self._alone if each.fileno() >= 0}
        if len(self._alone) < STEPS_ALONE_MAX:
            self._alone.add(near)
            socket.send_fds(self._control(_GUARDIANS), [FOR_ONE], [far.fileno()])
            return
        shared = self._with_room(near)
        above, below = socket.socketpair()
        with above, below:
            self._have_stem(below)
            socket.send_fds(shared.control, [b"o"], [far.fileno(), above.fileno()])

    def _have_stem(self, below: socket.socket) -> None:
        """Give the socket to one of the stems that stand by, of which new ones are made."""
        control = self._control(_STEMS)
        with self._lock:
            if self._entrance is None:
                self._entrance, far = _messages()
                self._spare_stems = 0
                with far:
                    socket.send_fds(control, [b"e"], [far.fileno()])
            if not self._spare_stems:
                control.send(b"s" * _STEMS_AT_ONCE)
                self._spare_stems = _STEMS_AT_ONCE
            self._spare_stems -= 1
            socket.send_fds(self._entrance, [b"g"], [below.fileno()])

    def _with_room(self, near: socket.socket) -> _Shared:
        """A guardian of many that one more can wait for; it is told who does."""
        with self._lock:
            for shared in self._shared:
                shared.callers = {each for each in shared.callers if each.fileno() >= 0}
                if len(shared.callers) < STEPS_SHARED_MAX:
                    shared.callers.add(near)
                    return shared
        control, far = _messages()
        fresh = _Shared(control, {near})
        with far:
            socket.send_fds(self._control(_GUARDIANS), [FOR_MANY], [far.fileno()])
        with self._lock:
            self._shared.append(fresh)
        return fresh

    def _without_work(self) -> list[_Shared]:
        """Guardians of many that nobody waits for; one is kept, and these are not used again."""
        for shared in self._shared:
            shared.callers = {each for each in shared.callers if each.fileno() >= 0}
        spare = [shared for shared in self._shared if not shared.callers][1:]
        self._shared = [shared for shared in self._shared if shared not in spare]
        return spare

    def _control(self, kind: str) -> socket.socket:
        with self._lock:
            if kind not in self._servers:
                self._servers[kind] = _start(_PROGRAM % kind)
            return self._servers[kind][0]


def _messages() -> tuple[socket.socket, socket.socket]:
    """A pair that goes message by message, so that those of several threads never mix."""
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    near.settimeout(_SEND_WITHIN_S)
    return near, far


def _start(program: str) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    near, far = _messages()
    with far:
        process = subprocess.Popen(
            [sys.executable, "-P", "-s", "-S", "-c", program, str(far.fileno())],
            pass_fds=(far.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=_environment(program),
        )
    return near, process


def _environment(program: str) -> dict[str, str]:
    """Ours, without what is meant for a Python: the option -I would ignore our own word too."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    if program == _PROGRAM % _STEMS:
        # One small heap instead of a page for each size of object: less a stem.
        env["PYTHONMALLOC"] = "malloc"
        env["MALLOC_MMAP_THRESHOLD_"] = "2048"
        env["MALLOC_TRIM_THRESHOLD_"] = "4096"
        env["MALLOC_TOP_PAD_"] = "0"
    return env


def _leave(control: socket.socket, process: subprocess.Popen[bytes]) -> None:
    control.close()
    try:
        process.wait(_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        # It is stopped or hangs; a guardian that it may still fork finds its lock taken.
        process.kill()
        process.wait(_END_WITHIN_S)
