"""The orders API over HTTP with its database away, and the parts that need none."""

import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

import pytest

from drillbook_labs.erpgo.api import Metrics, RefusedError, make_server, parse_order
from drillbook_labs.erpgo.fetch import fetch
from drillbook_labs.erpgo.ports import Reservation

REFERENCE = "0b8f0a4e-5d0c-4a52-9a4e-3f1f6f0c1d11"


@pytest.fixture
def url() -> Iterator[str]:
    """An API whose database is not there: nobody listens on its port."""
    with Reservation(["database", "api"]) as reservation:
        database, port = reservation.ports["database"], reservation.ports["api"]
        reservation.release_all()
        server = make_server(port, f"host=127.0.0.1 port={database} user=erpgo connect_timeout=2")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{port}"
        server.shutdown()
        server.server_close()
        thread.join()


def test_without_its_database_it_lives_and_refuses(url: str) -> None:
    """Live stays 200, so that nobody restarts the API; every read and write is a 503."""
    assert 200 == fetch(f"{url}/health/live", timeout_s=5).status
    order = {"reference": REFERENCE, "amount": "12.50"}
    assert 503 == fetch(f"{url}/orders", timeout_s=5, send=order).status
    for path in ("/orders", f"/orders/{REFERENCE}", "/orders/health"):
        reply = fetch(url + path, timeout_s=5)
        assert 503 == reply.status
        assert b"refused" in reply.body


def test_requests_are_counted_by_route_and_status(url: str) -> None:
    """The metric's labels are bounded: a reference or a wrong path never becomes a label."""
    for path in ("/health/live", "/health/live", f"/orders/{REFERENCE}", "/nowhere/1", "/x{y}"):
        fetch(url + path, timeout_s=5)
    text = fetch(f"{url}/metrics", timeout_s=5).body.decode()
    counted = [line for line in text.splitlines() if line.startswith("erpgo_http_requests_total")]
    assert [
        'erpgo_http_requests_total{method="GET",route="/health/live",status_code="200"} 2',
        'erpgo_http_requests_total{method="GET",route="/orders/{reference}",status_code="503"} 1',
        'erpgo_http_requests_total{method="GET",route="other",status_code="404"} 2',
    ] == counted


@pytest.mark.parametrize("query", ["after=x", "after=-1", "limit=0", "limit=x", f"after={2**63}"])
def test_a_page_that_makes_no_sense_is_a_400(url: str, query: str) -> None:
    """Hostile paging is refused before the database is asked."""
    assert 400 == fetch(f"{url}/orders?{query}", timeout_s=5).status


def test_an_order_that_makes_no_sense_is_a_400(url: str) -> None:
    """The answer says what would have been right."""
    reply = fetch(f"{url}/orders", timeout_s=5, send={"reference": "1", "amount": "1"})
    assert 400 == reply.status
    assert b"reference" in reply.body


def test_a_well_formed_order_is_read() -> None:
    """Reference and amount are taken over exactly."""
    body = json.dumps({"reference": REFERENCE, "amount": "12.50"}).encode()
    assert (UUID(REFERENCE), Decimal("12.50")) == parse_order(body)


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", "Infinity", "1e12", "", None, {}])
def test_an_amount_that_is_no_money_is_refused(amount: object) -> None:
    """Only positive sums in whole cents that fit the column reach the database."""
    with pytest.raises(RefusedError):
        parse_order(json.dumps({"reference": REFERENCE, "amount": amount}).encode())


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'"x"', b"null"])
def test_a_body_that_is_no_order_is_refused(body: bytes) -> None:
    """No body raises anything but a refusal."""
    with pytest.raises(RefusedError):
        parse_order(body)


def test_order_counters_begin_at_zero() -> None:
    """A counter that was never counted up is shown, so that a rate over it is 0 and not absent."""
    assert "erpgo_orders_created_total 0\n" in Metrics().text()
