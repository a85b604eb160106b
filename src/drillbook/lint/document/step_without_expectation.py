"""A step of a Diagnosis or a Verification of which nothing says what it should show."""

from collections.abc import Iterator

from drillbook.lint.texts.said import is_sentence_broken, once_in_plain
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.runbook import Runbook, Step


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        yield from once_in_plain(document, _flaws(document, runbook))


def _flaws(document: Document, runbook: Runbook) -> Iterator[Flaw]:
    for check in runbook.checks:
        if not check.healthy and not check.unhealthy:
            message = "no sentence that can be evaluated says what this shows when all is well"
            cure = "add a sentence below it, such as **Healthy:** exit code is 0."
            yield from _flaw(document, check.step, message, cure)
    for one in runbook.verification:
        if not one.recovered:
            message = "no sentence that can be evaluated says what this shows after the recovery"
            cure = "add a sentence below it, such as **Recovered:** exit code is 0, for 10 s."
            yield from _flaw(document, one.step, message, cure)


def _flaw(document: Document, step: Step, message: str, cure: str) -> Iterator[Flaw]:
    """A step that only takes a value says so, and needs no other expectation."""
    if not step.captures and not is_sentence_broken(document, step):
        place = document.place_of("", step.place.line)
        yield Flaw(place=place, message=message, help=cure)


LINT = DocumentLint(
    name="step-without-expectation",
    summary="a check or verification of which nothing says what it should show",
    rung=Rung.RUNNABLE,
    check=_check,
)
