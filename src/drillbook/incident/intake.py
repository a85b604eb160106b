"""HTTP requests of an Alertmanager → bodies for `accept`, answered 2xx only after it has returned.

The endpoint listens on 127.0.0.1 alone and takes everything as hostile: who asks must hold the
token before a byte of the body is read, sizes and times are bounded, and nothing that a request
holds is ever printed. Where a body could not be journaled the answer is 503, because Alertmanager
tries again after 5xx and gives up after 4xx.
"""

import hmac
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import Any, ClassVar, Self, cast

HOOK_PATH = "/hooks/alertmanager"
BODY_BYTES_MAX = 1_000_000
CONNECTIONS_MAX = 32
# An Alertmanager on the same machine sends its request in milliseconds.
REQUEST_S_MAX = 10.0
# What was refused unread is thrown away up to here, so that the sender gets to see our answer:
# closing a socket with unread data resets the connection, and the answer is lost with it.
DISCARDED_BYTES_MAX = 8_000_000
DISCARD_S_MAX = 1.0
LINGERING_MAX = 64
CLOSE_S_MAX = 5.0


class IntakeState(Enum):
    """What became of a body."""

    ACCEPTED = HTTPStatus.OK
    MALFORMED = HTTPStatus.BAD_REQUEST
    REFUSED = HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeAnswer:
    """ACCEPTED: journaled. MALFORMED: never send it again. REFUSED: try again later."""

    state: IntakeState = IntakeState.ACCEPTED


Accept = Callable[[bytes], IntakeAnswer]


class Intake:
    """The endpoint, from its making until `close`.

    `accept` journals the body before it returns; it is called by one thread at a time. Where it
    raises OSError the sender is told to try again. Any other exception of it is a bug of ours:
    the sender gets no answer (and tries again), and `close` raises it.
    """

    def __init__(self, accept: Accept, token: str, *, request_s_max: float = REQUEST_S_MAX) -> None:
        if not token.isascii() or not token.isprintable() or not token:
            raise ValueError("the token of the intake must be printable ASCII and not empty")
        self._server = _Server(accept, token.encode("ascii"), request_s_max)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="intake", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where to post alerts."""
        return f"http://127.0.0.1:{self._server.server_port}{HOOK_PATH}"

    def close(self) -> None:
        """Stop listening and wait, at most CLOSE_S_MAX, for the requests that are being taken."""
        self._server.shutdown()
        self._thread.join(CLOSE_S_MAX)
        self._server.server_close()
        self._server.settle()
        if self._server.bug is not None:
            raise self._server.bug

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    """Counts its connections, and ends those that take too long."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, accept: Accept, token: bytes, request_s_max: float) -> None:
        self.accept = accept
        self.token = token
        self.request_s_max = request_s_max
        self.accepting = threading.Lock()
        self.bug: Exception | None = None
        self._changed = threading.Condition()
        self._reading_until: dict[socket.socket, float] = {}
        self._taken = 0
        self._lingering: deque[tuple[float, socket.socket]] = deque()
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own asks the resolver for the machine's name, which may take seconds.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            is_full = self._taken >= CONNECTIONS_MAX
            if not is_full:
                self._taken += 1
                self._reading_until[request] = time.monotonic() + self.request_s_max
        if is_full:
            self._turn_away(request)
        else:
            super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Called once for every request that was taken, whatever came of it."""
        self.done_reading(request)
        super().shutdown_request(request)
        with self._changed:
            self._taken -= 1
            self._changed.notify_all()

    def done_reading(self, request: socket.socket) -> None:
        with self._changed:
            self._reading_until.pop(request, None)

    def service_actions(self) -> None:
        """Called by `serve_forever` ten times a second."""
        now_s = time.monotonic()
        with self._changed:
            for request, until_s in self._reading_until.items():
                if now_s > until_s:
                    _end_reading(request)
        while self._lingering and self._lingering[0][0] < now_s:
            self._lingering.popleft()[1].close()

    def _turn_away(self, request: socket.socket) -> None:
        """Answer 503 without a thread, and close only when the sender has had time to read it."""
        request.setblocking(False)
        try:
            request.send(b"HTTP/1.1 503 Service Unavailable\r\n" + _TAIL)
            request.shutdown(socket.SHUT_WR)
        except OSError:
            request.close()
            return
        self._lingering.append((time.monotonic() + DISCARD_S_MAX, request))
        if len(self._lingering) > LINGERING_MAX:
            self._lingering.popleft()[1].close()

    def settle(self) -> None:
        """Let the requests that are being taken end."""
        while self._lingering:
            self._lingering.popleft()[1].close()
        with self._changed:
            for request in self._reading_until:
                _end_reading(request)
            self._changed.wait_for(lambda: self._taken == 0, timeout=CLOSE_S_MAX)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Called in an except clause; the base class would print a traceback."""
        del request, client_address
        error = sys.exception()
        # A sender that went away is no bug of ours.
        if isinstance(error, Exception) and not isinstance(error, OSError):
            self.bug = self.bug or error


_TAIL = b"Connection: close\r\nContent-Length: 0\r\n\r\n"


def _end_reading(request: socket.socket) -> None:
    """Whoever reads from the socket finds its end; an answer can still be written."""
    try:
        request.shutdown(socket.SHUT_RD)
    except OSError:
        return


class _RefusalError(Exception):
    """Why a request is not taken, as a status."""

    def __init__(self, status: HTTPStatus, **headers: str) -> None:
        super().__init__(status.phrase)
        self.status = status
        self.headers = headers


class _Handler(BaseHTTPRequestHandler):
    """One connection, one request."""

    protocol_version = "HTTP/1.1"
    server_version = "drillbook"
    sys_version = ""
    timeout: ClassVar[float | None] = REQUEST_S_MAX

    def do_POST(self) -> None:
        self.close_connection = True
        try:
            self._check_address()
            self._check_token()
            body = self._body()
        except _RefusalError as refusal:
            self._answer(refusal.status, **refusal.headers)
            self._discard()
        else:
            self._answer(self._accepted(body))

    def do_GET(self) -> None:
        self.do_POST()

    do_HEAD = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def _check_address(self) -> None:
        if self.path.partition("?")[0] != HOOK_PATH:
            raise _RefusalError(HTTPStatus.NOT_FOUND)
        if self.command != "POST":
            raise _RefusalError(HTTPStatus.METHOD_NOT_ALLOWED, Allow="POST")

    def _check_token(self) -> None:
        values = self.headers.get_all("Authorization", [])
        scheme, _, token = values[0].partition(" ") if len(values) == 1 else ("", "", "")
        given = token.strip().encode("latin-1", errors="replace")
        is_right = hmac.compare_digest(given, self._house.token)
        if scheme.casefold() != "bearer" or not is_right:
            raise _RefusalError(HTTPStatus.UNAUTHORIZED, **{"WWW-Authenticate": "Bearer"})

    def _body(self) -> bytes:
        if self.headers.get_content_type() != "application/json":
            raise _RefusalError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        length = self._length()
        body = self.rfile.read(length)
        self._house.done_reading(self.connection)
        if len(body) < length:
            raise _RefusalError(HTTPStatus.REQUEST_TIMEOUT)
        return body

    def _length(self) -> int:
        lengths = self.headers.get_all("Content-Length", [])
        if "Transfer-Encoding" in self.headers or not lengths:
            # Alertmanager knows the length of what it sends; a second way in is a second risk.
            raise _RefusalError(HTTPStatus.LENGTH_REQUIRED)
        text = lengths[0].strip()
        if len(lengths) > 1 or not (text.isascii() and text.isdigit()):
            raise _RefusalError(HTTPStatus.BAD_REQUEST)
        if len(text) > len(str(BODY_BYTES_MAX)) or int(text) > BODY_BYTES_MAX:
            raise _RefusalError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return int(text)

    def _accepted(self, body: bytes) -> HTTPStatus:
        """Hand the body over, and say what became of it."""
        if not self._house.accepting.acquire(timeout=REQUEST_S_MAX):
            return HTTPStatus.SERVICE_UNAVAILABLE
        try:
            return self._house.accept(body).state.value
        except OSError:
            return HTTPStatus.SERVICE_UNAVAILABLE
        finally:
            self._house.accepting.release()

    def _answer(self, status: HTTPStatus, **headers: str) -> None:
        text = f"{status.phrase}\n".encode("ascii")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def _discard(self) -> None:
        """Read what is left of a refused request, within bounds."""
        self._house.done_reading(self.connection)
        until_s = time.monotonic() + DISCARD_S_MAX
        left = DISCARDED_BYTES_MAX
        try:
            self.connection.shutdown(socket.SHUT_WR)
            while left > 0 and (wait_s := until_s - time.monotonic()) > 0:
                self.connection.settimeout(wait_s)
                data = self.connection.recv(65_536)
                left -= len(data)
                if not data:
                    return
        except OSError:
            return

    def send_error(self, code: int, *_: str | None) -> None:
        """The base class finds fault with a request; its words would repeat hostile text."""
        self.close_connection = True
        self.command = self.command or "POST"
        # Garbage counts as HTTP/0.9, which has no status line.
        self.request_version = self.protocol_version
        self._answer(HTTPStatus(code))
        self._discard()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing of a request goes to the terminal."""

    @property
    def _house(self) -> _Server:
        return cast("_Server", self.server)
