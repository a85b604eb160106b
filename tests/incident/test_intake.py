"""HTTP requests of an Alertmanager → bodies, answered 2xx only after they are journaled."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drillbook.incident.intake import (
    BODY_BYTES_MAX,
    CONNECTIONS_MAX,
    HOOK_PATH,
    Intake,
    IntakeAnswer,
    IntakeState,
)

TOKEN = "s3cret-token"
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
WAIT_S = 20.0


class Ledger:
    """What was accepted, and what to answer; stands where a verb's journaling function does."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.answer = IntakeAnswer()
        self.error: Exception | None = None

    def accept(self, body: bytes) -> IntakeAnswer:
        if self.error is not None:
            raise self.error
        self.bodies.append(body)
        return self.answer


@pytest.fixture
def ledger() -> Ledger:
    """An empty ledger."""
    return Ledger()


@pytest.fixture
def intake(ledger: Ledger) -> Iterator[Intake]:
    """An intake with a short limit on the time of a request."""
    with Intake(ledger.accept, TOKEN, request_s_max=1.0) as made:
        yield made


def port(intake: Intake) -> int:
    """Where the intake listens."""
    number = urlsplit(intake.url).port
    assert number is not None
    return number


def status(
    intake: Intake,
    method: str = "POST",
    path: str = HOOK_PATH,
    body: bytes | None = b"{}",
    headers: dict[str, str] | None = None,
) -> int:
    """The status of one ordinary request."""
    with closing(HTTPConnection("127.0.0.1", port(intake), timeout=WAIT_S)) as connection:
        connection.request(method, path, body, HEADERS if headers is None else headers)
        return connection.getresponse().status


def raw(intake: Intake, data: bytes) -> bytes:
    """All that comes back for these very bytes; the connection is left open until then."""
    with socket.create_connection(("127.0.0.1", port(intake)), timeout=WAIT_S) as connection:
        connection.sendall(data)
        answer = b""
        while chunk := connection.recv(65_536):
            answer += chunk
    return answer


def test_a_body_is_accepted_before_the_answer(intake: Intake, ledger: Ledger) -> None:
    """The sender reads 200 only when `accept` has returned."""
    assert 200 == status(intake, body=b'{"version": "4"}')
    assert [b'{"version": "4"}'] == ledger.bodies


def test_the_url_names_the_hook_on_the_loopback(intake: Intake) -> None:
    """The address goes into Alertmanager's configuration as it stands."""
    assert f"http://127.0.0.1:{port(intake)}{HOOK_PATH}" == intake.url


def test_no_answer_while_accept_is_at_work() -> None:
    """Where journaling takes its time, the sender waits for it."""
    go_on, seen = threading.Event(), threading.Event()

    def accept(body: bytes) -> IntakeAnswer:
        seen.set()
        assert go_on.wait(WAIT_S)
        return IntakeAnswer()

    with Intake(accept, TOKEN) as intake:
        connection = HTTPConnection("127.0.0.1", port(intake), timeout=WAIT_S)
        with closing(connection):
            connection.request("POST", HOOK_PATH, b"{}", HEADERS)
            assert seen.wait(WAIT_S)
            assert connection.sock is not None
            connection.sock.setblocking(False)
            with pytest.raises(BlockingIOError):
                connection.sock.recv(1)
            connection.sock.settimeout(WAIT_S)
            go_on.set()
            assert 200 == connection.getresponse().status


@pytest.mark.parametrize(
    ("state", "expected"),
    [(IntakeState.ACCEPTED, 200), (IntakeState.MALFORMED, 400), (IntakeState.REFUSED, 503)],
)
def test_the_answer_of_accept_is_the_status(
    intake: Intake, ledger: Ledger, state: IntakeState, expected: int
) -> None:
    """Alertmanager gives up after 400 and tries again after 503."""
    ledger.answer = IntakeAnswer(state=state)
    assert expected == status(intake)


def test_a_body_that_cannot_be_journaled_is_asked_for_again(intake: Intake, ledger: Ledger) -> None:
    """A full disk answers 503, and the next attempt goes through."""
    ledger.error = OSError("No space left on device")
    assert 503 == status(intake)
    ledger.error = None
    assert 200 == status(intake)


def test_a_bug_in_accept_comes_out_at_close(ledger: Ledger) -> None:
    """The sender gets no 2xx, and the exception is not lost."""
    ledger.error = ZeroDivisionError("a bug")
    intake = Intake(ledger.accept, TOKEN)
    assert b"" == raw(intake, request(b"{}"))
    with pytest.raises(ZeroDivisionError, match="a bug"):
        intake.close()


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        f"Basic {TOKEN}",
        TOKEN,
        f"Bearer {TOKEN}x",
        "Bearer é",
        f"Bearer {TOKEN[:-1]}",
    ],
)
def test_without_the_token_nothing_is_taken(
    intake: Intake, ledger: Ledger, value: str | None
) -> None:
    """The body is not even read."""
    headers = {"Content-Type": "application/json"}
    if value is not None:
        headers["Authorization"] = value
    assert 401 == status(intake, headers=headers)
    assert [] == ledger.bodies


def test_two_tokens_are_none(intake: Intake) -> None:
    """A proxy and we must not read two headers differently."""
    data = request(b"{}").replace(b"\r\n", b"\r\nAuthorization: Bearer x\r\n", 1)
    assert raw(intake, data).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", HOOK_PATH, 405),
        ("PUT", HOOK_PATH, 405),
        ("DELETE", HOOK_PATH, 405),
        ("HEAD", HOOK_PATH, 405),
        ("POST", "/", 404),
        ("GET", "/metrics", 404),
        ("POST", HOOK_PATH + "/", 404),
        ("BREW", HOOK_PATH, 501),
        ("POST", HOOK_PATH + "?a=b", 200),
    ],
)
def test_only_a_post_to_the_hook_is_served(
    intake: Intake, method: str, path: str, expected: int
) -> None:
    """Another path is not found, another method not allowed."""
    assert expected == status(intake, method, path)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "nonsense"])
def test_only_json_is_taken(intake: Intake, kind: str) -> None:
    """A browser's form cannot pose as an Alertmanager."""
    assert 415 == status(intake, headers=HEADERS | {"Content-Type": kind})


def test_parameters_of_the_type_do_not_matter(intake: Intake) -> None:
    """Go's clients may add a charset."""
    kind = "application/json; charset=utf-8"
    assert 200 == status(intake, headers=HEADERS | {"Content-Type": kind})


def request(body: bytes, *more: str, length: str | None = None) -> bytes:
    """A request as bytes, with further header lines and perhaps a false length."""
    lines = [f"POST {HOOK_PATH} HTTP/1.1", "Host: x", *(f"{k}: {v}" for k, v in HEADERS.items())]
    if length != "":
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, *more, "", ""]).encode("latin-1") + body


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        ("", 411),
        ("-1", 400),
        ("1e3", 400),
        ("²", 400),
        ("0x10", 400),
        (str(BODY_BYTES_MAX + 1), 413),
        ("9" * 5000, 413),
    ],
)
def test_a_length_that_makes_no_sense_is_refused(
    intake: Intake, ledger: Ledger, length: str, expected: int
) -> None:
    """The length decides before anything of the body is read."""
    answer = raw(intake, request(b"{}", length=length))
    assert answer.startswith(f"HTTP/1.1 {expected} ".encode())
    assert [] == ledger.bodies


def test_two_lengths_and_chunks_are_refused(intake: Intake, ledger: Ledger) -> None:
    """Where two readers could disagree on the end of a body, it is not read."""
    assert b" 400 " in raw(intake, request(b"{}", "Content-Length: 2")).split(b"\r\n")[0]
    chunked = request(b"2\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding: chunked", length="")
    assert b" 411 " in raw(intake, chunked).split(b"\r\n")[0]
    both = request(b"{}", "Transfer-Encoding: chunked")
    assert b" 411 " in raw(intake, both).split(b"\r\n")[0]
    assert [] == ledger.bodies


def test_the_largest_body_is_taken_and_the_next_is_not(intake: Intake, ledger: Ledger) -> None:
    """The sender of too much still gets to read why."""
    assert 200 == status(intake, body=b"x" * BODY_BYTES_MAX)
    assert 413 == status(intake, body=b"x" * (BODY_BYTES_MAX + 1))
    assert [BODY_BYTES_MAX] == [len(body) for body in ledger.bodies]


def test_a_sender_that_stops_halfway_is_let_go(intake: Intake, ledger: Ledger) -> None:
    """Half a body is never handed over."""
    assert raw(intake, request(b"{", length="100")).startswith(b"HTTP/1.1 408 ")
    assert [] == ledger.bodies


def test_a_sender_of_one_byte_at_a_time_is_let_go(intake: Intake) -> None:
    """The limit holds for the whole request, not for the pause between two bytes."""
    begun_s = time.monotonic()
    with socket.create_connection(("127.0.0.1", port(intake)), timeout=WAIT_S) as connection:
        connection.sendall(b"POST /hooks/alertmanager HTTP/1.1\r\nX: ")
        while time.monotonic() - begun_s < WAIT_S:
            try:
                connection.sendall(b"x")
            except OSError:
                break
            time.sleep(0.05)
    assert time.monotonic() - begun_s < WAIT_S
    assert 200 == status(intake)


def test_silent_connections_do_not_keep_the_intake(intake: Intake) -> None:
    """With every place taken the answer is 503; when their time is over all is as before."""
    silent = [
        socket.create_connection(("127.0.0.1", port(intake)), timeout=WAIT_S)
        for _ in range(CONNECTIONS_MAX)
    ]
    assert 503 == status(intake)
    until_s = time.monotonic() + WAIT_S
    while (answer := status(intake)) == 503 and time.monotonic() < until_s:
        time.sleep(0.1)
    assert 200 == answer
    for connection in silent:
        connection.close()


def test_many_senders_at_once_are_taken_one_at_a_time() -> None:
    """`accept` is never called by two threads at once, and no body is lost."""
    inside: list[int] = []
    widest: list[int] = []

    def accept(body: bytes) -> IntakeAnswer:
        inside.append(1)
        widest.append(len(inside))
        time.sleep(0.005)
        inside.pop()
        return IntakeAnswer()

    answers: list[int] = []
    with Intake(accept, TOKEN) as intake:
        senders = [
            threading.Thread(target=lambda: answers.append(status(intake)))
            for _ in range(CONNECTIONS_MAX // 2)
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(WAIT_S)
    assert [200] * len(senders) == answers
    assert [1] * len(senders) == widest


def test_close_waits_for_what_is_being_taken() -> None:
    """A body whose journaling has begun is journaled before `close` returns."""
    seen, done = threading.Event(), threading.Event()

    def accept(body: bytes) -> IntakeAnswer:
        seen.set()
        time.sleep(0.3)
        done.set()
        return IntakeAnswer()

    intake = Intake(accept, TOKEN)
    with socket.create_connection(("127.0.0.1", port(intake)), timeout=WAIT_S) as connection:
        connection.sendall(request(b"{}"))
        assert seen.wait(WAIT_S)
        intake.close()
        assert done.is_set()
        answer = HTTPResponse(connection)
        answer.begin()
        assert 200 == answer.status
        answer.close()


def test_after_close_nobody_listens(ledger: Ledger) -> None:
    """The port is free again, and closing twice does no harm."""
    intake = Intake(ledger.accept, TOKEN)
    number = port(intake)
    intake.close()
    intake.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", number), timeout=WAIT_S).close()


@pytest.mark.parametrize("token", ["", "é", "a\nb"])
def test_a_token_that_no_header_can_hold_is_refused(ledger: Ledger, token: str) -> None:
    """An empty token would let everybody in."""
    with pytest.raises(ValueError, match="token"):
        Intake(ledger.accept, token)


def test_nothing_is_printed(intake: Intake, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither what was asked nor what was wrong with it reaches the terminal."""
    status(intake)
    status(intake, path="/\x1b[2J".replace("\x1b", "%1b"))
    raw(intake, b"\x1b]0;owned\x07 garbage\r\n\r\n")
    assert ("", "") == capfd.readouterr()


def test_the_answer_does_not_repeat_the_request(intake: Intake) -> None:
    """Hostile text is not reflected."""
    answer = raw(intake, b"<script>owned</script>\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"owned" not in answer


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_garbage_is_never_accepted_and_never_ends_the_intake(
    intake: Intake, ledger: Ledger, data: bytes
) -> None:
    """Whatever bytes come, there is an answer or an end, and nothing is handed over."""
    answer = raw(intake, data + b"\r\n\r\n")
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))
    assert [] == ledger.bodies
