"""A runbook that promises no times, so that no drill can say whether they are kept."""

from collections.abc import Iterator

from drillbook.lint.texts.said import heading_place
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.runbook import Kind, Runbook


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    if not document.is_adopted:
        return
    for runbook in document.runbooks:
        missing = _missing(runbook)
        if missing:
            yield Flaw(
                place=heading_place(document, runbook.objectives.place or runbook.place),
                message=f"it does not promise a time to {' or '.join(missing)}, so no drill can "
                "say whether it is kept",
                help='add "objectives: {detect: 2m, recover: 15m}" to the front matter',
            )


def _missing(runbook: Runbook) -> list[str]:
    """A procedure is started by name: nothing detects it."""
    times = runbook.objectives
    promised = {"detect": times.detect_s, "recover": times.recover_s}
    if runbook.kind is Kind.PROCEDURE:
        return []
    return [name for name, time_s in promised.items() if time_s is None]


LINT = DocumentLint(
    name="runbook-without-objectives",
    summary="a runbook that does not promise a time to detect and to recover",
    rung=Rung.PROVEN,
    check=_check,
)
