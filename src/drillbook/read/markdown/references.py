"""A Runbook → a Finding for every When that names what the runbook does not have."""

from collections.abc import Iterable, Iterator

from drillbook.model.finding import Finding
from drillbook.model.runbook import Kind, Option, Runbook, Step
from drillbook.model.sentence import And, CaptureCompares, CheckIs, Formula, Not, Or
from drillbook.read.sentences.wording import nearest_first, quote


def check_references(runbook: Runbook) -> tuple[Finding, ...]:
    """Checks are named by their step, captures by any check that captures or exports them.

    Stages follow each other: the When of one may also name what one before it captured.
    """
    checks = {check.step.name: None for check in runbook.checks}
    captures = _captured_by(check.step for check in runbook.checks)
    findings: list[Finding] = []
    for option in runbook.options:
        findings += _unknown_names(option, checks, captures)
        if runbook.kind is Kind.PROCEDURE:
            captures = {**captures, **_captured_by(option.steps)}
    return tuple(findings)


def _captured_by(steps: Iterable[Step]) -> dict[str, None]:
    """In their order."""
    names: dict[str, None] = {}
    for step in steps:
        names |= {capture.name: None for capture in step.captures}
        names |= {name.lower(): None for name in step.exports}
    return names


def _unknown_names(
    option: Option, checks: dict[str, None], captures: dict[str, None]
) -> Iterator[Finding]:
    if option.when is None:
        return
    for leaf in _leaves(option.when.formula):
        is_check = isinstance(leaf, CheckIs)
        name = leaf.check if isinstance(leaf, CheckIs) else leaf.capture
        known = checks if is_check else captures
        if name in known:
            continue
        what = "check" if is_check else "capture"
        yield Finding(
            place=option.when.place,
            lint=f"when-names-no-{what}",
            message=f'the runbook has no {what} named "{quote(name)}"',
            help=_those_there_are(name, known, what),
        )


def _those_there_are(name: str, known: dict[str, None], what: str) -> str:
    nearest = nearest_first(name, known)
    if not nearest:
        return (
            "add a step with { name=… } to the Diagnosis"
            if what == "check"
            else "add **Capture:** and the name below a step of the Diagnosis"
        )
    return f"{what}s of this runbook: {', '.join(nearest)}"


def _leaves(formula: Formula) -> Iterator[CheckIs | CaptureCompares]:
    waiting = [formula]
    while waiting:
        one = waiting.pop(0)
        match one:
            case And(items=items) | Or(items=items):
                waiting = [*items, *waiting]
            case Not(item=item):
                waiting.insert(0, item)
            case _:
                yield one
