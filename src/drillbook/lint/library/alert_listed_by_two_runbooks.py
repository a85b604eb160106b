"""An alert that two runbooks list: neither can be chosen for it."""

from collections.abc import Iterator

from drillbook.lint.linking import by_alert
from drillbook.model.library import Library, RunbookCard
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
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
