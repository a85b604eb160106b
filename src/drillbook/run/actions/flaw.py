"""What an action finds wrong with a step → a Finding at the step's place."""

from drillbook.model.finding import Finding
from drillbook.model.runbook import Step
from drillbook.model.target import Target


def flaw(step: Step, lint: str, message: str, cure: str) -> Finding:
    """An ERROR: the step cannot be run as it stands."""
    return Finding(place=step.place, lint=lint, message=message, help=cure)


def without_url(step: Step, target: Target, example: str) -> Finding:
    """The target does not say where its server is."""
    name = target.name if step.on else "NAME"
    on = "" if step.on else f"write on={name} behind the step's name, and "
    return flaw(
        step,
        "target-without-url",
        f"step `{step.name}` is {step.language}, and target `{target.name}` has no url",
        f'{on}add url = "{example}" to [targets.{name}] in drillbook.toml',
    )
