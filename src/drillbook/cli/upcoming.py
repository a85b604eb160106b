"""A Runbook + the step that runs → what comes after it, for the person who watches."""

from collections.abc import Iterable, Mapping
from typing import Any

from drillbook.model.run import Part
from drillbook.model.runbook import Kind, Option, Runbook, Step


def overview(runbook: Runbook) -> str:
    """How many Checks, Options and Verifications there are, or gates and stages."""
    check, option = ("gate", "stage") if _is_procedure(runbook) else ("check", "option")
    parts = (
        _count(len(runbook.checks), check),
        _count(len(runbook.options), option),
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
        Part.CHECK: (names(check.step for check in runbook.checks), _after_checks(runbook)),
        Part.OPTION: (names(option.steps if option else ()), _after_option(runbook, option)),
        Part.UNDO: (names(option.undo if option else ()), "the undo of what was done before it"),
        Part.VERIFICATION: (names(each.step for each in runbook.verification), "the end"),
    }[part]
    if started["step"] not in steps:
        return then
    later = steps[steps.index(started["step"]) + 1 :]
    return later[0] if later else then


def after_stage(runbook: Runbook, option: Option | None) -> str:
    """What follows a stage that has done what it says."""
    later = runbook.options[runbook.options.index(option) + 1 :] if option else ()
    if later:
        return f"the stage {later[0].title}"
    return "the verification" if runbook.verification else "the end"


def _after_checks(runbook: Runbook) -> str:
    if not _is_procedure(runbook):
        return "the choice of an option"
    return f"the stage {runbook.options[0].title}" if runbook.options else "the end"


def _after_option(runbook: Runbook, option: Option | None) -> str:
    return after_stage(runbook, option) if _is_procedure(runbook) else "the verification"


def _is_procedure(runbook: Runbook) -> bool:
    return runbook.kind is Kind.PROCEDURE


def names(steps: Iterable[Step]) -> list[str]:
    """The names of the steps that a run performs."""
    return [step.name for step in steps if not step.is_excluded]


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
