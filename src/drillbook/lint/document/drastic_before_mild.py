"""A drastic Option that is tried before a milder one that would have been right as well."""

from collections.abc import Iterator
from itertools import combinations

from drillbook.lint.said import heading_place
from drillbook.lint.together import outcomes
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.runbook import Option
from drillbook.model.sentence import Risk

_DRASTIC = {risk: degree for degree, risk in enumerate(Risk)}


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        for first, second in combinations(runbook.options, 2):
            if _is_milder(second, first) and _may_take_its_place(first, second):
                yield Flaw(
                    place=heading_place(document, first.place),
                    message=f'"{first.title}" is {first.risk.value} and stands before '
                    f'"{second.title}" (line {second.place.line}), which is milder and may apply '
                    "as well",
                    help=f'move it below "{second.title}", or let its When rule that one out',
                )
                break


def _is_milder(option: Option, than: Option) -> bool:
    is_said = option.risk_place is not None and than.risk_place is not None
    return is_said and _DRASTIC[option.risk] < _DRASTIC[than.risk]


def _may_take_its_place(first: Option, second: Option) -> bool:
    """Both can hold at once, and the first is not for a rarer case of what the second is for."""
    if first.when is None or second.when is None:
        return False
    found = outcomes(first.when.formula, second.when.formula)
    is_rarer = (True, False) not in found and (False, True) in found
    return (True, True) in found and not is_rarer


LINT = DocumentLint(
    name="drastic-before-mild",
    summary="a drastic option before a milder one that may apply as well",
    rung=Rung.RUNNABLE,
    check=_check,
)
