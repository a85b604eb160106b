"""HOST:PORT + an application → a socket that is listened to, plain or with TLS, until told."""

import asyncio
import ipaddress
import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_BYTES_MAX = 32_768
# Who has not sent the head of a request by then has none to send.
HEAD_WITHIN_S = 15.0
KEEP_ALIVE_S = 10
CONNECTIONS_MAX = 1_000
BACKLOG = 512
UP_WITHIN_S = 30.0
PORT_MAX = 65_535


class ListenError(Exception):
    """The address cannot be listened to; one line says why, and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen. `is_here`: only this machine can reach it."""

    host: str
    port: int
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """The files of a certificate chain and its key, in PEM."""

    certificate: Path
    key: Path


def read_address(text: str) -> Address:
    """`127.0.0.1:8470`, `[::1]:8470`, `localhost:0`. Raises ListenError for anything else."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    is_port = port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= PORT_MAX
    if not colon or not host or not is_port:
        raise ListenError(f"{text!r} is no HOST:PORT; write one such as 127.0.0.1:8470")
    return Address(host=host, port=int(port), is_here=_is_loopback(host))


def check_tls(tls: Tls) -> None:
    """Raises ListenError where the files are not a certificate and its key."""
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            tls.certificate, tls.key
        )
    except (OSError, ValueError) as error:
        raise ListenError(
            f"{tls.certificate} and {tls.key} are no certificate with its key ({error}); "
            "correct server.tls_certificate and server.tls_key in drillbook.toml"
        ) from error


def open_socket(address: Address) -> socket.socket:
    """A socket that is bound. Raises ListenError where the address cannot be had."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _unavailable(address, error) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
    except OSError as error:
        listener.close()
        raise _unavailable(address, error) from error
    return listener


@contextmanager
def serving(
    app: ASGIApp, listener: socket.socket, tls: Tls | None, *, stop_within_s: float
) -> Iterator[threading.Thread]:
    """Answer requests in a thread, which is given, until the end of the block.

    Those that are being answered then have `stop_within_s` to end.
    """
    server = uvicorn.Server(_config(app, tls, stop_within_s))
    _silence_loggers()
    # From here on the kernel keeps whoever comes before the thread is ready.
    listener.listen(BACKLOG)
    thread = threading.Thread(target=server.run, args=([listener],), name="http", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        server.should_exit = True
        thread.join(stop_within_s + 1)


def _config(app: ASGIApp, tls: Tls | None, stop_within_s: float) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS_MAX,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=max(1, int(stop_within_s)),
        h11_max_incomplete_event_size=HEADER_BYTES_MAX,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )


class BoundedProtocol(H11Protocol):
    """A connection that must send each request's head in time: uvicorn itself waits for ever."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._stop_waiting()
        elif self._waiting is None and (before is None or before.response_complete):
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEAD_WITHIN_S, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _unavailable(address: Address, error: OSError) -> ListenError:
    return ListenError(
        f"{address.host}:{address.port} cannot be listened to ({error.strerror or error}); "
        "name another address with --listen, or end what listens there"
    )


def _silence_loggers() -> None:
    """What uvicorn would log of a request is hostile text, and of an error a second traceback."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
