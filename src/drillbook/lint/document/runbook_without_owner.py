"""A runbook that says nobody to be its owner."""

from collections.abc import Iterator

from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        if not runbook.owner:
            yield Flaw(
                place=runbook.place,
                message="nobody owns this runbook, so nobody is asked when it is wrong",
                help='add "owner: TEAM" to the front matter',
            )


LINT = DocumentLint(
    name="runbook-without-owner",
    summary="a runbook that names no owner",
    rung=Rung.RUNNABLE,
    check=_check,
)
