"""Observations of servers that are away, or answer what no server should."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from drillbook.model.lab import LabError, Observation
from drillbook.model.truth import Truth
from drillbook_labs.erpgo import watch
from drillbook_labs.erpgo.layout import PORTS, Layout
from drillbook_labs.erpgo.ports import Reservation
from drillbook_labs.erpgo.supervision import Supervision

Answer = Callable[[str, str, bytes], tuple[int, bytes]]


def layout(folder: Path, ports: dict[str, int]) -> Layout:
    """A lab in that folder, on these ports."""
    return Layout(
        folder=folder, annex=folder, socket=folder / "s", data=folder / "d", postgres_bin=folder,
        server_user=None, programs={}, ports=ports, compression=1, without=(),
    )  # fmt: skip


@contextmanager
def serving(answer: Answer) -> Iterator[int]:
    """A server that answers (method, path, body) as it is told; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answered = answer(self.command, self.path, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answered)))
            self.end_headers()
            self.wfile.write(answered)

        do_POST = do_GET  # noqa: N815 - the base class calls it so

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(30)


@contextmanager
def lab_answering(folder: Path, status: int, body: bytes) -> Iterator[Layout]:
    """A lab of which every server answers alike."""
    with serving(lambda *_: (status, body)) as port:
        yield layout(folder, dict.fromkeys(PORTS, port))


@pytest.fixture
def away(tmp_path: Path) -> Iterator[Layout]:
    """A lab of which no server runs: its ports are held, and nobody listens."""
    with Reservation(PORTS) as reservation:
        yield layout(tmp_path, dict(reservation.ports))


@pytest.mark.parametrize("process", PORTS)
def test_a_server_that_is_away_does_not_answer(away: Layout, process: str) -> None:
    """It is said, and not raised."""
    assert not watch.answers(away, process)


def test_a_process_without_a_port_is_named_with_those_that_have_one(away: Layout) -> None:
    """A drill that asks after the wrong one learns of the right ones."""
    with pytest.raises(LabError, match=r"writer has no port .*: .*postgresql"):
        watch.answers(away, "writer")


def test_users_of_a_lab_that_is_away_are_not_served(away: Layout) -> None:
    """That is known, and not unknown: a refused connection is what a user gets too."""
    observation = watch.serves(away)
    assert Truth.FALSE is observation.truth
    assert observation.because.startswith("the API does not answer: ")


def test_a_lab_without_supervisord_is_not_steady(away: Layout) -> None:
    """The first that does not serve is named."""
    observation = watch.steady(away, Supervision(away.socket))
    assert Truth.FALSE is observation.truth
    assert "supervisord" in observation.because


@pytest.mark.parametrize(
    ("status", "is_so"), [(200, True), (204, False), (404, False), (503, False)]
)
def test_only_a_200_is_an_answer(tmp_path: Path, status: int, is_so: bool) -> None:
    """A port that is open is not enough."""
    with lab_answering(tmp_path, status, b"") as lab:
        assert is_so == watch.answers(lab, "prometheus")


def echo(method: str, path: str, body: bytes) -> tuple[int, bytes]:
    """An API that takes every order and shows the one that is asked for."""
    return (201, body) if method == "POST" else (200, path.encode())


def test_users_are_served_where_an_order_is_taken_and_shown(tmp_path: Path) -> None:
    """One write, one read, of the same order."""
    with serving(echo) as port:
        assert Truth.TRUE is watch.serves(layout(tmp_path, dict.fromkeys(PORTS, port))).truth


@pytest.mark.parametrize(
    ("write", "read", "because"),
    [
        ((200, b""), (200, b""), "the API answers 200 to a write"),
        ((503, b""), (200, b""), "the API answers 503 to a write"),
        ((201, b""), (404, b""), "the API answers 404 to a read"),
        ((201, b""), (200, b'{"reference": "another"}'), "with another order"),
        ((201, b""), (200, b""), "with another order"),
        ((302, b""), (200, b""), "the API answers 302 to a write"),
    ],
)
def test_an_answer_that_is_no_service_is_named(
    tmp_path: Path, write: tuple[int, bytes], read: tuple[int, bytes], because: str
) -> None:
    """A cache, a redirect or an empty page is not what a user came for."""
    with serving(lambda method, *_: write if method == "POST" else read) as port:
        observation = watch.serves(layout(tmp_path, dict.fromkeys(PORTS, port)))
    assert Truth.FALSE is observation.truth
    assert because in observation.because


LOOKS = (watch._targets, watch._no_alert_pending, watch._no_alert_active, watch._database_seen)
NONSENSE = (b"", b"no JSON", b"[]", b"{}", b"null", b'{"data": []}', b'{"data": {}}', b"\xff")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.__name__)
@pytest.mark.parametrize("body", [*NONSENSE, b'{"data": {"alerts": [{}], "activeTargets": [{}]}}'])
def test_an_answer_that_is_not_understood_is_unknown_or_calm(
    tmp_path: Path, look: Callable[[Layout], Observation], body: bytes
) -> None:
    """It never says that something is broken, and nothing raises."""
    with lab_answering(tmp_path, 200, body) as lab:
        observation = watch._looked("prometheus", lambda: look(lab))
    assert Truth.FALSE is not observation.truth
    if body != b"[]":
        assert Truth.UNKNOWN is observation.truth


@pytest.mark.parametrize(
    ("health", "truth", "because"),
    [
        ({"postgres": "up", "orders-api": "up"}, Truth.TRUE, "every target is up"),
        ({"postgres": "up", "orders-api": "down"}, Truth.FALSE, "orders-api is down"),
        ({"postgres": "unknown", "orders-api": "up"}, Truth.UNKNOWN, "not scraped postgres yet"),
        ({"postgres": "up"}, Truth.UNKNOWN, "not scraped orders-api yet"),
        ({}, Truth.UNKNOWN, "not scraped orders-api yet"),
        ({"postgres": "up", "orders-api": "up", "other": "down"}, Truth.TRUE, "every target is up"),
    ],
)
def test_targets_must_have_been_scraped(
    tmp_path: Path, health: dict[str, str], truth: Truth, because: str
) -> None:
    """What Prometheus has not looked at yet is not up."""
    rows = [{"labels": {"job": job}, "health": state} for job, state in health.items()]
    body = json.dumps({"data": {"activeTargets": rows}}).encode()
    with lab_answering(tmp_path, 200, body) as lab:
        observation = watch._targets(lab)
    assert truth is observation.truth
    assert because in observation.because


@pytest.mark.parametrize(
    ("page", "truth"),
    [
        (b"pg_up 1\n", Truth.TRUE),
        (b'pg_up{server="a"} 1\npg_up{server="b"} 0\n', Truth.FALSE),
        (b"pg_up 0\n", Truth.FALSE),
        (b"# HELP pg_up 1\npg_uptime 1\n", Truth.UNKNOWN),
        (b"pg_up NaN\n", Truth.FALSE),
        (b"pg_up one\n", Truth.UNKNOWN),
    ],
)
def test_the_exporter_itself_is_asked(tmp_path: Path, page: bytes, truth: Truth) -> None:
    """Every server that it watches must be up; a page without any says nothing."""
    with lab_answering(tmp_path, 200, page) as lab:
        assert truth is watch._looked("e", lambda: watch._database_seen(lab)).truth


@pytest.mark.parametrize("state", ["pending", "firing"])
def test_an_alert_that_is_pending_is_not_steady(tmp_path: Path, state: str) -> None:
    """Else the control's alert would be taken for the drill's."""
    rows = [{"labels": {"alertname": "Down"}, "state": state}]
    body = json.dumps({"data": {"alerts": rows}}).encode()
    with lab_answering(tmp_path, 200, body) as lab:
        observation = watch._no_alert_pending(lab)
    assert Truth.FALSE is observation.truth
    assert f"alert Down is {state}" in observation.because
