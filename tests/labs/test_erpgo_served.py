"""The orders API on a real PostgreSQL: stored once, readable, paged; and smaller facts."""

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from drillbook.model.lab import Lab, LabError, LabOrder
from drillbook.model.truth import Truth
from drillbook_labs.erpgo import lab as erpgo
from drillbook_labs.erpgo.fetch import fetch

pytestmark = pytest.mark.lab

GENEROUS_S = 60.0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab that serves, for tests that leave it serving."""
    lab = erpgo.make()
    folder = tmp_path_factory.mktemp("served") / "lab with a space"
    lab.up(LabOrder(folder=folder, rule_files={}, hook_url="http://127.0.0.1:9/", hook_token="t"))
    yield lab
    assert () == tuple(lab.down())


@pytest.fixture
def url(served: Lab) -> str:
    """The address of the served API."""
    return served.target("orders-api").settings["url"]


def order(amount: str = "12.50", reference: str | None = None) -> dict[str, str]:
    """Answer the body of an order."""
    return {"reference": reference or str(uuid4()), "amount": amount}


def test_an_order_is_created_once_and_repeated_in_peace(url: str) -> None:
    """The same reference again is answered with the stored order, not stored again."""
    body = order()
    first = fetch(f"{url}/orders", timeout_s=5, send=body)
    again = fetch(f"{url}/orders", timeout_s=5, send=body)
    assert [201, 200] == [first.status, again.status]
    assert first.json() == again.json()


def test_a_reference_means_one_amount(url: str) -> None:
    """The same reference with another amount is a conflict and changes nothing."""
    body = order("1.00")
    fetch(f"{url}/orders", timeout_s=5, send=body)
    other = fetch(f"{url}/orders", timeout_s=5, send={**body, "amount": "2.00"})
    assert 409 == other.status
    read = fetch(f"{url}/orders/{body['reference']}", timeout_s=5).json()
    assert isinstance(read, dict)
    assert "1.00" == read["amount"]


def test_an_order_that_nobody_placed_is_a_404(url: str) -> None:
    """Not found is told apart from away."""
    assert 404 == fetch(f"{url}/orders/{uuid4()}", timeout_s=5).status


def test_pages_hold_every_order_once(url: str) -> None:
    """Following `next` from page to page lists each order exactly once."""
    placed = [order() for _ in range(5)]
    for body in placed:
        fetch(f"{url}/orders", timeout_s=5, send=body)
    listed: list[str] = []
    after: int | None = 0
    while after is not None:
        page = fetch(f"{url}/orders?after={after}&limit=2", timeout_s=5).json()
        assert isinstance(page, dict)
        listed += [row["reference"] for row in page["orders"]]
        after = page["next"]
    assert len(listed) == len(set(listed))
    assert {body["reference"] for body in placed} <= set(listed)


def test_health_is_a_real_write(served: Lab, url: str) -> None:
    """Each look at the API's health moves the heartbeat in the database."""
    settings = served.target("orders-db").settings
    where = f"host={settings['host']} port={settings['port']} user=postgres dbname=erpgo"
    with psycopg.connect(where, autocommit=True) as connection:
        beats = []
        for _ in range(2):
            assert 200 == fetch(f"{url}/orders/health", timeout_s=5).status
            beats.append(connection.execute("SELECT beaten_at FROM heartbeat").fetchall())
    assert beats[0] != beats[1]


def test_the_server_is_durable(served: Lab) -> None:
    """The running server says itself that it keeps what it acknowledges."""
    settings = served.target("orders-db").settings
    where = f"host={settings['host']} port={settings['port']} user=postgres dbname=postgres"
    with psycopg.connect(where) as connection:
        shown = [
            connection.execute(f"SHOW {name}".encode()).fetchone()
            for name in ("fsync", "synchronous_commit", "full_page_writes")
        ]
    assert [("on",)] * 3 == shown


def test_the_server_does_not_run_as_root(served: Lab) -> None:
    """PostgreSQL runs as an ordinary user, whoever started the lab."""
    pid = served.pid("postgresql")
    assert 0 != Path(f"/proc/{pid}").stat().st_uid


def test_every_server_answers_and_the_writer_has_no_port(served: Lab) -> None:
    """accepts() asks each server in its own way."""
    names = ("postgresql", "orders-api", "postgres-exporter", "prometheus", "alertmanager")
    assert dict.fromkeys(names, True) == {name: served.accepts(name) for name in names}
    with pytest.raises(LabError, match="writer has no port"):
        served.accepts("writer")


def test_a_client_that_never_ran_has_nothing_to_count(served: Lab) -> None:
    """stop_client() before start_client() counts nothing, and is no error."""
    count = served.stop_client()
    assert (0, 0, 0) == (count.acknowledged, count.readable, count.failures)
    assert served.first_failure_ns(since_ns=0) is None


def test_before_the_first_scrape_it_is_unknown_whether_all_is_steady(tmp_path: Path) -> None:
    """What Prometheus has not looked at yet is unknown, not well."""
    lab = erpgo.make()
    try:
        folder = tmp_path / "lab"
        lab.up(
            LabOrder(folder=folder, rule_files={}, hook_url="http://127.0.0.1:9/", hook_token="t")
        )
        deadline = time.monotonic() + GENEROUS_S
        while (seen := lab.steady()).truth is Truth.FALSE:
            assert time.monotonic() < deadline, seen.because
            time.sleep(0.02)
        assert Truth.UNKNOWN is seen.truth
        assert "has not scraped" in seen.because
    finally:
        assert () == tuple(lab.down())


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    """All in a lab's folder goes with the lab, so it must be the lab's alone."""
    (tmp_path / "precious").write_text("mine", encoding="utf-8")
    order = LabOrder(folder=tmp_path, rule_files={}, hook_url="", hook_token="")
    with pytest.raises(LabError, match="is not empty; give the lab a folder of its own"):
        erpgo.make().up(order)
    assert "mine" == (tmp_path / "precious").read_text(encoding="utf-8")
