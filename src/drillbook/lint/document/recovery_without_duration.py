"""A Recovered that a single lucky answer fulfils."""

from collections.abc import Iterator

from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.runbook import Kind


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        if runbook.kind is not Kind.ALERT:
            continue
        for one in runbook.verification:
            if one.recovered and one.recovered.for_s is None:
                said = document.place_of(one.recovered.text.strip(), one.recovered.place.line)
                yield Flaw(
                    place=said,
                    message="one good answer counts as the recovery, even if the next one is bad",
                    help='add how long it has to hold, such as "for 10 s, within 60 s"',
                )


LINT = DocumentLint(
    name="recovery-without-duration",
    summary="a Recovered that does not say how long it has to hold",
    severity=Severity.NOTE,
    rung=Rung.PROVEN,
    check=_check,
)
