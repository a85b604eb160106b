"""A runbook that says nobody to be its owner."""

from collections.abc import Iterator

from drillbook.lint.texts.said import heading_place, says_any, words_of
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung

# Prose names its owner in many ways; where it may have, plain Markdown is left alone.
_OWNERS = words_of(
    "owner owners owned maintainer maintainers maintained maintains team teams oncall call"
)


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    unowned = [runbook for runbook in document.runbooks if not runbook.owner]
    if unowned and not document.is_adopted and says_any(document, _OWNERS):
        return
    for runbook in unowned:
        yield Flaw(
            place=heading_place(document, runbook.place),
            message="no owner is named, so nobody is asked when it is wrong",
            help='add "owner: TEAM" to the front matter',
        )


LINT = DocumentLint(
    name="runbook-without-owner",
    summary="a runbook that names no owner",
    rung=Rung.RUNNABLE,
    check=_check,
)
