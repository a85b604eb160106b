"""What a run acts with, and who is told of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from drillbook.model.attempt import OnOutput, Supervisor
from drillbook.model.clock import Clock
from drillbook.model.journal import Journal, Watch
from drillbook.model.run import Question, Reply
from drillbook.model.settings import Limits


class Slot(Protocol):
    """Holds one of `count` slots of a name among all processes."""

    def __call__(self, name: str, count: int, *, within_s: float) -> AbstractContextManager[None]:
        """Raises NoSlotError where none became free for `within_s` seconds."""
        ...


def unlimited(name: str, count: int, *, within_s: float) -> AbstractContextManager[None]:
    """A slot where nobody counts them."""
    del name, count, within_s
    return nullcontext()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What a run acts with, and who is told.

    `folder` holds the attempts' traces. `ask` puts a question to a person and waits; one who
    waits for others answers LOOK_AGAIN at its own pace. `watch` is called with every entry,
    `on_output` with output as it comes. `slot` holds one of so many slots of a name among all
    processes, for a target on which only so many steps run at once.
    """

    journal: Journal
    clock: Clock
    supervisor: Supervisor
    folder: Path
    ask: Callable[[Question], Reply]
    watch: Watch
    on_output: OnOutput
    masks: tuple[str, ...] = field(default=(), repr=False)
    limits: Limits = field(default_factory=Limits)
    slot: Slot = unlimited
