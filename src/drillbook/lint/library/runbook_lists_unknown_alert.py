"""A runbook that lists an alert which no rule of the tree defines."""

from collections.abc import Iterator

from drillbook.lint.linking import rules_of, runbooks_of
from drillbook.lint.texts.nearest import nearest
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    """Only where some of the alerts that runbooks list are defined: else rules lie elsewhere."""
    known = {rule.name for rule in rules_of(library)}
    listed = [each for _, runbook in runbooks_of(library) for each in runbook.alerts.items()]
    if not any(alert in known for alert, _ in listed):
        return
    for alert, place in listed:
        if alert not in known:
            found = nearest(alert, known)
            yield Flaw(
                place=place,
                message=f"no rule defines the alert {alert}",
                help=f"did you mean {found}?" if found else "write its rule, or take it out",
            )


LINT = LibraryLint(
    name="runbook-lists-unknown-alert",
    summary="a runbook that lists an alert which no rule defines",
    rung=Rung.LINKED,
    check=_check,
)
