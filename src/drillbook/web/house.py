"""What every route works with, and who asks it."""

from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, cast

from fastapi import Depends, Request

from drillbook.model.engine import Engine
from drillbook.model.people import WEBHOOK, Caller
from drillbook.verbs.running.workplace import Workplace
from drillbook.verbs.serve import Shop
from drillbook.verbs.serving.shelf import Shelf
from drillbook.web.errors import RefusedError
from drillbook.web.health import Health
from drillbook.web.metrics import Meters


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A server's stores, packs and meters, and how many runs each person follows just now."""

    shop: Shop
    health: Health
    meters: Meters
    followers: Counter[str] = field(default_factory=Counter)

    @property
    def place(self) -> Workplace:
        """Journal, settings and clock."""
        return self.shop.place

    @property
    def engine(self) -> Engine:
        """The jobs."""
        return self.shop.engine

    @property
    def shelf(self) -> Shelf:
        """The runbooks."""
        return self.shop.shelf


async def _house(request: Request) -> House:
    return cast("House", request.app.state.house)


def _caller(request: Request) -> Caller:
    """Whoever the door let in."""
    return cast("Caller", request.scope["state"]["caller"])


async def _person(request: Request) -> Caller:
    """A caller who is not a source of webhooks."""
    caller = _caller(request)
    if WEBHOOK in caller.roles:
        raise RefusedError(
            HTTPStatus.FORBIDDEN,
            f"the token of {caller.name} is a webhook's and opens /hooks alone",
            "use a token of a person without that role",
        )
    return caller


async def _source(request: Request) -> Caller:
    """A caller who is a source of webhooks."""
    caller = _caller(request)
    if WEBHOOK not in caller.roles:
        raise RefusedError(
            HTTPStatus.FORBIDDEN,
            f"{caller.name} is no source of webhooks",
            f'give the source a name in [people] with the role "{WEBHOOK}", and a token of its own',
        )
    return caller


TheHouse = Annotated[House, Depends(_house)]
ThePerson = Annotated[Caller, Depends(_person)]
TheSource = Annotated[Caller, Depends(_source)]
