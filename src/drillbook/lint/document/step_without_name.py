"""A step that no sentence can speak of, because its name changes with its heading."""

import re
from collections.abc import Iterator

from drillbook.lint.texts.said import once_in_plain, steps_of
from drillbook.model.document import Document
from drillbook.model.finding import Fix, Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.place import Place
from drillbook.model.runbook import Runbook, Step

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        yield from once_in_plain(document, _flaws(document, runbook))


def _flaws(document: Document, runbook: Runbook) -> Iterator[Flaw]:
    checks = {check.step.place.line for check in runbook.checks}
    for step in steps_of(runbook):
        if not step.is_named:
            yield Flaw(
                place=document.place_of("", step.place.line),
                message=f'the step has no name of its own; "{step.name}" is made from its heading, '
                "and changes with it",
                help=f"write ```{step.language} {{ name={step.name} }}",
                fix=_fix(document, step) if document.is_adopted else None,
                # No When speaks of a step that is no check.
                severity=None if step.place.line in checks else Severity.NOTE,
            )


def _fix(document: Document, step: Step) -> Fix | None:
    """The name that it is called by today, at the end of the info or right behind its brace."""
    line = document.lines[step.place.line - 1].rstrip()
    if not _NAME.fullmatch(step.name) or "`" in line.lstrip(" `~>0123456789.-*+"):
        return None
    brace = line.find("{")
    # What stands behind a brace that is never closed may hold the name already.
    if (brace < 0 and not line.endswith(step.language)) or (brace >= 0 and "}" not in line[brace:]):
        return None
    column = brace + 2 if brace >= 0 else len(line) + 1
    text = f" name={step.name}" if brace >= 0 else f" {{ name={step.name} }}"
    # `{timeout=5s}` has no blank that would part the two.
    text += " " if brace >= 0 and line[brace + 1 : brace + 2].strip(" }") else ""
    number = step.place.line
    place = Place(
        path=document.path, line=number, column=column, end_line=number, end_column=column
    )
    return Fix(place=place, text=text)


LINT = DocumentLint(
    name="step-without-name",
    summary="a step without a name of its own",
    rung=Rung.RUNNABLE,
    check=_check,
)
