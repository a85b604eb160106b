"""A runbook_url of which this tree cannot say where it leads."""

from collections.abc import Iterator

from drillbook.lint.linking import lead_of, rules_of
from drillbook.lint.texts.annotations import RUNBOOK_URL
from drillbook.model.finding import Severity
from drillbook.model.library import Lead, LeadKind, Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung
from drillbook.model.rule import Rule


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    """An address that is not known is said once for all alerts below it."""
    said: set[str] = set()
    for rule in rules_of(library):
        lead = lead_of(rule, library)
        if lead is None or lead.prefix in said:
            continue
        if lead.prefix:
            said.add(lead.prefix)
        because, cure = _why(lead)
        if because:
            yield _flaw(rule, because, cure)


def _flaw(rule: Rule, because: str, cure: str) -> Flaw:
    return Flaw(
        place=rule.annotation_places.get(RUNBOOK_URL, rule.place), message=because, help=cure
    )


def _why(lead: Lead) -> tuple[str, str]:
    if lead.kind is LeadKind.TEMPLATED:
        return (
            "the URL is completed only when the alert fires, so it was not checked",
            'list the alert in its runbook: "alerts: [NAME]" in the front matter',
        )
    if lead.kind is LeadKind.NO_ADDRESS:
        return (
            "this is no web address, so it was not checked",
            "write it as https://…, as people click on it",
        )
    if lead.kind is LeadKind.ELSEWHERE:
        return (
            f"nothing says where the pages of {lead.prefix} lie in this tree",
            f'say so in drillbook.toml: [lint.runbook_urls] "{lead.prefix}" = "FOLDER"',
        )
    return "", ""


LINT = LibraryLint(
    name="runbook-url-not-checked",
    summary="a runbook_url of which the tree cannot say where it leads",
    severity=Severity.NOTE,
    rung=Rung.LINKED,
    check=_check,
)
