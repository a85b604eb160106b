"""A Prometheus' HTTP API → whether it is ready, and where one alert of it stands.

What answers is taken as hostile: the whole exchange ends after `timeout_s`, however slowly bytes
come, the body is bounded, and neither proxies nor redirects are followed.
"""

import json
import re
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from drillbook.model.lab import LabError

BODY_BYTES_MAX = 8_000_000
TIMEOUT_S = 5.0
_TIME = re.compile(r"(.{10}T.{8})(?:\.([0-9]{1,9})[0-9]*)?(Z|[+-][0-9]{2}:[0-9]{2})")


class AlertState(Enum):
    """PENDING is active, but not yet for as long as the rule's `for`."""

    PENDING = "pending"
    FIRING = "firing"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """An active alert; `active_at_ns` is in nanoseconds since the Unix epoch."""

    name: str
    state: AlertState
    active_at_ns: int
    labels: Mapping[str, str]


class PrometheusUnreachable(LabError):  # noqa: N818
    """Prometheus gave no answer that can be used; the message says where and why."""


class PrometheusClient:
    """Asks the Prometheus at `url`, each time over a new connection."""

    def __init__(self, url: str, *, timeout_s: float = TIMEOUT_S) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{url!r} is no address of a Prometheus: write http://HOST:PORT")
        self._is_secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._path = parts.path.rstrip("/")
        self._url = url
        self._timeout_s = timeout_s

    def ready(self) -> bool:
        """Whether it serves queries. Raises PrometheusUnreachable where nothing answers."""
        status, _ = self._get("/-/ready")
        return status == 200

    def alert(self, name: str, labels: Mapping[str, str]) -> AlertView | None:
        """The active alert of that name with at least these labels, or None.

        Of several, one that fires goes before one that is pending, then the longest active one.
        Raises PrometheusUnreachable where there is no answer or none that can be used.
        """
        wanted = {**labels, "alertname": name}
        views = [view for view in self._alerts() if wanted.items() <= dict(view.labels).items()]
        views.sort(key=lambda view: (view.state is AlertState.PENDING, view.active_at_ns))
        return views[0] if views else None

    def _alerts(self) -> list[AlertView]:
        status, body = self._get("/api/v1/alerts")
        if status != 200:
            raise self._unusable(f"it answered with status {status}")
        try:
            return [_view(alert) for alert in json.loads(body)["data"]["alerts"]]
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise self._unusable("its answer is no list of alerts") from error
        except RecursionError as error:
            raise self._unusable("its answer is nested too deeply") from error

    def _get(self, path: str) -> tuple[int, bytes]:
        begun_s = time.monotonic()
        try:
            with (
                closing(self._connection()) as connection,
                _ended_after(connection, self._timeout_s),
            ):
                connection.request("GET", self._path + path, headers={"Connection": "close"})
                answer = connection.getresponse()
                body = answer.read(BODY_BYTES_MAX + 1)
        except (OSError, HTTPException, ValueError) as error:
            is_over = time.monotonic() - begun_s >= self._timeout_s
            late = f"it was not complete within {self._timeout_s:g} s"
            raise self._unusable(late if is_over else str(error)) from error
        if len(body) > BODY_BYTES_MAX:
            raise self._unusable(f"its answer is longer than {BODY_BYTES_MAX} bytes")
        return answer.status, body

    def _connection(self) -> HTTPConnection:
        kind = HTTPSConnection if self._is_secure else HTTPConnection
        return kind(self._host, self._port, timeout=self._timeout_s)

    def _unusable(self, because: str) -> PrometheusUnreachable:
        shown = "".join(char if char.isprintable() else "?" for char in because[:200])
        return PrometheusUnreachable(f"no answer from the Prometheus at {self._url}: {shown}")


@contextmanager
def _ended_after(connection: HTTPConnection, timeout_s: float) -> Iterator[None]:
    """End the whole exchange in time: a socket's own limit only holds between two bytes."""
    connection.connect()
    sock = connection.sock
    timer = Timer(timeout_s, _shut, [sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        # getresponse() may have taken the socket over from the connection.
        sock.close()


def _shut(sock: socket.socket) -> None:
    """Whoever reads from the socket finds its end."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _view(alert: Any) -> AlertView:
    labels = {str(name): str(value) for name, value in alert["labels"].items()}
    return AlertView(
        name=labels.get("alertname", ""),
        state=AlertState(alert["state"]),
        active_at_ns=_epoch_ns(alert["activeAt"]),
        labels=labels,
    )


def _epoch_ns(text: str) -> int:
    """Nanoseconds since the Unix epoch of an RFC 3339 time; Prometheus writes all nine digits."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time")
    whole, fraction, zone = found.groups()
    seconds = round(datetime.fromisoformat(whole + zone).timestamp())
    return seconds * 1_000_000_000 + int((fraction or "0").ljust(9, "0"))
