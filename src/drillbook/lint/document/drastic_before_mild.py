"""A drastic Option that is tried before a milder one that would have been right as well."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from drillbook.lint.shell.acts import Act, acts_of
from drillbook.lint.shell.deeds import Deed, deeds_of
from drillbook.lint.texts.said import heading_place
from drillbook.lint.together import outcomes
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.runbook import Option, Runbook
from drillbook.model.sentence import Risk

_DRASTIC = {risk: degree for degree, risk in enumerate(Risk)}
# Nobody chooses among more, and every pair costs.
_OPTIONS_MAX = 30
# Of plain Markdown only what calls itself one of several ways is known to be one.
_ALTERNATIVE = re.compile(
    r"\W{0,5}(?:option|method|approach|alternative) ?[0-9A-D]\b", re.IGNORECASE
)


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for runbook in document.runbooks:
        if document.is_adopted:
            yield from _of_options(document, runbook)
        else:
            yield from _of_alternatives(document, runbook)


def _of_options(document: Document, runbook: Runbook) -> Iterator[Flaw]:
    for first, second in combinations(runbook.options[:_OPTIONS_MAX], 2):
        if _is_milder(second, first) and _may_take_its_place(first, second):
            yield Flaw(
                place=heading_place(document, first.place),
                message=f'"{first.title}" is {first.risk.value} and stands before '
                f'"{second.title}" (line {second.place.line}), which is milder and may apply '
                "as well",
                help=f'move it below "{second.title}", or let its When rule that one out',
            )
            return


def _of_alternatives(document: Document, runbook: Runbook) -> Iterator[Flaw]:
    """By what their commands do: one that destroys before one in which nothing is destroyed."""
    ways = [one for one in runbook.options[:_OPTIONS_MAX] if _ALTERNATIVE.match(one.title)]
    if len(ways) < 2:
        return
    acts = acts_of(document)
    for first, second in pairwise(ways):
        worst = _destroys(acts, first)
        if worst is not None and _has_commands(acts, second) and not _destroys(acts, second):
            act, deed = worst
            yield Flaw(
                place=act.place_at(document, deed.start, deed.end),
                message=f'this {deed.does}, and "{first.title}" stands before "{second.title}" '
                f"(line {second.place.line}), in which nothing is destroyed",
                help=f'let "{second.title}" be the first one',
            )


def _destroys(acts: tuple[Act, ...], option: Option) -> tuple[Act, Deed] | None:
    return next(
        (
            (act, deed)
            for act in acts
            if act.owner is option and not act.is_undo
            for deed in deeds_of(act)
            if deed.risk is Risk.DESTRUCTIVE
        ),
        None,
    )


def _has_commands(acts: tuple[Act, ...], option: Option) -> bool:
    return any(act.owner is option and not act.is_undo for act in acts)


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
