"""Every kind of step can: say what is wrong with it, and how it is started."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from drillbook.model.finding import Finding
from drillbook.model.plan import PlannedStep
from drillbook.model.runbook import Step
from drillbook.model.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The program that performs a step, and what its environment has beyond the step's own.

    `stdin` is what it reads first; its standard input then stays open until the step ends, so
    that a program far away notices when we are gone. Empty: its standard input is empty.
    `mark` is given where the program only carries the step: what comes back is the step's
    output between marks, and how it ended.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    stdin: bytes = field(default=b"", repr=False)
    mark: str = field(default="", repr=False)


class Action(Protocol):
    """A module that satisfies this is a kind of step.

    `TRAVELS`: it runs on its target; any other runs here and asks the target's url.
    `SAYS_NOTHING` are the exit codes, each with its meaning, that say nothing of the system:
    a step that ends with one is unknown, unless one of its sentences names the code.
    """

    TRAVELS: bool
    SAYS_NOTHING: Mapping[int, str]

    def start(self, planned: PlannedStep) -> Start:
        """How the step is started. Only asked of a plan without ERRORs."""
        ...

    def flaws(self, step: Step, target: Target, *, observes: bool) -> Iterable[Finding]:
        """What is wrong with the step on this target. `observes`: it must change nothing."""
        ...

    def variables(self, step: Step, target: Target) -> Mapping[str, str]:
        """The environment variables that the step takes values from, each as it is written."""
        ...

    def secrets(self, target: Target) -> Mapping[str, str]:
        """The environment variables that hold secrets of the target, each with its name."""
        ...


class Transport(Protocol):
    """A module that satisfies this is a way to a target of one kind that is not `local`."""

    def carry(self, planned: PlannedStep, values: Mapping[str, str], grace_s: float) -> Start:
        """How the step is started over there.

        `values` are its variables, captures included: they and the script travel by standard
        input to a fixed program, never as its text. `grace_s` is how long its processes may
        take to end when they are asked to.
        """
        ...

    def prepare(self, target: Target) -> None:
        """Make ready what several steps share (a connection); does nothing where it is there.

        Raises nothing: the step itself will say what is wrong.
        """
        ...

    def flaws(self, step: Step, target: Target) -> Iterable[Finding]:
        """What is wrong with the target's settings, or with this step going there."""
        ...
