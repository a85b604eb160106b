"""A runbook to which no alert of the tree leads."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from drillbook.lint.linking import links_of, runbooks_of
from drillbook.model.finding import Severity
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    """Of plain Markdown only beside runbooks to which alerts lead: rules may lie elsewhere."""
    leads = {lead.path for lead in library.leads.values()}
    led = {(link.card.path, link.card.anchor) for link in links_of(library)}
    folders = {_folder(path) for path in leads | {path for path, _ in led} if path}
    for card, runbook in runbooks_of(library):
        is_led = (runbook.path, runbook.anchor) in led or (
            not runbook.anchor and card.path in leads
        )
        is_asked = card.is_adopted or _folder(card.path) in folders
        if runbook.kind != "alert" or is_led or not is_asked or runbook.alerts or not folders:
            continue
        yield Flaw(
            place=runbook.place,
            message=f'no alert leads to "{runbook.title}"',
            help='add "alerts: [NAME]" to its front matter, or "kind: procedure" where it is '
            "started by name",
            severity=None if card.is_adopted else Severity.NOTE,
        )


def _folder(path: str) -> str:
    return str(PurePosixPath(path).parent)


LINT = LibraryLint(
    name="runbook-without-alert",
    summary="a runbook to which no alert leads",
    rung=Rung.LINKED,
    check=_check,
)
