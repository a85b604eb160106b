"""A small lab: one real server process that keeps orders in a file, and a client that counts.

What stands in its folder is enough to find it again, as a lab must be found after a crash.
"""

import http.client
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from drillbook.drill.faults.processes import find_process
from drillbook.model.lab import (
    ClientCount,
    Lab,
    LabError,
    LabKind,
    LabOrder,
    LabView,
    Observation,
    Pacing,
)
from drillbook.model.target import Target
from drillbook.model.truth import Truth
from stories import FACTS, PACING

SYSTEM = "system"
NOBODY_LISTENS = "http://127.0.0.1:9"
START_S_MAX = 20.0
SERVER = """
import http.server, sys
from pathlib import Path

orders = Path(sys.argv[2])

class Orders(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(orders.read_bytes())
    def do_POST(self):
        with orders.open("ab") as file:
            file.write(self.path[1:].encode() + bytes([10]))
        self.answer(b"")
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Orders).serve_forever()
"""
# Kept, because a child of ours that ends stays a zombie until it is waited for.
_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}


class SmallLab:
    """One process called `system`.

    `trouble` makes an act of that name raise LabError with these words; `before_look` is called
    before it is looked whether users are served, and may break or mend the system. The client
    writes nothing while `sleeping_users` is set.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path("/nonexistent")
        self.trouble: dict[str, str] = {}
        self.before_look: Callable[[], None] = lambda: None
        self.sleeping_users = threading.Event()
        self._client: _Client | None = None

    def up(self, order: LabOrder) -> LabView:
        self._act("up")
        self.folder = order.folder
        self.folder.mkdir(exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        (self.folder / "orders").touch()
        (self.folder / "port").write_text(str(port), encoding="ascii")
        self.start(SYSTEM, timeout_s=START_S_MAX)
        pacing = Pacing(**PACING)
        return LabView(
            targets=(self.target(SYSTEM),),
            prometheus_url=NOBODY_LISTENS,
            alertmanager_url=NOBODY_LISTENS,
            pacing=pacing,
            full_pacing=pacing,
        )

    def steady(self) -> Observation:
        self._act("steady")
        return self._look()

    def serves(self) -> Observation:
        self.before_look()
        self._act("serves")
        return self._look()

    def start_client(self) -> None:
        self._client = _Client(self.port, self.sleeping_users)

    def first_failure_ns(self, *, since_ns: int) -> int | None:
        failures = self._client.failed_at_ns if self._client else []
        return next((at_ns for at_ns in failures if at_ns >= since_ns), None)

    def stop_client(self) -> ClientCount:
        self._act("stop_client")
        assert self._client is not None
        self._client.stop()
        stored = (self.folder / "orders").read_text(encoding="ascii").split()
        acknowledged = self._client.acknowledged_at_ns
        lost = [at_ns for order, at_ns in acknowledged.items() if order not in stored]
        return ClientCount(
            acknowledged=len(acknowledged),
            readable=len(acknowledged) - len(lost),
            twice=len(stored) - len(set(stored)),
            lost_at_ns=tuple(lost),
            failures=len(self._client.failed_at_ns),
        )

    def pid(self, process: str) -> int | None:
        self._act("pid")
        assert SYSTEM == process
        file = self.folder / "pid"
        pid = int(file.read_text(encoding="ascii")) if file.exists() else None
        return pid if pid is not None and find_process(pid) else None

    def accepts(self, process: str) -> bool:
        assert SYSTEM == process
        return self._look().truth is Truth.TRUE

    def start(self, process: str, *, timeout_s: float) -> None:
        assert SYSTEM == process
        arguments = [str(self.port), str(self.folder / "orders")]
        server = subprocess.Popen([sys.executable, "-S", "-c", SERVER, *arguments])
        _CHILDREN[server.pid] = server
        (self.folder / "pid").write_text(str(server.pid), encoding="ascii")
        until_s = time.monotonic() + timeout_s
        while self._look().truth is not Truth.TRUE:
            assert time.monotonic() < until_s
            time.sleep(0.01)

    def target(self, name: str) -> Target:
        return Target(name=name, cwd=str(self.folder), drillable=True)

    def down(self) -> Sequence[str]:
        if self._client is not None:
            self._client.stop()
        file = self.folder / "pid"
        if file.exists():
            child = _CHILDREN.pop(int(file.read_text(encoding="ascii")))
            child.kill()
            child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._act("down")
        return ()

    def kill(self) -> None:
        """End the system's process, and wait until it is gone."""
        child = _CHILDREN[int((self.folder / "pid").read_text(encoding="ascii"))]
        child.kill()
        child.wait()

    @property
    def port(self) -> int:
        """Where the system listens."""
        return int((self.folder / "port").read_text(encoding="ascii"))

    def _act(self, name: str) -> None:
        if name in self.trouble:
            raise LabError(self.trouble[name])

    def _look(self) -> Observation:
        is_served = _asked(self.port, "GET", "/") is not None
        truth = Truth.TRUE if is_served else Truth.FALSE
        return Observation(truth=truth, because="it answers" if is_served else "it is silent")


class _Client:
    """Writes one order after the other, and notes which were acknowledged."""

    def __init__(self, port: int, sleeping: threading.Event) -> None:
        self.acknowledged_at_ns: dict[str, int] = {}
        self.failed_at_ns: list[int] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._write, args=(port, sleeping))
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join()

    def _write(self, port: int, sleeping: threading.Event) -> None:
        while not self._is_over.wait(0.01):
            if sleeping.is_set():
                continue
            order, began_ns = uuid4().hex, time.time_ns()
            if _asked(port, "POST", f"/{order}") is None:
                self.failed_at_ns.append(began_ns)
            else:
                self.acknowledged_at_ns[order] = time.time_ns()


def _asked(port: int, method: str, path: str) -> bytes | None:
    """The answer's body, or None where the system does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5.0)
    try:
        connection.request(method, path)
        return connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class SmallLabKind:
    """How the small lab is made, and found again."""

    def make(self) -> Lab:
        return SmallLab()

    def reopen(self, folder: Path) -> Lab:
        return SmallLab(folder)


SMALL_LABS: dict[str, LabKind] = {"small": SmallLabKind()}


def order_for(folder: Path) -> LabOrder:
    """An order for a small lab in this folder."""
    return LabOrder(folder=folder, rule_files={}, hook_url=NOBODY_LISTENS, hook_token="t")


def started(folder: Path) -> SmallLab:
    """A small lab that is up in this folder."""
    lab = SmallLab()
    lab.up(order_for(folder))
    return lab


def small_facts(folder: Path) -> dict[str, Any]:
    """What the journal says of a drill of the small lab at its beginning."""
    facts = {
        **FACTS,
        "folder": str(folder),
        "lab": {"name": "small", "settings": {}},
        "fault": {"kind": "kill", "settings": {"process": SYSTEM}, "timeout_s": 20.0},
    }
    whole: dict[str, Any] = json.loads(json.dumps(facts))
    return whole
