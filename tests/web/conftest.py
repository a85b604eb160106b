"""A journal and an engine in a test's own folder."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from drillbook.engine.open import open_engine
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.engine import Engine
from drillbook.model.journal import Journal
from drillbook.model.settings import Settings
from drillbook.read.settings import default_settings
from drillbook.verbs.serve import open_shop
from drillbook.web.app import create_app
from drillbook.web.health import Health
from drillbook.web.house import House
from drillbook.web.metrics import Meters, Stores
from flagsite import Site, give_tokens, make_site
from talking import answered, client_of


@pytest.fixture
def journal(tmp_path) -> Iterator[Journal]:
    """A journal of its own."""
    journal = SqliteJournal(tmp_path / "journal.db", clock=SystemClock())
    yield journal
    journal.close()


@pytest.fixture
def engine(tmp_path) -> Iterator[Engine]:
    """An engine of its own."""
    engine = open_engine(default_settings(tmp_path), clock=SystemClock())
    yield engine
    engine.close()


@contextmanager
def open_house(settings: Settings) -> Iterator[House]:
    """A house without workers."""
    meters = Meters()
    with open_shop(settings, [meters.watch]) as shop:
        place = shop.place
        meters.registry.register(Stores(place.journal, shop.engine, clock=place.clock))
        health = Health(place.journal, shop.engine, {}, clock=place.clock)
        yield House(shop=shop, health=health, meters=meters)


@pytest.fixture
def site(tmp_path) -> Site:
    """A pack of one runbook, and people with tokens."""
    return give_tokens(make_site(tmp_path / "site"))


@pytest.fixture
def house(site) -> Iterator[House]:
    """All that the routes work with, without workers."""
    with open_house(site.settings) as house:
        yield house


@pytest.fixture
def as_person(house, site) -> Iterator[Callable[[str], httpx.Client]]:
    """`as_person("alice")`: a client of the application with her token; "" for none."""
    clients: dict[str, httpx.Client] = {}
    with answered(create_app(house)) as client:

        def make(name: str) -> httpx.Client:
            token = site.tokens.get(name, name)
            return clients.setdefault(name, client_of(str(client.base_url), token))

        yield make
        for each in clients.values():
            each.close()
