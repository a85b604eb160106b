"""A runbook_url that names no document of the tree, or a section that is not in it."""

from collections.abc import Iterator

from drillbook.lint.linking import lead_of, rules_of
from drillbook.lint.texts.annotations import RUNBOOK_URL
from drillbook.lint.texts.nearest import nearest, nearest_path
from drillbook.model.finding import Severity
from drillbook.model.library import Lead, LeadKind, Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    for rule in rules_of(library):
        lead = lead_of(rule, library)
        if lead is None or lead.kind not in (LeadKind.NO_FILE, LeadKind.NO_ANCHOR):
            continue
        message, cure = _said(lead, library)
        yield Flaw(
            place=rule.annotation_places.get(RUNBOOK_URL, rule.place), message=message, help=cure
        )


def _said(lead: Lead, library: Library) -> tuple[str, str]:
    if lead.kind is LeadKind.NO_FILE:
        top = lead.path.partition("/")[0]
        beside = [card.path for card in library.cards if card.path.partition("/")[0] == top]
        found = nearest_path(f"{lead.path}.md", beside)
        cure = f"did you mean {found}?" if found else "write the runbook, or correct the URL"
        return f"there is no document at {lead.path}", cure
    anchors = [a for card in library.cards if card.path == lead.path for a in card.anchors]
    found = nearest(lead.anchor, anchors)
    cure = f"did you mean #{found}?" if found else "name one of its headings, or none"
    return f'{lead.path} has no section "{lead.anchor}"', cure


LINT = LibraryLint(
    name="runbook-url-leads-nowhere",
    summary="a runbook_url that names no document, or no section of it",
    severity=Severity.ERROR,
    rung=Rung.LINKED,
    check=_check,
)
