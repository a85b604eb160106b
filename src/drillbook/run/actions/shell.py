"""A shell step → the argv of bash with errexit and pipefail."""

from drillbook.model.runbook import Step
from drillbook.run.prelude import bash_argv


def argv(step: Step) -> tuple[str, ...]:
    """The arguments that run the step's command; the command is one argument and stays text."""
    if step.interpreter and step.interpreter not in ("bash", "sh"):
        return (step.interpreter, "-c", step.command)
    return bash_argv(step.command)
