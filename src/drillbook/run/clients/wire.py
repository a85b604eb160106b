"""One HTTP request → the server's answer, bounded, or why there is none, by curl's exit codes.

What answers is taken as hostile: the body is bounded here, the time by `ending.end_at`.
Redirects are not followed, certificates are verified, and a proxy is used only where the
environment names one.
"""

import os
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPSConnection,
    IncompleteRead,
    RemoteDisconnected,
)
from typing import NamedTuple
from urllib.parse import unquote

from drillbook.run.clients.ending import NOT_ASKED, TIME_OUT, StepError

UNRESOLVED, NOT_CONNECTED, NO_TLS, EMPTY, BROKEN, BAD_CERTIFICATE, TOO_LONG = (
    6,
    7,
    35,
    52,
    56,
    60,
    63,
)
BODY_BYTES_MAX = 1_000_000

_BASE = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9._-]{1,253})"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>/[A-Za-z0-9._~%!$&'()*+,;=:@/-]*)?"
)
_PROXY = re.compile(
    r"(?:http://)?(?:(?P<user>[^@/]*)@)?(?P<host>\[[0-9a-fA-F:.]+\]|[^:/@]+)(?::(?P<port>[0-9]+))?/?"
)


class Base(NamedTuple):
    """Where a server is; `path` is what stands before every path, without a slash at its end."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_usual = self.port == _usual_port(self.scheme)
        return host if is_usual else f"{host}:{self.port}"


class Answer(NamedTuple):
    """What the server answered; `is_cut` where the body is longer than BODY_BYTES_MAX."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_cut: bool = False


def base_of(url: str) -> Base | None:
    """The server that a URL names: http(s), no user, no query; None where it is none."""
    found = _BASE.fullmatch(url)
    if found is None:
        return None
    port = int(found["port"] or _usual_port(found["scheme"]))
    if not 0 < port < 65_536 or _has_dot_segment(found["path"] or ""):
        return None
    path = (found["path"] or "").rstrip("/")
    return Base(found["scheme"], found["host"].strip("[]"), port, path)


def exchange(
    base: Base,
    method: str,
    path: str,
    headers: tuple[tuple[str, bytes], ...],
    body: bytes | None,
    *,
    timeout_s: float,
) -> Answer:
    """Ask, and answer what came. `path` is whole and encoded. Raises StepError."""
    with connected(base, timeout_s=timeout_s) as (connection, prefix), as_step_errors():
        put(connection, method, f"{prefix}{path}", headers, body)
        return _answer(connection)


@contextmanager
def connected(base: Base, *, timeout_s: float) -> Iterator[tuple[HTTPConnection, str]]:
    """A connection, and what stands before each path where a proxy is asked. Raises StepError."""
    connection, is_absolute = _connection(base, timeout_s)
    try:
        _connect(connection, base)
        yield connection, f"{base.scheme}://{base.authority}" if is_absolute else ""
    finally:
        connection.close()


def put(
    connection: HTTPConnection,
    method: str,
    target: str,
    headers: tuple[tuple[str, bytes], ...],
    body: bytes | None,
) -> None:
    """Send a request, within `as_step_errors`."""
    has_host = any(name.lower() == "host" for name, _ in headers)
    connection.putrequest(method, target, skip_host=has_host, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)


@contextmanager
def as_step_errors() -> Iterator[None]:
    """What goes wrong while a server is asked is raised as a StepError."""
    try:
        yield
    except RemoteDisconnected as error:
        raise StepError(EMPTY, "the server closed the connection without an answer") from error
    except TimeoutError as error:
        raise StepError(TIME_OUT, "the server did not answer in time") from error
    except HTTPException as error:
        message = f"the answer is no HTTP, or breaks off: {type(error).__name__} {error!s:.200}"
        raise StepError(BROKEN, message) from error
    except (OSError, ValueError) as error:
        raise StepError(BROKEN, f"the connection broke off: {error}") from error


def status_line(answer: Answer) -> str:
    """`HTTP 503 Service Unavailable`."""
    return " ".join(f"HTTP {answer.status} {answer.reason}".split())


def _has_dot_segment(path: str) -> bool:
    return any(unquote(segment) in (".", "..") for segment in path.split("/"))


def _usual_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _connection(base: Base, timeout_s: float) -> tuple[HTTPConnection, bool]:
    """A connection that is not made yet, and whether it asks a proxy for whole addresses."""
    proxy = _proxy_for(base)
    host, port, authorization = proxy or (base.host, base.port, {})
    if base.scheme == "http":
        connection = HTTPConnection(host, port, timeout=timeout_s)
        if authorization:
            raise StepError(NOT_ASKED, "http_proxy: a proxy with a user is for https alone")
        return connection, proxy is not None
    secured = HTTPSConnection(host, port, timeout=timeout_s, context=ssl.create_default_context())
    if proxy:
        secured.set_tunnel(base.host, base.port, headers=authorization)
    return secured, False


def _proxy_for(base: Base) -> tuple[str, int, dict[str, str]] | None:
    """The proxy that the environment names for this server: host, port, headers."""
    url = os.environ.get(f"{base.scheme}_proxy", "")
    if not url or _is_direct(base.host, os.environ.get("no_proxy", "")):
        return None
    found = _PROXY.fullmatch(url)
    if found is None:
        raise StepError(NOT_ASKED, f"{base.scheme}_proxy is no http://HOST:PORT")
    user = unquote(found["user"] or "")
    headers = {"Proxy-Authorization": f"Basic {b64encode(user.encode()).decode()}"}
    return found["host"].strip("[]"), int(found["port"] or 80), headers if user else {}


def _is_direct(host: str, no_proxy: str) -> bool:
    names = [name.strip().lstrip(".").lower() for name in no_proxy.split(",") if name.strip()]
    host = host.lower()
    return "*" in names or any(host == name or host.endswith(f".{name}") for name in names)


def _connect(connection: HTTPConnection, base: Base) -> None:
    where = base.authority
    try:
        connection.connect()
    except socket.gaierror as error:
        raise StepError(UNRESOLVED, f"{where}: its name is not known: {error.strerror}") from error
    except ssl.SSLCertVerificationError as error:
        message = f"{where}: its certificate is not trusted: {error.verify_message}"
        raise StepError(BAD_CERTIFICATE, message) from error
    except ssl.SSLError as error:
        raise StepError(NO_TLS, f"{where}: no TLS: {error.reason or error}") from error
    except TimeoutError as error:
        raise StepError(TIME_OUT, f"{where} did not answer in time") from error
    except (OSError, UnicodeError) as error:
        raise StepError(NOT_CONNECTED, f"{where}: cannot connect: {error}") from error


def _answer(connection: HTTPConnection) -> Answer:
    response = connection.getresponse()
    body = response.read(BODY_BYTES_MAX + 1)
    if response.length and len(body) <= BODY_BYTES_MAX:
        raise IncompleteRead(body, response.length)
    return Answer(
        status=response.status,
        reason=response.reason,
        headers=tuple(response.getheaders()),
        body=body[:BODY_BYTES_MAX],
        is_cut=len(body) > BODY_BYTES_MAX,
    )
