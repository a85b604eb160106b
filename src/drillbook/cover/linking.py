"""Rules, where their URLs lead, runbooks → each rule with its runbook, or why it has none."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from drillbook.model.coverage import AlertCover, Studied
from drillbook.model.library import Lead, LeadKind
from drillbook.model.rule import Rule

ANNOTATION = "runbook_url"
SEVERITY = "severity"
_WHY = {
    LeadKind.NO_FILE: "its runbook_url names a file that is not there",
    LeadKind.NO_ANCHOR: "its runbook_url names a section that is not there",
    LeadKind.ELSEWHERE: "its runbook_url leads to a site of which nothing here is the source; "
    "say where its pages lie in [lint.runbook_urls], or read that folder too",
    LeadKind.TEMPLATED: "its runbook_url is complete only when it fires",
    LeadKind.NO_ADDRESS: "its runbook_url is no address",
}


class Shelf:
    """The runbooks by the ways in which an alert finds one."""

    def __init__(self, runbooks: Iterable[Studied]) -> None:
        self.by_path: dict[str, list[Studied]] = defaultdict(list)
        self.by_alert: dict[str, list[Studied]] = defaultdict(list)
        for each in runbooks:
            self.by_path[each.path].append(each)
            for alert in each.listed:
                self.by_alert[alert].append(each)

    def named_by(self, lead: Lead) -> Studied | None:
        """The runbook that a runbook_url leads to: of a file of several, by the anchor."""
        found: Sequence[Studied] = self.by_path.get(lead.path, ())
        anchor = lead.anchor.casefold()
        exact = [each for each in found if each.anchor and each.anchor.casefold() == anchor]
        if len(exact) == 1:
            return exact[0]
        return found[0] if len(found) == 1 else None


def linked(
    rules: Iterable[Rule], leads: Mapping[str, Lead], runbooks: Iterable[Studied]
) -> tuple[AlertCover, ...]:
    """By the rule's runbook_url, else by the runbooks' own lists of alerts."""
    shelf = Shelf(runbooks)
    return tuple(_alert(rule, leads, shelf) for rule in rules)


def _alert(rule: Rule, leads: Mapping[str, Lead], shelf: Shelf) -> AlertCover:
    url = rule.annotations.get(ANNOTATION, "").strip()
    lead = leads.get(url) if url else None
    runbook = shelf.named_by(lead) if lead is not None and lead.path else None
    listing = shelf.by_alert.get(rule.name, [])
    if runbook is None and len(listing) == 1:
        runbook = listing[0]
    return AlertCover(
        name=rule.name,
        severity=rule.labels.get(SEVERITY, ""),
        place=rule.place,
        runbook=runbook.name if runbook else "",
        leads_back=runbook is not None and rule.name in runbook.named,
        because="" if runbook else _why_not(lead, listing, shelf),
    )


def _why_not(lead: Lead | None, listing: Sequence[Studied], shelf: Shelf) -> str:
    if lead is None and not listing:
        return "it has no runbook_url, and no runbook lists it"
    if len(listing) > 1:
        return f"{len(listing)} runbooks list it, and it names none of them"
    if lead is not None and lead.kind in _WHY:
        return _WHY[lead.kind]
    if lead is not None and lead.path not in shelf.by_path:
        return "its runbook_url names a file that was not read as a runbook"
    return "its runbook_url does not say which runbook of the file is meant"
