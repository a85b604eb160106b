"""Nouns of coverage for tests: what a test does not name has a harmless value."""

from typing import Any

from drillbook.model.coverage import AlertCover, DrillCover, StepCover, Studied
from drillbook.model.place import Place
from drillbook.model.proof import Sealed, Weighed
from drillbook.model.rule import Rule
from drillbook.model.run import Part
from drillbook.model.verdict import VerdictState
from proofs import proof

RULES = Place(path="rules/a.yaml", line=3)


def studied(name: str = "a.md", **fields: Any) -> Studied:
    """A runbook without a flaw, that lists no alert."""
    path, _, anchor = name.partition("#")
    defaults = {"path": path, "anchor": anchor, "title": "A", "place": Place(path=path)}
    return Studied(name=name, **{**defaults, **fields})


def step(name: str = "look", **fields: Any) -> StepCover:
    """A Check in a shell that lacks nothing."""
    defaults = {"part": Part.CHECK, "language": "sh", "place": Place(path="a.md", line=9)}
    return StepCover(name=name, **{**defaults, **fields})


def rule(name: str = "ADown", url: str = "", severity: str = "critical") -> Rule:
    """An alerting rule; no runbook_url where none is given."""
    return Rule(
        place=RULES,
        name=name,
        group="g",
        expr="up == 0",
        expr_place=RULES,
        labels={"severity": severity} if severity else {},
        annotations={"runbook_url": url} if url else {},
    )


def alert(name: str = "ADown", runbook: str = "a.md", **fields: Any) -> AlertCover:
    """An alert that leads to a runbook, which names it."""
    defaults = {"severity": "critical", "place": RULES, "leads_back": bool(runbook)}
    return AlertCover(name=name, runbook=runbook, **{**defaults, **fields})


def drill(
    name: str = "a-killed",
    *,
    fresh: bool | None = None,
    because: str = "the rule has changed since",
    last: VerdictState | None = None,
    last_at_ns: int = 0,
    sealed: Sealed | None = None,
    **proven: Any,
) -> DrillCover:
    """A drill of `a.md`, without a proof where `fresh` is None."""
    weighed = None
    if fresh is not None:
        weighed = Weighed(
            proof=proof(drill=name, **proven),
            is_fresh=fresh,
            because="" if fresh else because,
            sealed=sealed or Sealed(),
        )
    return DrillCover(
        name=name,
        pack="packs/a",
        runbook="a.md",
        option="start-it",
        place=Place(path="packs/a/drills/a.yaml"),
        weighed=weighed,
        last=last,
        last_at_ns=last_at_ns,
    )
