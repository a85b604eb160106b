"""A small Kubernetes API server for the real kubectl: pods that exist, and exec into them.

As a kubelet does, it closes the process' standard input when the client goes, and ends nothing.
"""

import json
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kube_channels import (
    ERROR,
    STDERR,
    STDIN,
    STDOUT,
    Channels,
    Gone,
    SpdyChannels,
    WebSocketChannels,
    Wire,
)
from kube_objects import (
    MARK,
    Pod,
    deployment_facts,
    discovery,
    exit_facts,
    failure_facts,
    namespace_facts,
    pod_facts,
)

_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(kw_only=True)
class KubeApi:
    """The server. `version` is what it says to be: kubectl may choose its own by that.

    `commands` are those of the execs so far. With `refuses_exec` an exec is forbidden.
    """

    port: int
    version: str = "1.32"
    pods: list[Pod] = field(default_factory=list)
    commands: list[tuple[str, ...]] = field(default_factory=list)
    protocols: list[str] = field(default_factory=list)
    refuses_exec: bool = False
    hangs: bool = False
    connections: list[socket.socket] = field(default_factory=list)

    def pod(self, name: str, **facts: Any) -> Pod:
        """Have one more pod."""
        pod = Pod(name=name, **facts)
        self.pods.append(pod)
        return pod

    def drop_connections(self) -> None:
        """Cut every exec that is open, without a word."""
        for connection in tuple(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def kubeconfig(self, folder: Path) -> Path:
        """A file by which kubectl finds this server."""
        path = folder / "kubeconfig"
        facts = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "lab",
            "clusters": [{"name": "lab", "cluster": {"server": f"http://127.0.0.1:{self.port}"}}],
            "contexts": [{"name": "lab", "context": {"cluster": "lab"}}],
        }
        path.write_text(json.dumps(facts), encoding="utf-8")
        return path


@contextmanager
def kube_api(version: str = "1.32") -> Iterator[KubeApi]:
    """A server on a free port; at the end nothing of its pods is left."""
    api = KubeApi(port=0, version=version)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(api))
    server.daemon_threads = True
    api.port = server.server_port
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        api.drop_connections()
        for pod in api.pods:
            pod.kill()


def _handler(api: KubeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        pass

    Handler.api = api
    return Handler


class _Handler(BaseHTTPRequestHandler):
    """One connection. An upgraded one serves a single exec and ends."""

    api: KubeApi
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Objects, lists of them, what there is; or the upgrade of a WebSocket."""
        url = urlsplit(self.path)
        parts, query = url.path.strip("/").split("/"), parse_qs(url.query)
        if parts[-1] == "exec":
            self._exec(parts, query)
        elif (found := discovery(url.path, self.api.version)) is not None:
            self._json(200, found)
        else:
            self._objects(parts, query)

    def do_POST(self) -> None:
        """The upgrade of SPDY."""
        self.do_GET()

    def _objects(self, parts: list[str], query: dict[str, list[str]]) -> None:
        match parts:
            case ["api", "v1", "namespaces", namespace]:
                self._json(200, namespace_facts(namespace))
            case ["api", "v1", "namespaces", namespace, "pods"]:
                selectors = (query.get(key, [""])[0] for key in ("labelSelector", "fieldSelector"))
                self._pods(namespace, *selectors)
            case ["api", "v1", "namespaces", namespace, "pods", name]:
                pod = self._pod(namespace, name)
                if pod is not None:
                    self._json(200, pod_facts(pod))
            case ["apis", "apps", "v1", "namespaces", namespace, "deployments", name]:
                self._json(200, deployment_facts(namespace, name))
            case _:
                self._status(404, "NotFound", "the server could not find the requested resource")

    def _pods(self, namespace: str, selector: str, phase: str) -> None:
        wanted = dict(pair.split("=", 1) for pair in selector.split(",") if pair)
        is_picky = phase == "status.phase=Running"
        items = [
            pod_facts(pod)
            for pod in self.api.pods
            if pod.namespace == namespace
            and wanted.items() <= dict(pod.labels).items()
            and (pod.phase == "Running" or not is_picky)
        ]
        self._json(200, {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": items})

    def _pod(self, namespace: str, name: str) -> Pod | None:
        if self.api.hangs:
            with suppress(OSError):
                self.connection.recv(1)  # until the client goes
            return None
        for pod in self.api.pods:
            if (pod.namespace, pod.name) == (namespace, name):
                return pod
        self._status(404, "NotFound", f'pods "{name}" not found')
        return None

    def _exec(self, parts: list[str], query: dict[str, list[str]]) -> None:
        _api, _v1, _namespaces, namespace, _pods, name, _exec = parts
        pod = self._pod(namespace, name)
        if pod is None:
            return
        container = query.get("container", [pod.containers[0]])[0]
        if self.api.refuses_exec:
            self._status(403, "Forbidden", f'pods "{name}" is forbidden: cannot create pods/exec')
        elif container not in pod.containers:
            why = f"container {container} is not valid for pod {name}"
            self._status(400, "BadRequest", why)
        elif not (kind := self._kind()):
            self._status(400, "BadRequest", "an upgrade is asked for in a way we do not speak")
        else:
            self.api.protocols.append(kind.PROTOCOL)
            self.api.commands.append(tuple(query["command"]))
            self._serve(pod, query["command"], kind)

    def _kind(self) -> type[WebSocketChannels] | type[SpdyChannels] | None:
        upgrade = self.headers.get("Upgrade", "").lower()
        if upgrade == "websocket":
            return WebSocketChannels
        return SpdyChannels if upgrade == "spdy/3.1" else None

    def _serve(
        self, pod: Pod, command: list[str], kind: type[WebSocketChannels] | type[SpdyChannels]
    ) -> None:
        self.send_response(101)
        for key, value in kind.headers(self.headers).items():
            self.send_header(key, value)
        self.end_headers()
        self.close_connection = True
        self.api.connections.append(self.connection)
        with suppress(Gone, OSError):
            _run(pod, command, kind(_Wire(self.rfile, self.connection)))
        self.api.connections.remove(self.connection)

    def _status(self, code: int, reason: str, message: str) -> None:
        self._json(code, failure_facts(reason, message, code=code))

    def _json(self, code: int, facts: Mapping[str, Any]) -> None:
        body = json.dumps(facts).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Wire(Wire):
    def __init__(self, reader: BufferedIOBase, connection: socket.socket) -> None:
        self.reader = reader
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, data: bytes) -> None:
        with self._lock:
            self._connection.sendall(data)


def _run(pod: Pod, command: list[str], channels: Channels) -> None:
    """One command from its start to its end, or to the client's."""
    try:
        process = subprocess.Popen(
            ["/none/bash"] if pod.is_bare else command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": _PATH, "HOSTNAME": pod.name, MARK: pod.mark(), **pod.env},
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        why = f"error executing command in container: exec: {command[0]!r}: {error.strerror}"
        _end(channels, failure_facts("InternalError", f"Internal error occurred: {why}", code=500))
        return
    ending = threading.Thread(target=_tell, args=(process, channels))
    ending.start()
    assert process.stdin is not None
    try:
        _feed(process.stdin, channels)
    finally:
        with suppress(OSError):
            process.stdin.close()
        ending.join()


def _feed(stdin: Any, channels: Channels) -> None:
    """Standard input, until the client closes it or goes."""
    is_open = True
    while True:
        channel, data = channels.receive()
        if channel != STDIN or not is_open:
            continue
        if data is None:
            is_open = False
            stdin.close()
            continue
        with suppress(OSError):
            stdin.write(data)
            stdin.flush()


def _tell(process: subprocess.Popen[bytes], channels: Channels) -> None:
    """Its outputs as they come, and how it ended."""
    assert process.stdout is not None
    assert process.stderr is not None
    pumps = [
        threading.Thread(target=_pump, args=(process.stdout.fileno(), channels, STDOUT)),
        threading.Thread(target=_pump, args=(process.stderr.fileno(), channels, STDERR)),
    ]
    for pump in pumps:
        pump.start()
    code = process.wait()
    for pump in pumps:
        pump.join()
    process.stdout.close()
    process.stderr.close()
    _end(channels, exit_facts(code if code >= 0 else 128 - code))


def _pump(source: int, channels: Channels, channel: int) -> None:
    send: Callable[[int, bytes], None] = channels.send
    while data := os.read(source, 32_768):
        try:
            send(channel, data)
        except OSError:
            send = _nowhere  # what it writes is read on, as a kubelet does


def _nowhere(_channel: int, _data: bytes) -> None:
    """Nobody is there to hear it."""


def _end(channels: Channels, status: Mapping[str, Any]) -> None:
    with suppress(OSError):
        channels.send(ERROR, json.dumps(status).encode())
        channels.close()
