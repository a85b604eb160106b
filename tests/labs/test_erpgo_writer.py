"""The writer against a real API whose database is away: it insists, and notes all of it."""

import json
import threading
import time
from contextlib import closing
from pathlib import Path

from drillbook_labs.erpgo.api import make_server
from drillbook_labs.erpgo.ledger import Ledger, tally
from drillbook_labs.erpgo.ports import Reservation
from drillbook_labs.erpgo.writer import Sender, write_orders

GENEROUS_S = 30.0


def write_until(url: str, log: Path, refusals: int) -> list[dict[str, object]]:
    """Run the writer until it was refused so often; answer all that it noted."""
    stop = threading.Event()
    with Ledger(log) as ledger, closing(Sender(url)) as sender:
        writer = threading.Thread(target=write_orders, args=(sender, ledger, stop))
        writer.start()
        deadline = time.monotonic() + GENEROUS_S
        while tally(log).refused < refusals and time.monotonic() < deadline:
            time.sleep(0.02)
        stop.set()
        writer.join(GENEROUS_S)
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def test_an_order_that_is_refused_is_sent_again_under_the_same_reference(tmp_path: Path) -> None:
    """A 503 is no acknowledgement; the order keeps its reference until it has one."""
    with Reservation(["database", "api"]) as reservation:
        ports = reservation.ports
        reservation.release_all()
        server = make_server(ports["api"], f"host=127.0.0.1 port={ports['database']} user=erpgo")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        noted = write_until(f"http://127.0.0.1:{ports['api']}", tmp_path / "log", 3)
        server.shutdown()
        server.server_close()
        thread.join()
    assert 1 == len({line["reference"] for line in noted})
    assert ["sent", "refused"] * 3 == [line["event"] for line in noted][:6]
    assert all(str(line["why"]).startswith("503 ") for line in noted[1::2])


def test_an_api_that_is_away_is_a_refusal_too(tmp_path: Path) -> None:
    """Where nobody listens the attempt is noted with the reason, and the writer goes on."""
    with Reservation(["api"]) as reservation:
        port = reservation.ports["api"]
        reservation.release_all()
        noted = write_until(f"http://127.0.0.1:{port}", tmp_path / "log", 2)
    assert "ConnectionRefusedError" in str(noted[1]["why"])


def test_every_attempt_is_noted_before_it_is_sent(tmp_path: Path) -> None:
    """Attempts begin in order, and the outcome is never earlier than the beginning."""
    with Reservation(["api"]) as reservation:
        port = reservation.ports["api"]
        reservation.release_all()
        noted = write_until(f"http://127.0.0.1:{port}", tmp_path / "log", 3)
    began = [int(str(line["began_ns"])) for line in noted]
    assert sorted(began) == began
    assert all(int(str(line["at_ns"])) >= int(str(line["began_ns"])) for line in noted)
