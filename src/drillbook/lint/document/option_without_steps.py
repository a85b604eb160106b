"""An Option that says when it applies, but holds nothing that could be run."""

from collections.abc import Iterator

from drillbook.lint.texts.said import heading_place
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        for option in runbook.options:
            # Without a When it is a heading of prose, which nobody chooses.
            if option.when and not option.steps:
                yield Flaw(
                    place=heading_place(document, option.place),
                    message=f'the option "{option.title}" can be chosen, but has no step',
                    help="add a fenced block with what is to be run, or delete its When",
                )


LINT = DocumentLint(
    name="option-without-steps",
    summary="an option that can be chosen, but has nothing to run",
    rung=Rung.RUNNABLE,
    check=_check,
)
