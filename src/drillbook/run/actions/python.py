"""A Python step → the argv of the target's own Python, isolated from the user's modules."""

from drillbook.model.runbook import Step


def argv(step: Step) -> tuple[str, ...]:
    """The arguments that run the step's command; the command is one argument and stays text."""
    return (step.interpreter or "python3", "-I", "-c", step.command)
