"""A Prometheus' HTTP API → whether it is ready, and where one alert of it stands."""

import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.drill.prometheus import (
    BODY_BYTES_MAX,
    AlertState,
    AlertView,
    PrometheusClient,
    PrometheusUnreachable,
)

WAIT_S = 30.0


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[PrometheusClient]:
    """A server on the loopback that answers each connection with what `answer` sends."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    connection.recv(65_536)
                    answer(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        port = listener.getsockname()[1]
        yield PrometheusClient(f"http://127.0.0.1:{port}", timeout_s=1.0)
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(WAIT_S)


def http(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def asked(answer: bytes) -> AlertView | None:
    """What the client makes of that answer, asked for the alert A of database db."""
    with answering(lambda connection: connection.sendall(answer)) as client:
        return client.alert("A", {"database": "db"})


def alert(state: str, active_at: str, **labels: str) -> dict[str, Any]:
    """An alert as the API gives it."""
    return {"labels": {"alertname": "A", **labels}, "state": state, "activeAt": active_at}


def listed(*alerts: object) -> bytes:
    """The answer of the API with these alerts."""
    body = {"status": "success", "data": {"alerts": alerts}}
    return http(json.dumps(body).encode())


def test_the_alert_with_these_labels_is_found() -> None:
    """Other names and other labels do not count; nine digits of the time are kept."""
    answer = listed(
        alert("firing", "2026-11-21T10:00:00Z", database="other"),
        {**alert("firing", "2026-11-21T10:00:00Z"), "labels": {"alertname": "B", "database": "db"}},
        alert("pending", "1970-01-01T01:00:01.123456789+01:00", database="db", more="x"),
    )
    expected = AlertView(
        name="A",
        state=AlertState.PENDING,
        active_at_ns=1_123_456_789,
        labels={"alertname": "A", "database": "db", "more": "x"},
    )
    assert expected == asked(answer)


def test_firing_goes_before_pending_and_the_oldest_first() -> None:
    """Of several instances the one that a person would be called for is shown."""
    pending = alert("pending", "1970-01-01T00:00:01Z", database="db")
    late = alert("firing", "1970-01-01T00:00:03.5Z", database="db")
    early = alert("firing", "1970-01-01T00:00:02.25Z", database="db")
    view = asked(listed(pending, late, early))
    assert view is not None
    assert (AlertState.FIRING, 2_250_000_000) == (view.state, view.active_at_ns)


def test_no_alert_is_none() -> None:
    """An empty list is an answer."""
    assert asked(listed()) is None


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00\xff garbage",
        b"HTTP/1.1 200 OK\r\n",
        http(b"not json"),
        http(b"[]"),
        http(b'{"data": 5}'),
        http(b'{"data": {"alerts": null}}'),
        http(b'{"data": {"alerts": [5]}}'),
        http(b'{"data": {"alerts": ' + b"[" * 100_000),
        http(b"9" * 10_000),
        http(b"\xff\xfe"),
        http(b"{}", "500 Internal Server Error"),
        http(b"", "302 Found", "Location: file:///etc/hostname"),
        listed(alert("odd", "2026-11-21T10:00:00Z")),
        listed(alert("firing", "yesterday")),
        listed(alert("firing", "9999-99-99T99:99:99Z")),
        listed({**alert("firing", "2026-11-21T10:00:00Z"), "labels": "x"}),
        http(b"x" * 10).replace(b"10", b"99"),
    ],
)
def test_an_answer_that_cannot_be_used_is_said_to_be_none(answer: bytes) -> None:
    """One sentence with the address, and nothing that a terminal would act upon."""
    with pytest.raises(PrometheusUnreachable, match=r"no answer from the Prometheus at http") as c:
        asked(answer)
    assert str(c.value).isprintable()


def test_an_endless_answer_is_cut() -> None:
    """Memory does not grow with what comes."""

    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(2 * BODY_BYTES_MAX // 65_536):
            connection.sendall(b"x" * 65_536)

    with answering(endless) as client, pytest.raises(PrometheusUnreachable, match="longer than"):
        client.alert("A", {})


def test_an_answer_of_one_byte_at_a_time_ends() -> None:
    """The limit is for the whole exchange, not for the pause between two bytes."""
    begun_s = time.monotonic()

    def dripping(connection: socket.socket) -> None:
        while time.monotonic() - begun_s < WAIT_S:
            connection.sendall(b"H")
            time.sleep(0.05)

    with answering(dripping) as client, pytest.raises(PrometheusUnreachable):
        client.alert("A", {})
    assert time.monotonic() - begun_s < WAIT_S


def test_silence_ends_and_a_closed_port_is_said_to_be_one() -> None:
    """Both are unreachable, in time."""
    silent = answering(lambda _: time.sleep(2))
    with silent as client, pytest.raises(PrometheusUnreachable, match="complete within 1 s"):
        client.ready()
    with pytest.raises(PrometheusUnreachable, match="Connection refused"):
        client.ready()


@pytest.mark.parametrize(("status", "expected"), [("200 OK", True), ("503 Starting", False)])
def test_a_prometheus_that_starts_is_not_ready(status: str, expected: bool) -> None:
    """While it reads its log it answers 503."""
    with answering(lambda connection: connection.sendall(http(b"", status))) as client:
        assert expected == client.ready()


@pytest.mark.parametrize("url", ["", "file:///etc/hostname", "localhost:9090", "http://"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    """The message says what to write."""
    with pytest.raises(ValueError, match="http://HOST:PORT"):
        PrometheusClient(url)


@settings(max_examples=30, deadline=None)
@given(body=st.binary(max_size=200) | st.text(max_size=50).map(lambda t: json.dumps(t).encode()))
def test_no_body_raises_anything_else(body: bytes) -> None:
    """Whatever is answered, it is no list of alerts, and said so."""
    with pytest.raises(PrometheusUnreachable):
        asked(http(body))


RULES = """\
groups:
- name: g
  interval: 1s
  rules:
  - {alert: Now, expr: vector(1), labels: {severity: critical}}
  - {alert: Later, expr: vector(1), for: 1h}
  - {alert: Never, expr: vector(1) > 2}
"""


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[PrometheusClient]:
    """A real Prometheus with three rules."""
    beside = Path(__file__).parents[2] / ".tools/debian/usr/bin/prometheus"
    binary = shutil.which("prometheus") or (str(beside) if beside.exists() else None)
    if binary is None:
        pytest.skip("prometheus is not installed: apt-get install prometheus")
    (tmp_path / "rules.yml").write_text(RULES)
    (tmp_path / "prometheus.yml").write_text("rule_files: [rules.yml]\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    arguments = [
        binary,
        f"--config.file={tmp_path}/prometheus.yml",
        f"--storage.tsdb.path={tmp_path}/data",
        f"--web.listen-address={address}",
    ]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(arguments, stdout=log, stderr=log)
    try:
        yield PrometheusClient(f"http://{address}")
    finally:
        process.kill()
        process.wait(WAIT_S)


def until_seen(ask: Callable[[], AlertView | bool | None]) -> AlertView | bool:
    """The first answer that is one, within a generous time."""
    until_s = time.monotonic() + WAIT_S
    while time.monotonic() < until_s:
        try:
            if found := ask():
                return found
        except PrometheusUnreachable:
            pass
        time.sleep(0.1)
    raise AssertionError("nothing was seen in time")


@pytest.mark.lab
def test_a_real_prometheus_shows_its_alerts(prometheus: PrometheusClient) -> None:
    """A rule without `for` fires, one with an hour is pending, one that is not met is not there."""
    begun_ns = time.time_ns()
    assert until_seen(prometheus.ready)
    now = until_seen(lambda: prometheus.alert("Now", {"severity": "critical"}))
    later = until_seen(lambda: prometheus.alert("Later", {}))
    assert isinstance(now, AlertView)
    assert isinstance(later, AlertView)
    assert (AlertState.FIRING, AlertState.PENDING) == (now.state, later.state)
    assert abs(now.active_at_ns - begun_ns) < WAIT_S * 1e9
    assert prometheus.alert("Now", {"severity": "warning"}) is None
    assert prometheus.alert("Never", {}) is None
