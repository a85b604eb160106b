"""A Python step → the argv of the target's own Python, isolated from the user's modules."""

from collections.abc import Iterable, Mapping

from drillbook.model.action import Start
from drillbook.model.finding import Finding
from drillbook.model.plan import PlannedStep
from drillbook.model.runbook import Step
from drillbook.model.target import Target
from drillbook.run.evaluate import SSH_SAYS_NOTHING

TRAVELS = True
SAYS_NOTHING: Mapping[int, str] = SSH_SAYS_NOTHING


def start(planned: PlannedStep) -> Start:
    """The command is one argument and stays text."""
    step = planned.step
    return Start(argv=(step.interpreter or "python3", "-I", "-c", step.command))


def flaws(_step: Step, _target: Target, *, observes: bool) -> Iterable[Finding]:  # noqa: ARG001
    """None of its own: no target can hold Python to observing."""
    return ()


def variables(_step: Step, _target: Target) -> Mapping[str, str]:
    """None that could be told from its text: it reads them from `os.environ`."""
    return {}


def secrets(_target: Target) -> Mapping[str, str]:
    """None: Python has its secrets as inputs."""
    return {}
