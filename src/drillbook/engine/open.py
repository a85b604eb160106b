"""The Settings → the Engine that they name: a file below `state`, or PostgreSQL."""

from collections.abc import Callable

from drillbook.engine.embedded import EmbeddedStore
from drillbook.engine.kept import KeptEngine, tell, unmasked
from drillbook.engine.outage import Say
from drillbook.engine.slots import FileSlots
from drillbook.model.clock import Clock
from drillbook.model.engine import Engine
from drillbook.model.settings import Settings

JOBS_FILE = "engine.db"
WORKERS_FOLDER = "workers"
SLOTS_FOLDER = "slots"


def open_engine(
    settings: Settings,
    *,
    clock: Clock,
    mask: Callable[[str], str] = unmasked,
    say: Say = tell,
) -> Engine:
    """Raises EngineError in one line where it cannot be used.

    `mask` takes secrets out of the errors that are kept of failed jobs; `say` is given the
    lines that a worker says besides its work.
    """
    dead_after_s = settings.server.dead_after_s
    store = EmbeddedStore(
        settings.state / JOBS_FILE,
        settings.state / WORKERS_FOLDER,
        dead_after_s=dead_after_s,
        clock=clock,
    )
    slots = FileSlots(settings.state / SLOTS_FOLDER, clock=clock)
    return KeptEngine(store, slots, dead_after_s=dead_after_s, clock=clock, mask=mask, say=say)
