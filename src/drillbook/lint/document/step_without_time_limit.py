"""A step that may take as long as the settings allow any step."""

from collections.abc import Iterator

from drillbook.lint.texts.said import once_in_plain, steps_of
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.runbook import Runbook


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        yield from once_in_plain(document, _flaws(document, runbook))


def _flaws(document: Document, runbook: Runbook) -> Iterator[Flaw]:
    for step in steps_of(runbook):
        if step.timeout_s is None:
            language, name = step.language, step.name
            yield Flaw(
                place=document.place_of("", step.place.line),
                message="the step has no time limit of its own, so it may hang for long",
                help=f"write ```{language} {{ name={name} timeout=30s }}",
            )


LINT = DocumentLint(
    name="step-without-time-limit",
    summary="a step without a time limit of its own",
    rung=Rung.RUNNABLE,
    check=_check,
)
