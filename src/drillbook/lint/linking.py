"""A Library → its rules, its runbooks, and which alert leads to which runbook."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from drillbook.lint.texts.annotations import RUNBOOK_URL
from drillbook.model.library import Card, Lead, LeadKind, Library, RunbookCard
from drillbook.model.rule import Rule

# What is said of the same alert in other words.
_SEVERITIES = {
    **dict.fromkeys(("critical", "page", "emergency", "p0", "p1", "sev0", "sev1", "sev-1"), 0),
    **dict.fromkeys(("warning", "warn", "ticket", "p2", "sev2", "sev-2"), 1),
    **dict.fromkeys(("info", "information", "informational", "none", "notice", "p4"), 2),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A rule and the runbook that it leads to; `by_url` or by the runbook's list."""

    rule: Rule
    card: RunbookCard
    by_url: bool


def rules_of(library: Library) -> Iterator[Rule]:
    """All alerting rules, file by file."""
    for file in library.rule_files:
        yield from file.rules


def runbooks_of(library: Library) -> Iterator[tuple[Card, RunbookCard]]:
    """All runbooks of documents that are some."""
    for card in library.cards:
        if card.is_runbook:
            for runbook in card.runbooks:
                yield card, runbook


def by_alert(library: Library) -> Mapping[str, Sequence[RunbookCard]]:
    """The runbooks that list each alert."""
    found: dict[str, list[RunbookCard]] = defaultdict(list)
    for _, runbook in runbooks_of(library):
        for alert in runbook.alerts:
            found[alert].append(runbook)
    return found


def links_of(library: Library) -> Iterator[Linked]:
    """By the rule's URL, else by the only runbook that lists the alert."""
    listing = by_alert(library)
    cards = {card.path: card for card in library.cards}
    for rule in rules_of(library):
        lead = lead_of(rule, library)
        runbook = _led_to(lead, cards) if lead is not None else None
        if runbook is not None:
            yield Linked(rule=rule, card=runbook, by_url=True)
        elif len(listing.get(rule.name, ())) == 1:
            yield Linked(rule=rule, card=listing[rule.name][0], by_url=False)


def lead_of(rule: Rule, library: Library) -> Lead | None:
    """Where the rule's runbook_url leads; None where it has none."""
    return library.leads.get(rule.annotations.get(RUNBOOK_URL, "").strip())


def _led_to(lead: Lead, cards: Mapping[str, Card]) -> RunbookCard | None:
    card = cards.get(lead.path)
    if card is None or lead.kind is not LeadKind.FILE:
        return None
    anchor = lead.anchor.casefold()
    exact = [each for each in card.runbooks if each.anchor.casefold() == anchor]
    if not exact and len(card.runbooks) == 1 and not card.runbooks[0].anchor:
        return card.runbooks[0]
    return exact[0] if len(exact) == 1 else None


def severity_of(rule: Rule) -> str:
    """As its label says it, in small letters; empty where there is none or a template."""
    said = rule.labels.get("severity", "").strip().lower()
    return "" if "{{" in said else said


def rank_of(severity: str) -> int | None:
    """0 wakes somebody, 1 is for the day, 2 is to know; None where the word is not known."""
    return _SEVERITIES.get(severity.strip().lower())
