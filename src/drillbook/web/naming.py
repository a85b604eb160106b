"""The name of a run in a path → its entries, or 404."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import Path

from drillbook.model.journal import Entry
from drillbook.web.errors import RefusedError
from drillbook.web.house import House

NAME = r"^[A-Za-z0-9-]+$"
RunName = Annotated[str, Path(min_length=1, max_length=100, pattern=NAME, description="Its name.")]


def entries_of(house: House, run: str, *, after: int = 0) -> Sequence[Entry]:
    """The run's entries behind `after`. Raises RefusedError where there is no such run."""
    entries = house.place.journal.entries(f"run/{run}", after=after)
    if not entries and house.place.journal.head(f"run/{run}") is None:
        raise RefusedError(
            HTTPStatus.NOT_FOUND,
            f"there is no run {run}",
            "GET /api/v1/runs lists what there is",
        )
    return entries
