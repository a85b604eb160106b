"""Runbooks, rules, leads, drills and what the journal tells → the Coverage. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from drillbook.cover.figures import figures_of
from drillbook.cover.ladder import climb
from drillbook.cover.linking import linked
from drillbook.model.coverage import AlertCover, Coverage, DrillCover, Studied, Tally
from drillbook.model.finding import Finding
from drillbook.model.library import Lead
from drillbook.model.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known. `tallies` are by the runbook's name, then by the step's.

    `drills` name their runbook as `studied` does.
    """

    studied: Sequence[Studied] = ()
    rules: Sequence[Rule] = ()
    leads: Mapping[str, Lead] = field(default_factory=dict)
    drills: Sequence[DrillCover] = ()
    tallies: Mapping[str, Mapping[str, Tally]] = field(default_factory=dict)
    runs: int = 0
    unread: Sequence[Finding] = ()


def coverage_of(facts: Facts) -> Coverage:
    """The matrix and its figures, in the order of the files."""
    alerts = linked(facts.rules, facts.leads, facts.studied)
    leading: dict[str, list[AlertCover]] = defaultdict(list)
    for alert in alerts:
        leading[alert.runbook].append(alert)
    drilled: dict[str, list[DrillCover]] = defaultdict(list)
    for drill in facts.drills:
        drilled[drill.runbook].append(drill)
    runbooks = []
    for each in facts.studied:
        tallies = facts.tallies.get(each.name, {})
        steps = [replace(s, tally=tallies.get(s.name, Tally())) for s in each.steps]
        runbooks.append(climb(each, leading[each.name], drilled[each.name], steps))
    return Coverage(
        alerts=alerts,
        runbooks=tuple(runbooks),
        figures=figures_of(alerts, runbooks),
        unread=tuple(facts.unread),
        notes=tuple(_notes(facts)),
        runs=facts.runs,
    )


def _notes(facts: Facts) -> list[str]:
    """What a reader would else take for a result."""
    notes = []
    if not facts.rules:
        notes.append("no alerting rule was found, so nothing can be linked; name their folder too")
    if not facts.studied:
        notes.append("no runbook was found; name the folder in which they lie")
    names = {each.name for each in facts.studied}
    notes += [
        f"drill {drill.name} names {drill.runbook}, which is not there"
        for drill in facts.drills
        if drill.runbook not in names
    ]
    return notes
