"""A webhook receiver, orders for a lab, and a lab that is taken down whatever happens."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from drillbook.model.lab import Lab, LabOrder
from drillbook_labs.erpgo import lab as erpgo
from drillbook_labs.erpgo.layout import Layout, new_annex, socket_in

PACK = Path(__file__).parents[2] / "packs/erpgo"
TOKEN = "token-of-the-test"


class Hook:
    """What an Alertmanager posted, with the authorization it came with."""

    def __init__(self) -> None:
        self.alerts: list[dict[str, object]] = []
        self.authorizations: set[str] = set()
        self._arrived = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/alerts"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.take(json.loads(body), str(self.headers["Authorization"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

    def take(self, message: dict[str, list[dict[str, object]]], authorization: str) -> None:
        """Keep one message's alerts."""
        with self._arrived:
            self.alerts += message["alerts"]
            self.authorizations.add(authorization)
            self._arrived.notify_all()

    def wait_for(self, status: str, *, within_s: float) -> dict[str, object]:
        """Answer the first alert of that status."""

        def found() -> list[dict[str, object]]:
            return [alert for alert in self.alerts if alert["status"] == status]

        with self._arrived:
            assert self._arrived.wait_for(found, within_s), f"no {status} alert in {within_s} s"
            return found()[0]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A webhook receiver that listens while the test runs."""
    receiver = Hook()
    yield receiver
    receiver.close()


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A lab that is not up yet, and is down when the test ends."""
    made = erpgo.make()
    yield made
    assert () == tuple(made.down())


@pytest.fixture
def compressed_rules() -> dict[str, str]:
    """The pack's own rule, ten times as fast."""
    text = (PACK / "rules/postgresql.yaml").read_text(encoding="utf-8")
    assert text.count("for: 1m") == 1
    return {"rules/postgresql.yaml": text.replace("for: 1m", "for: 6s")}


@pytest.fixture
def order(tmp_path: Path, hook: Hook, compressed_rules: dict[str, str]) -> LabOrder:
    """An order for a lab ten times as fast as it would be in production."""
    return LabOrder(
        folder=tmp_path / "lab",
        rule_files=compressed_rules,
        hook_url=hook.url,
        hook_token=TOKEN,
        compression=10,
    )


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A layout of a lab that nobody starts."""
    annex = new_annex()
    names = ("prometheus", "promtool", "prometheus-alertmanager", "amtool")
    programs = {name: Path("/opt/servers/bin") / name for name in names}
    programs["prometheus-postgres-exporter"] = Path("/opt/servers/bin/postgres-exporter")
    return Layout(
        folder=tmp_path,
        annex=annex,
        socket=socket_in(tmp_path, annex),
        data=tmp_path / "postgresql-data",
        postgres_bin=Path("/opt/postgresql/bin"),
        server_user="nobody",
        programs=programs,
        ports={
            "postgresql": 11001,
            "orders-api": 11002,
            "postgres-exporter": 11003,
            "prometheus": 11004,
            "alertmanager": 11005,
        },
        compression=10,
        without=(),
    )
