"""A run that servers perform + who goes on with it in a terminal → theirs alone meanwhile.

A lock of this machine (`running/locks.py`) says nothing to the runners of others. So the terminal
holds a slot of the engine, which ends with its process, and a worker that finds it held puts the
run off. It also refuses a run that a worker is at: that one's step would be lost to both.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from drillbook.engine.open import open_engine
from drillbook.model.engine import Engine, JobState, NoSlotError
from drillbook.verbs.running.locks import HeldError
from drillbook.verbs.running.secrets import masker
from drillbook.verbs.running.workplace import Workplace

REQUESTED = "run-requested"


@contextmanager
def seat_of(place: Workplace, run: str) -> Iterator[None]:
    """While somebody goes on with the run here, no worker of any machine does.

    Does nothing for a run that was begun in a terminal: no server performs that. Raises
    HeldError where another terminal or a worker has it, EngineError where nobody can tell.
    """
    first = next(iter(place.journal.entries(f"run/{run}")), None)
    with ExitStack() as stack:
        if first is not None and first.kind == REQUESTED:
            engine = open_engine(
                place.settings, clock=place.clock, secrets=place.secrets, mask=masker(place.masks)
            )
            stack.callback(engine.close)
            _sit_down(engine, run, stack)
            # After that: either a worker sees our slot, or we see that it is at work.
            _refuse_at_work(engine, run)
        yield


def refuse_seated(engine: Engine, run: str) -> None:
    """Raise NoSlotError while somebody goes on with the run in a terminal."""
    with engine.slot(_slot(run), 1, within_s=0.0):
        pass


def _sit_down(engine: Engine, run: str, stack: ExitStack) -> None:
    try:
        stack.enter_context(engine.slot(_slot(run), 1, within_s=0.0))
    except NoSlotError as error:
        raise HeldError(
            f"run {run} is in another terminal's hands; wait for it, or end it first"
        ) from error


def _refuse_at_work(engine: Engine, run: str) -> None:
    living = {worker.name for worker in engine.workers() if not worker.is_dead}
    for status in engine.jobs():
        is_at_work = status.state is JobState.AT_WORK and status.worker in living
        if status.job.key == f"run/{run}" and is_at_work:
            raise HeldError(
                f"run {run} is in the hands of worker {status.worker}; wait, or answer or cancel "
                "it from here: what was at work in a process that died is free after a while"
            )


def _slot(run: str) -> str:
    return f"terminal/{run}"
