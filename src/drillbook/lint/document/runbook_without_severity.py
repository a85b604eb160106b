"""A runbook that does not say how bad its trouble is."""

from collections.abc import Iterator

from drillbook.lint.said import heading_place, says_any, words_of
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.runbook import Kind

# Prose says it in many ways; where it may have, plain Markdown is left alone.
_SEVERITIES = words_of(
    "severity severities priority urgent urgency urgently critical warning warnings sev p0 p1 "
    "p2 p3 p4 sev0 sev1 sev2 sev3 sev4"
)


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    unsaid = [r for r in document.runbooks if not r.severity and r.kind is Kind.ALERT]
    if unsaid and not document.is_adopted and says_any(document, _SEVERITIES):
        return
    for runbook in unsaid:
        yield Flaw(
            place=heading_place(document, runbook.place),
            message="no severity is named, so nobody knows whether to get up for it",
            help='add "severity: critical", or what its alert has, to the front matter',
        )


LINT = DocumentLint(
    name="runbook-without-severity",
    summary="a runbook for an alert that names no severity",
    rung=Rung.RUNNABLE,
    check=_check,
)
