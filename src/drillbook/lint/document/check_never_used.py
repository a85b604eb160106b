"""A Check that no Option asks for, though others are."""

from collections.abc import Iterator

from drillbook.lint.texts.said import steps_of
from drillbook.lint.together import atoms_of
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw
from drillbook.model.runbook import Check, Runbook
from drillbook.model.sentence import CheckIs


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        conditions = [option.when for option in runbook.options if option.when]
        if not conditions:
            continue
        named = {
            atom.check if isinstance(atom, CheckIs) else atom.capture
            for condition in conditions
            for atom in atoms_of(condition.formula)
        }
        for check in runbook.checks:
            if not _is_used(check, named, runbook):
                yield Flaw(
                    place=document.place_of(check.step.name, check.step.place.line),
                    message=f"no When asks for `{check.step.name}`, so nothing depends on it",
                    help="name it in the When of an option, or delete it",
                )


def _is_used(check: Check, named: set[str], runbook: Runbook) -> bool:
    """By its status, a value that it takes, or a variable that later steps see."""
    values = {capture.name for capture in check.step.captures}
    if check.step.name in named or values & named or check.step.exports:
        return True
    commands = (step.command for step in steps_of(runbook) if step is not check.step)
    text = "\n".join(commands) if values else ""
    return any(value.upper() in text or f":{value}" in text for value in values)


LINT = DocumentLint(
    name="check-never-used",
    summary="a check that no When names",
    severity=Severity.NOTE,
    check=_check,
)
