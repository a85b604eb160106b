"""An alert whose runbook lists others, and not this one."""

from collections.abc import Iterator

from drillbook.lint.linking import links_of
from drillbook.lint.texts.annotations import RUNBOOK_URL
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    for link in links_of(library):
        if link.by_url and link.card.alerts and link.rule.name not in link.card.alerts:
            yield Flaw(
                place=link.rule.annotation_places.get(RUNBOOK_URL, link.rule.place),
                message=f"{link.card.path} does not list {link.rule.name}, which leads to it",
                help=f"add {link.rule.name} to its alerts",
            )


LINT = LibraryLint(
    name="alert-not-listed-by-its-runbook",
    summary="an alert whose runbook lists other alerts and not this one",
    rung=Rung.LINKED,
    check=_check,
)
