"""An ASGI application → answered over real HTTP, on a port of its own."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
from starlette.types import ASGIApp

from drillbook.web.listening import Tls, open_socket, read_address, serving

STOP_WITHIN_S = 5.0
ANSWER_WITHIN_S = 30.0


@contextmanager
def answered(app: ASGIApp, tls: Tls | None = None, token: str = "") -> Iterator[httpx.Client]:
    """A client of the application, which is served as `drillbook serve` does it."""
    with (
        open_socket(read_address("127.0.0.1:0")) as listener,
        serving(app, listener, tls, stop_within_s=STOP_WITHIN_S),
    ):
        url = f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
        with client_of(url, token, verify=str(tls.certificate) if tls else "") as client:
            yield client


def client_of(url: str, token: str = "", *, verify: str = "") -> httpx.Client:
    """A client that shows this token, if any."""
    return httpx.Client(
        base_url=url,
        headers={"Authorization": f"Bearer {token}"} if token else {},
        timeout=ANSWER_WITHIN_S,
        trust_env=False,
        verify=ssl.create_default_context(cafile=verify) if verify else False,
    )


def raw(client: httpx.Client, data: bytes, *, wait_s: float = ANSWER_WITHIN_S) -> bytes:
    """What comes back, until the other side closes, for bytes that are no HTTP client's."""
    address = (client.base_url.host, client.base_url.port or 80)
    with socket.create_connection(address, timeout=wait_s) as connection:
        answer = b""
        # Who is refused in the middle of a sentence may find the connection reset.
        with suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(data)
            while part := connection.recv(65_536):
                answer += part
    return answer
