"""A shell step → the argv of bash with errexit and pipefail."""

from collections.abc import Iterable, Mapping

from drillbook.model.action import Start
from drillbook.model.finding import Finding
from drillbook.model.plan import PlannedStep
from drillbook.model.runbook import Step
from drillbook.model.target import Target
from drillbook.run.evaluate import SSH_SAYS_NOTHING
from drillbook.run.prelude import bash_argv

TRAVELS = True
SAYS_NOTHING: Mapping[int, str] = SSH_SAYS_NOTHING


def start(planned: PlannedStep) -> Start:
    """The command is one argument and stays text."""
    step = planned.step
    if step.interpreter and step.interpreter not in ("bash", "sh"):
        return Start(argv=(step.interpreter, "-c", step.command))
    return Start(argv=bash_argv(step.command, step.exports))


def flaws(_step: Step, _target: Target, *, observes: bool) -> Iterable[Finding]:  # noqa: ARG001
    """None of its own: no target can hold a shell to observing."""
    return ()


def variables(_step: Step, _target: Target) -> Mapping[str, str]:
    """None: `drillbook.plan.variables` reads the scripts of shells."""
    return {}


def secrets(_target: Target) -> Mapping[str, str]:
    """None: a shell has its secrets as inputs."""
    return {}
