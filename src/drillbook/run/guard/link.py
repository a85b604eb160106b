"""Orders → a guardian each, from one fork server that is started when it is first needed."""

import errno
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from drillbook.run.guard.guardian import LENGTH_BYTES

_SOURCE = str(Path(__file__).parents[3])
# Not run as a script: only imported modules come from the bytecode cache. The folder comes
# last on the path, so that nothing beside drillbook can stand in for the standard library.
_PROGRAM = (
    f"import sys; sys.path.append({_SOURCE!r});"
    "from drillbook.run.guard.guardian import serve; serve(int(sys.argv[1]))"
)
_SEND_WITHIN_S = 10.0
_END_WITHIN_S = 5.0


class GuardLink:
    """The way to guardians, for many threads: idle ones first, new ones from a fork server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # One asks the fork server after the other: of hundreds that ask at once, some would
        # wait longer than it can take to fork all of them.
        self._asking = threading.Lock()
        self._server: tuple[socket.socket, subprocess.Popen[bytes]] | None = None
        self._idle: list[socket.socket] = []

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
        """Keep a guardian that has answered DONE for the next order."""
        with self._lock:
            if self._server is not None:
                self._idle.append(guardian)
                return
        guardian.close()

    def drop(self) -> None:
        """Leave the fork server and the idle guardians; those at work go on."""
        with self._lock:
            server, self._server = self._server, None
            idle, self._idle = self._idle, []
        for guardian in idle:
            guardian.close()
        if server is not None:
            _leave(*server)

    def server_pid(self) -> int | None:
        """The process id of the fork server, None where none was started."""
        with self._lock:
            return self._server[1].pid if self._server else None

    def _take(self) -> socket.socket:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        near, far = socket.socketpair()
        near.settimeout(_SEND_WITHIN_S)
        try:
            with far, self._asking:
                socket.send_fds(self._control(), [b"g"], [far.fileno()])
        except BaseException as error:
            near.close()
            if isinstance(error, OSError) and error.errno == errno.EBADF:
                # Somebody else found the server gone, and dropped it, as we were to ask it.
                raise BrokenPipeError(errno.EPIPE, "the fork server was dropped") from error
            raise
        return near

    def _control(self) -> socket.socket:
        with self._lock:
            if self._server is None:
                self._server = _start()
            return self._server[0]


def _start() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    # Message by message, so that orders of several threads never mix.
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    near.settimeout(_SEND_WITHIN_S)
    with far:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _PROGRAM, str(far.fileno())],
            pass_fds=(far.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=dict(os.environ),
        )
    return near, process


def _leave(control: socket.socket, process: subprocess.Popen[bytes]) -> None:
    control.close()
    try:
        process.wait(_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        # It is stopped or hangs; a guardian that it may still fork finds its lock taken.
        process.kill()
        process.wait(_END_WITHIN_S)
