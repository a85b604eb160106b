"""Settings + how to serve → a server that answers and works until it is stopped."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from drillbook.model.engine import SERVERS
from drillbook.model.settings import Server as ServerSettings
from drillbook.model.settings import Settings
from drillbook.verbs.serve import Shop, open_shop, refuse_nobody, store_of
from drillbook.verbs.serving.crew import Crew, Sweeper
from drillbook.web.app import create_app
from drillbook.web.health import Health
from drillbook.web.house import House
from drillbook.web.listening import (
    Address,
    ListenError,
    Tls,
    check_tls,
    open_socket,
    read_address,
    serving,
)
from drillbook.web.metrics import Meters, Stores

# What is being answered when it stops has this long to end.
ANSWERS_END_S = 5.0
# Linking runbooks to incidents takes no time, and a drill waits for its lab.
SERVERS_SLOTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How to serve; `sites` are those whose runs are performed here, where it `has_workers`."""

    listen: str
    sites: tuple[str, ...]
    has_workers: bool = True
    is_insecure: bool = False
    config: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that answers."""

    url: str
    house: House
    order: Order
    crew: Crew
    sweeper: Sweeper
    thread: threading.Thread
    stack: ExitStack = field(repr=False)

    def lines(self) -> list[str]:
        """What somebody who starts it wants to know."""
        settings, books = self.house.place.settings, len(self.house.shelf.books())
        packs = len(self.house.shelf.packs)
        works = (
            f"performs the runs of {', '.join(self.order.sites)}, {settings.server.slots} at once"
            if self.order.has_workers
            else "performs no runs: runners do"
        )
        return [
            f"serves {self.url}/api/v1",
            f"journal and jobs in {store_of(settings)}",
            (
                f"{_count(books, 'runbook')} of {_count(packs, 'pack')}, "
                f"{_count(len(settings.people), 'person', 'people')}, "
                f"{_count(len(settings.schedules), 'schedule')}"
            ),
            works,
        ]

    def is_up(self) -> bool:
        """Whether it still answers."""
        return self.thread.is_alive()

    def stop(self) -> bool:
        """Stop in order; whether everything has ended within its time."""
        self.house.health.is_stopping = True
        within_s = self.house.place.settings.server.stop_within_s
        is_orderly = self.crew.stop(within_s)
        self.stack.close()
        return is_orderly


@contextmanager
def start_server(settings: Settings, order: Order) -> Iterator[Server]:
    """Raises ListenError, SetupError, JournalError, EngineError, each in one line."""
    address, tls = read_address(order.listen), _tls(settings.server)
    _refuse_plain(address, tls, order)
    meters = Meters()
    with ExitStack() as outer, ExitStack() as stack:
        listener = outer.enter_context(open_socket(address))
        shop = outer.enter_context(open_shop(settings, [meters.watch]))
        refuse_nobody(shop.place)
        meters.registry.register(Stores(shop.place.journal, shop.engine, clock=shop.place.clock))
        crew = _crew(shop, order)
        sweeper = Sweeper(shop)
        house = House(shop=shop, health=_health(shop, crew, sweeper), meters=meters)
        answers = serving(create_app(house), listener, tls, stop_within_s=ANSWERS_END_S)
        thread = stack.enter_context(answers)
        stack.callback(sweeper.stop)
        stack.callback(crew.stop, ANSWERS_END_S)
        sweeper.start()
        crew.start()
        port = int(listener.getsockname()[1])
        url = f"{'https' if tls else 'http'}://{_shown(address)}:{port}"
        yield Server(
            url=url,
            house=house,
            order=order,
            crew=crew,
            sweeper=sweeper,
            thread=thread,
            stack=stack,
        )


def _crew(shop: Shop, order: Order) -> Crew:
    """Every server does what needs its packs and schedules; runs only where it has workers."""
    server = shop.place.settings.server
    sites, slots = (order.sites, server.slots) if order.has_workers else ((), SERVERS_SLOTS)
    return Crew(shop, (*sites, SERVERS), slots, config=order.config)


def _health(shop: Shop, crew: Crew, sweeper: Sweeper) -> Health:
    place = shop.place
    works = {
        "the workers have ended": crew.is_working,
        "nobody looks for lost work and submits ticks any more": sweeper.is_working,
    }
    return Health(place.journal, shop.engine, works, clock=place.clock, troubles=crew.troubles)


def _tls(server: ServerSettings) -> Tls | None:
    if server.tls_certificate is None or server.tls_key is None:
        return None
    tls = Tls(certificate=server.tls_certificate, key=server.tls_key)
    check_tls(tls)
    return tls


def _refuse_plain(address: Address, tls: Tls | None, order: Order) -> None:
    """Tokens must not travel where others can read them, unless somebody says so."""
    if tls is None and not address.is_here and not order.is_insecure:
        raise ListenError(
            f"{address.host} can be reached from other machines, and without TLS tokens could be "
            "read on the way; set server.tls_certificate and server.tls_key in drillbook.toml, or "
            "say --insecure where something in front of it speaks TLS"
        )


def _shown(address: Address) -> str:
    return f"[{address.host}]" if ":" in address.host else address.host


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
