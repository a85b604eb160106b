"""HTTP in, orders out: the small ERP orders API that the lab's users depend on.

Start it with `python -m drillbook_labs.erpgo.api --port PORT` and ORDERS_DATABASE set to the
database's conninfo. A 201 is sent only after the commit; without its database it answers 503.
"""

import argparse
import json
import logging
import os
import re
import socket
import threading
import time
from collections import Counter
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import psycopg

from drillbook_labs.erpgo.store import DatabaseAwayError, Order, OrderStore

log = logging.getLogger("orders-api")

BODY_BYTES_MAX = 65_536
PAGE_MAX = 1000
AMOUNT_MAX = Decimal("9999999999.99")
IDLE_CONNECTION_S_MAX = 60
ONE_ORDER = re.compile(r"/orders/([0-9a-fA-F-]{36})")
FIXED_ROUTES = ("/health/live", "/orders/health", "/orders", "/metrics")

Answer = tuple[HTTPStatus, object]


class RefusedError(Exception):
    """The request cannot be served as it is; the message says why."""


class Metrics:
    """Counts of requests and orders, in Prometheus's text form."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._orders: Counter[str] = Counter()

    def request(self, method: str, route: str, status: int) -> None:
        """Count one answered request."""
        with self._lock:
            self._requests[method, route, status] += 1

    def order(self, outcome: str) -> None:
        """Count one accepted order: created, or repeated where it was stored already."""
        with self._lock:
            self._orders[outcome] += 1

    def text(self) -> str:
        """Answer all counts as Prometheus reads them."""
        with self._lock:
            requests, orders = sorted(self._requests.items()), dict(self._orders)
        lines = ["# TYPE erpgo_http_requests_total counter"]
        lines += [
            f'erpgo_http_requests_total{{method="{method}",route="{route}",'
            f'status_code="{status}"}} {count}'
            for (method, route, status), count in requests
        ]
        for outcome in ("created", "repeated"):
            name = f"erpgo_orders_{outcome}_total"
            lines += [f"# TYPE {name} counter", f"{name} {orders.get(outcome, 0)}"]
        return "\n".join(lines) + "\n"


def parse_order(body: bytes) -> tuple[UUID, Decimal]:
    """Read the body of POST /orders. Raises RefusedError."""
    try:
        raw = json.loads(body)
        reference, amount = UUID(str(raw["reference"])), Decimal(str(raw["amount"]))
    except (ValueError, KeyError, TypeError, InvalidOperation) as error:
        raise RefusedError('send {"reference": UUID, "amount": "12.50"}') from error
    if not amount.is_finite() or not 0 < amount <= AMOUNT_MAX or amount != round(amount, 2):
        raise RefusedError(f"amount must be above 0, at most {AMOUNT_MAX}, in whole cents")
    return reference, amount


def as_json(order: Order) -> dict[str, object]:
    """Answer an order as the API shows it."""
    return {
        "sequence": order.sequence,
        "reference": str(order.reference),
        "amount": str(order.amount),
    }


class OrdersHandler(BaseHTTPRequestHandler):
    """One connection of one user."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_CONNECTION_S_MAX
    store: ClassVar[OrderStore]
    metrics: ClassVar[Metrics]

    def do_GET(self) -> None:
        """Answer one read."""
        self._answer()

    def do_POST(self) -> None:
        """Answer one write."""
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log no request: what matters is counted, and what failed is logged by the store."""

    def _answer(self) -> None:
        path = urlsplit(self.path).path
        route = "/orders/{reference}" if ONE_ORDER.fullmatch(path) else path
        if path in FIXED_ROUTES:
            route = path
        status, content = self._outcome(path)
        known = route in (*FIXED_ROUTES, "/orders/{reference}")
        self.metrics.request(self.command, route if known else "other", status)
        self._send(status, content)

    def _outcome(self, path: str) -> Answer:
        try:
            return self._post(path) if self.command == "POST" else self._get(path)
        except RefusedError as error:
            return HTTPStatus.BAD_REQUEST, {"error": str(error)}
        except DatabaseAwayError as error:
            return HTTPStatus.SERVICE_UNAVAILABLE, {"error": str(error)}
        except psycopg.Error as error:
            log.exception("the database refused")
            return HTTPStatus.INTERNAL_SERVER_ERROR, {"error": str(error)}

    def _get(self, path: str) -> Answer:
        if path == "/health/live":
            return HTTPStatus.OK, {"status": "live"}
        if path == "/metrics":
            return HTTPStatus.OK, self.metrics.text()
        if path == "/orders/health":
            self.store.beat()
            return HTTPStatus.OK, {"status": "reads and writes"}
        if path == "/orders":
            return HTTPStatus.OK, self._page()
        return self._one(path)

    def _one(self, path: str) -> Answer:
        named = ONE_ORDER.fullmatch(path)
        if named is None:
            return HTTPStatus.NOT_FOUND, {"error": "no such page"}
        try:
            order = self.store.find(UUID(named[1]))
        except ValueError as error:
            raise RefusedError("the reference is not a UUID") from error
        if order is None:
            return HTTPStatus.NOT_FOUND, {"error": "no such order"}
        return HTTPStatus.OK, as_json(order)

    def _page(self) -> dict[str, object]:
        query = parse_qs(urlsplit(self.path).query)
        try:
            after = int(query.get("after", ["0"])[0])
            limit = min(PAGE_MAX, int(query.get("limit", [str(PAGE_MAX)])[0]))
        except ValueError as error:
            raise RefusedError("after and limit are whole numbers") from error
        if not 0 <= after < 2**63 or limit < 1:
            raise RefusedError("after is not below 0, limit not below 1")
        orders = self.store.after(after, limit)
        following = orders[-1].sequence if len(orders) == limit else None
        return {"orders": [as_json(order) for order in orders], "next": following}

    def _post(self, path: str) -> Answer:
        if path != "/orders":
            self.close_connection = True
            return HTTPStatus.NOT_FOUND, {"error": "no such page"}
        reference, amount = parse_order(self._body())
        order, is_new = self.store.place(reference, amount)
        if order.amount != amount:
            return HTTPStatus.CONFLICT, {"error": f"{reference} is stored with {order.amount}"}
        self.metrics.order("created" if is_new else "repeated")
        return (HTTPStatus.CREATED if is_new else HTTPStatus.OK), as_json(order)

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > BODY_BYTES_MAX:
            self.close_connection = True
            raise RefusedError(f"send Content-Length, at most {BODY_BYTES_MAX}")
        return self.rfile.read(int(length))

    def _send(self, status: HTTPStatus, content: object) -> None:
        text = content if isinstance(content, str) else json.dumps(content) + "\n"
        kind = "text/plain; version=0.0.4" if isinstance(content, str) else "application/json"
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


class OrdersServer(ThreadingHTTPServer):
    """The API's server: a thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """Accept a connection whose small answers are sent at once."""
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, address


def make_server(port: int, conninfo: str) -> OrdersServer:
    """Answer a server that listens on the loopback port and is not yet served."""
    handler = type(
        "BoundHandler", (OrdersHandler,), {"store": OrderStore(conninfo), "metrics": Metrics()}
    )
    return OrdersServer(("127.0.0.1", port), handler)


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(prog="orders-api", description="Serve the orders API.")
    parser.add_argument("--port", type=int, required=True, help="loopback port to listen on")
    port = parser.parse_args().port
    logging.basicConfig(format="%(asctime)sZ %(levelname)s %(message)s", level=logging.INFO)
    logging.Formatter.converter = time.gmtime
    make_server(port, os.environ["ORDERS_DATABASE"]).serve_forever()


if __name__ == "__main__":
    main()
