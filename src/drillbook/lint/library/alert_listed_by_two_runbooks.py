"""An alert that two runbooks list, or two parts of a file: neither can be chosen for it."""

from collections.abc import Iterator

from drillbook.lint.linking import by_alert
from drillbook.model.library import Library, RunbookCard
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung
from drillbook.model.place import Place


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    yield from _of_lists(library)
    yield from _of_stretches(library)


def _of_stretches(library: Library) -> Iterator[Flaw]:
    """Two parts of one file that each say that they are the alert's."""
    for card in library.cards:
        first: dict[str, Place] = {}
        for named in card.named:
            before = first.setdefault(named.alert, named.place)
            if before is not named.place:
                yield Flaw(
                    place=named.place,
                    message=f"the part at line {before.line} says that it is {named.alert}'s "
                    "as well",
                    help="leave one of the two, and take over what is newer in the other",
                )


def _of_lists(library: Library) -> Iterator[Flaw]:
    for alert, runbooks in by_alert(library).items():
        for runbook in runbooks[1:]:
            yield Flaw(
                place=runbook.alerts[alert],
                message=f"{_named(runbooks[0])} lists {alert} as well, so neither is chosen",
                help="leave it in the one that should be followed",
            )


def _named(runbook: RunbookCard) -> str:
    return f"{runbook.path}#{runbook.anchor}" if runbook.anchor else runbook.path


LINT = LibraryLint(
    name="alert-listed-by-two-runbooks",
    summary="an alert that two runbooks list",
    rung=Rung.LINKED,
    check=_check,
)
