"""The lab's supervisord: start it, ask it, order it about, over its socket in the lab's folder."""

import http.client
import socket
import subprocess
import sys
import xmlrpc.client
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from drillbook.model.lab import LabError

CALL_S_MAX = 10.0
ALREADY_STARTED = 60
NOT_RUNNING = 70


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            wire.settimeout(self.timeout)
            wire.connect(str(self._path))
        except OSError:
            wire.close()
            raise
        self.sock = wire


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: Path, timeout_s: float) -> None:
        super().__init__()
        self._path = path
        self._timeout_s = timeout_s

    def make_connection(self, host: tuple[str, dict[str, str]] | str) -> http.client.HTTPConnection:
        connection = _UnixConnection(self._path, self._timeout_s)
        # Kept where the base class keeps it, or it would not be closed.
        self._connection = host, connection
        return connection


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessInfo:
    """What supervisord says of one process; `pid` is 0 where it has none."""

    name: str
    state: str
    pid: int
    description: str


class Supervision:
    """The way to one supervisord, whether or not it runs."""

    def __init__(self, socket_path: Path) -> None:
        self._socket = socket_path
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self, configuration: Path, *, environment: Mapping[str, str], log: Path) -> None:
        """Start supervisord in a session of its own, so that a crash of ours leaves it be."""
        command = [sys.executable, "-I", "-m", "supervisor.supervisord", "-n"]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*command, "-c", str(configuration)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=configuration.parent,
                env=dict(environment),
                start_new_session=True,
            )

    def reap(self, *, within_s: float) -> None:
        """Wait for the supervisord that we started ourselves, if it was us, to have ended."""
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(within_s)

    def answers(self) -> bool:
        """Tell whether supervisord is there."""
        try:
            return bool(self._call("getState"))
        except LabError:
            return False

    def processes(self) -> dict[str, ProcessInfo]:
        """Answer all processes by name. Raises LabError where supervisord does not answer."""
        rows = self._call("getAllProcessInfo")
        assert isinstance(rows, list)
        return {row["name"]: _info(row) for row in rows}

    def start(self, name: str) -> None:
        """Have one process started, if it is not; returns without waiting for it."""
        self._call("startProcess", name, False, tolerate=ALREADY_STARTED)

    def stop(self, name: str) -> None:
        """Stop one process, and wait until it has ended."""
        self._call("stopProcess", name, tolerate=NOT_RUNNING)

    def shut_down(self) -> None:
        """Have supervisord stop everything and itself; returns without waiting for it.

        All are stopped at once first: by itself it would stop one after the other.
        """
        self._call("stopAllProcesses", False)
        self._call("shutdown")

    def _call(self, method: str, *arguments: object, tolerate: int = 0) -> object:
        transport = _UnixTransport(self._socket, CALL_S_MAX)
        try:
            with xmlrpc.client.ServerProxy("http://localhost", transport=transport) as proxy:
                return getattr(proxy.supervisor, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == tolerate:
                return None
            raise LabError(f"supervisord refused {method}: {fault.faultString}") from fault
        except (OSError, http.client.HTTPException, xmlrpc.client.Error) as error:
            raise LabError(f"supervisord at {self._socket} does not answer: {error}") from error


def _info(row: Mapping[str, object]) -> ProcessInfo:
    pid = row["pid"]
    assert isinstance(pid, int)
    return ProcessInfo(
        name=str(row["name"]),
        state=str(row["statename"]),
        pid=pid,
        description=str(row["description"]),
    )
