"""The client that counts: orders into the API at an even pace, each noted before and after.

Start it with `python -m drillbook_labs.erpgo.writer --url URL --log FILE`; SIGTERM ends it. An
order that was not acknowledged is sent again with the same reference, as a real client would.
"""

import argparse
import http.client
import json
import signal
import threading
import time
from contextlib import closing
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit
from uuid import uuid4

from drillbook_labs.erpgo.ledger import ACKNOWLEDGED, REFUSED, SENT, Ledger

ORDERS_PER_S = 20.0
ANSWER_S_MAX = 5.0
AMOUNT = "12.50"


class Sender:
    """One kept connection to the API, made anew after a failure."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(
            str(parts.hostname), parts.port, timeout=ANSWER_S_MAX
        )

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def send(self, reference: str) -> str | None:
        """Send one order; answer None where it is acknowledged, else what came instead."""
        body = json.dumps({"reference": reference, "amount": AMOUNT})
        try:
            self._connection.request("POST", "/orders", body, {"Content-Type": "application/json"})
            response = self._connection.getresponse()
            text = response.read(65_536).decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return f"{type(error).__name__}: {error}"
        return None if response.status in {200, 201} else f"{response.status} {text.strip()}"


def write_orders(sender: Sender, ledger: Ledger, stop: threading.Event) -> None:
    """Write orders until `stop` is set."""
    reference = str(uuid4())
    due = time.monotonic()
    while not stop.is_set():
        began_ns = time.time_ns()
        ledger.note(SENT, reference, began_ns=began_ns)
        why = sender.send(reference)
        ledger.note(REFUSED if why else ACKNOWLEDGED, reference, began_ns=began_ns, why=why or "")
        reference = reference if why else str(uuid4())
        # A late one is not made up for: after an outage no burst hides how users were served.
        due = max(due + 1 / ORDERS_PER_S, time.monotonic())
        stop.wait(due - time.monotonic())


def main() -> None:
    """Write until SIGTERM."""
    parser = argparse.ArgumentParser(prog="writer", description="Write orders and note them.")
    parser.add_argument("--url", required=True, help="address of the orders API")
    parser.add_argument("--log", type=Path, required=True, help="file to note every attempt in")
    arguments = parser.parse_args()
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    with Ledger(arguments.log) as ledger, closing(Sender(arguments.url)) as sender:
        write_orders(sender, ledger, stop)


if __name__ == "__main__":
    main()
