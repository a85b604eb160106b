"""A Check, or a Verification, that does not only look."""

from collections.abc import Iterator

from drillbook.lint.shell.acts import Act, acts_of, is_meant_to_run
from drillbook.lint.shell.deeds import Deed, deeds_of
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.runbook import Check, Verification
from drillbook.model.sentence import Risk


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    if not is_meant_to_run(document):
        return
    for act in acts_of(document):
        deed = _deed(act)
        if deed is not None and act.step is not None:
            what = "check" if isinstance(act.owner, Check) else "verification"
            yield Flaw(
                place=act.place_at(document, deed.start, deed.end),
                message=f'the {what} "{act.step.name}" {deed.does}, though it is run to look only',
                help="move the command to an option of the Resolution that says its Risk",
            )


def _deed(act: Act) -> Deed | None:
    """The worst. A Verification may write something to see that it can be written."""
    if not isinstance(act.owner, Check | Verification):
        return None
    deeds = deeds_of(act)
    for risk in (Risk.DESTRUCTIVE, Risk.DISRUPTIVE, Risk.NONE):
        for deed in deeds:
            if deed.risk is risk and (risk is not Risk.NONE or isinstance(act.owner, Check)):
                return deed
    return None


LINT = DocumentLint(
    name="check-that-changes",
    summary="a check or a verification that changes what it looks at",
    severity=Severity.ERROR,
    rung=Rung.RUNNABLE,
    check=_check,
)
