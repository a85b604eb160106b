"""A PostgreSQL database → its tables of jobs made, and the Engine on them."""

from collections.abc import Callable

from drillbook.engine.address import Address
from drillbook.engine.advisory import AdvisorySlots
from drillbook.engine.deferred import DeferredStore
from drillbook.engine.kept import KeptEngine
from drillbook.engine.outage import Say
from drillbook.engine.tables import grants, migrate, require
from drillbook.model.clock import Clock
from drillbook.model.engine import Engine

__all__ = ["Address", "grants", "migrate", "open_postgresql"]


def open_postgresql(
    address: Address,
    *,
    dead_after_s: float,
    clock: Clock,
    mask: Callable[[str], str],
    say: Say,
) -> Engine:
    """Raises EngineError where the database is away, or has no tables of jobs."""
    require(address)
    return KeptEngine(
        DeferredStore(address, dead_after_s=dead_after_s),
        AdvisorySlots(address, clock=clock),
        dead_after_s=dead_after_s,
        clock=clock,
        mask=mask,
        say=say,
    )
