"""The Settings → the Engine that they name: a file below `state`, or PostgreSQL."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType

from drillbook.engine.embedded import EmbeddedStore
from drillbook.engine.kept import KeptEngine, tell, unmasked
from drillbook.engine.outage import Say
from drillbook.engine.slots import FileSlots
from drillbook.model.clock import Clock
from drillbook.model.engine import Engine, EngineError
from drillbook.model.settings import Settings

JOBS_FILE = "engine.db"
WORKERS_FOLDER = "workers"
SLOTS_FOLDER = "slots"


def open_engine(
    settings: Settings,
    *,
    clock: Clock,
    secrets: Mapping[str, str] = MappingProxyType({}),
    mask: Callable[[str], str] = unmasked,
    say: Say = tell,
) -> Engine:
    """Raises EngineError in one line where it cannot be used.

    `secrets` are values by name; that of `store.password_secret` is the store's password.
    `mask` takes secrets out of the errors that are kept of failed jobs; `say` is given the
    lines that a worker says besides its work.
    """
    dead_after_s = settings.server.dead_after_s
    if settings.store.url:
        there = _postgresql()
        engine: Engine = there.open_postgresql(
            there.Address(
                url=settings.store.url, password=secrets.get(settings.store.password_secret, "")
            ),
            dead_after_s=dead_after_s,
            clock=clock,
            mask=mask,
            say=say,
        )
        return engine
    store = EmbeddedStore(
        settings.state / JOBS_FILE,
        settings.state / WORKERS_FOLDER,
        dead_after_s=dead_after_s,
        clock=clock,
    )
    slots = FileSlots(settings.state / SLOTS_FOLDER, clock=clock)
    return KeptEngine(store, slots, dead_after_s=dead_after_s, clock=clock, mask=mask, say=say)


def _postgresql() -> ModuleType:
    # Loaded where it is used: most never need a driver of PostgreSQL.
    try:
        return import_module("drillbook.engine.postgresql")
    except ModuleNotFoundError as error:
        raise EngineError(
            f"the store's url needs the Python package {error.name}; "
            'install it with pip install "drillbook[server]"'
        ) from error
