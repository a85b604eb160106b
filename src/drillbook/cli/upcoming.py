"""A Runbook + the step that runs → what comes after it, for the person who watches."""

from collections.abc import Iterable, Mapping
from typing import Any

from drillbook.model.run import Part
from drillbook.model.runbook import Option, Runbook, Step


def overview(runbook: Runbook) -> str:
    """How many Checks, Options and Verifications there are."""
    parts = (
        _count(len(runbook.checks), "check"),
        _count(len(runbook.options), "option"),
        _count(len(runbook.verification), "verification"),
    )
    return ", ".join(parts)


def option_named(runbook: Runbook, anchor: str | None) -> Option | None:
    """The Option of this anchor, or None."""
    return next((option for option in runbook.options if option.anchor == anchor), None)


def upcoming(runbook: Runbook, started: Mapping[str, Any]) -> str:
    """What follows the step of an entry `step-started` if it does as it should."""
    part = Part(started["part"])
    option = option_named(runbook, started["option"])
    steps, then = {
        Part.CHECK: (names(check.step for check in runbook.checks), "the choice of an option"),
        Part.OPTION: (names(option.steps if option else ()), "the verification"),
        Part.VERIFICATION: (names(each.step for each in runbook.verification), "the end"),
    }[part]
    if started["step"] not in steps:
        return then
    later = steps[steps.index(started["step"]) + 1 :]
    return later[0] if later else then


def names(steps: Iterable[Step]) -> list[str]:
    """The names of the steps that a run performs."""
    return [step.name for step in steps if not step.is_excluded]


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
