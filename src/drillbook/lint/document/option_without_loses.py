"""An Option with a Risk that does not say what is lost at most."""

from collections.abc import Iterator

from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.sentence import Risk


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        for option in runbook.options:
            # A Risk that was not understood counts as destructive, but that is told already.
            is_said = option.risk.value in option.risk_text.casefold()
            if is_said and option.risk_place and option.risk is not Risk.NONE and not option.loses:
                yield Flaw(
                    place=document.place_of(option.risk.value, option.risk_place.line),
                    message=f'the option "{option.title}" is {option.risk.value}, but does not say '
                    "what is lost",
                    help="add **Loses:** nothing, or **Loses:** at most the last 30 s of writes.",
                )


LINT = DocumentLint(
    name="option-without-loses",
    summary="a disruptive or destructive option that does not say what is lost",
    rung=Rung.PROVEN,
    check=_check,
)
