"""`drillbook` in a process of its own, without the second that Python takes to import it.

One process of each test session has imported the program, and does nothing but fork: what comes
out of it is `drillbook` with arguments, folder, environment and standard streams of its own. Its
code is the same; only the interpreter's start is not repeated. What a test changes of that start
itself (`PYTHON…`, the locale) needs a real one.
"""

import atexit
import fcntl
import json
import os
import pkgutil
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

OF_THE_START = ("PYTHON", "LC_", "LANG")
STREAMS = 3
# They import the rooms; what a command imports besides, its process imports itself.
FACES = ("drillbook.cli", "drillbook.verbs", "drillbook.web")
NUMBER = struct.Struct("!i")


def can_be_forked(env: Mapping[str, str]) -> bool:
    """Whether this environment would have made no difference to the interpreter's start."""
    names = {name for name in (*env, *os.environ) if name.startswith(OF_THE_START)}
    return all(env.get(name) == os.environ.get(name) for name in names)


def run(
    arguments: Sequence[str], cwd: Path, env: Mapping[str, str], given: str, timeout_s: float
) -> subprocess.CompletedProcess[str]:
    """As `subprocess.run` of `drillbook`, what it says captured. Raises TimeoutExpired."""
    with (
        tempfile.TemporaryFile() as i,
        tempfile.TemporaryFile() as o,
        tempfile.TemporaryFile() as e,
    ):
        i.write(given.encode())
        i.seek(0)
        copy = Copy(arguments, cwd, env, (i.fileno(), o.fileno(), e.fileno()))
        code = copy.wait(timeout_s)
        return subprocess.CompletedProcess(list(arguments), code, _text(o), _text(e))


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    said = file.read().decode(errors="replace")
    return said.replace("\r\n", "\n").replace("\r", "\n")


class Copy:
    """A process that runs `drillbook`; with a terminal for its streams, one of its session."""

    def __init__(
        self,
        arguments: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        streams: tuple[int, int, int],
    ) -> None:
        self._arguments = list(arguments)
        self._status, status = os.pipe()
        told = {"arguments": self._arguments, "cwd": str(cwd), "env": dict(env)}
        with tempfile.TemporaryFile() as order:
            order.write(json.dumps(told).encode())
            order.flush()
            socket.send_fds(_origin()[0], [b"!"], [order.fileno(), status, *streams])
        os.close(status)
        self.pid = self._number()

    def wait(self, timeout_s: float) -> int:
        """Its exit code, negative where a signal ended it; one that does not end is killed."""
        is_over = bool(select.select([self._status], [], [], timeout_s)[0])
        if not is_over:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(self._number())
        os.close(self._status)
        if not is_over:
            raise subprocess.TimeoutExpired(self._arguments, timeout_s)
        return code

    def _number(self) -> int:
        return int(NUMBER.unpack(os.read(self._status, NUMBER.size))[0])


@cache
def _origin() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Where to ask for a copy, and who makes them; it ends when nobody can ask any more."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    atexit.register(_end, ours, process)
    return ours, process


def _end(asked: socket.socket, process: subprocess.Popen[bytes]) -> None:
    asked.close()
    process.wait(30)


def serve(asked: socket.socket) -> None:
    """Fork for whoever asks, until nobody can; returns in the copies."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, descriptors, _, _ = socket.recv_fds(asked, 1, STREAMS + 2)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            asked.close()
            _become(*descriptors)
            return
        for descriptor in descriptors:
            os.close(descriptor)


def _become(order: int, status: int, *streams: int) -> None:
    """Fork the copy, and tell its id and its end; returns in the copy alone."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid:
        for stream in streams:
            os.close(stream)
        os.write(status, NUMBER.pack(pid))
        os.write(status, NUMBER.pack(os.waitpid(pid, 0)[1]))
        os._exit(0)
    os.close(status)
    with os.fdopen(order, "rb") as file:
        file.seek(0)
        told: dict[str, Any] = json.load(file)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    if os.isatty(0):
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    _open_streams()
    os.environ.clear()
    os.environ.update(told["env"])
    os.chdir(told["cwd"])
    sys.argv = [str(Path(sys.executable).with_name("drillbook")), *told["arguments"]]


def _open_streams() -> None:
    """As the interpreter does at its start: a terminal's output goes out by lines, errors do."""
    encoding = sys.stdout.encoding
    sys.stdin = open(0, encoding=encoding, errors=sys.stdin.errors, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding=encoding, errors=sys.stdout.errors, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding, "backslashreplace", closefd=False)  # noqa: SIM115


def _import_all() -> None:
    for face in FACES:
        package = import_module(face)
        for module in pkgutil.iter_modules(package.__path__, f"{face}."):
            import_module(module.name)
    assert threading.active_count() == 1, "a process with threads cannot be copied"


if __name__ == "__main__":
    # This folder's modules are the tests' own, and no part of the program.
    sys.path.pop(0)
    _import_all()
    serve(socket.socket(fileno=int(sys.argv[1])))
    sys.exit(import_module("drillbook.cli.main").main())
