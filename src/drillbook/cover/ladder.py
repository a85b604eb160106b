"""A runbook, its alerts and its drills → the rung on which it stands, and what the next needs."""

from collections.abc import Iterator, Sequence
from shlex import quote

from drillbook.model.coverage import AlertCover, DrillCover, Lack, RunbookCover, StepCover, Studied
from drillbook.model.lint import Rung
from drillbook.model.runbook import Kind

RUNGS = tuple(Rung)


def climb(
    studied: Studied,
    alerts: Sequence[AlertCover],
    drills: Sequence[DrillCover],
    steps: Sequence[StepCover],
) -> RunbookCover:
    """`alerts` are those that lead to it. A rung counts only with all below it."""
    lacks = (*studied.lacks, *_not_linked(studied, alerts), *_not_proven(drills))
    lacking = {lack.rung for lack in lacks}
    reached: Rung | None = None
    for rung in RUNGS:
        if rung in lacking:
            following = tuple(lack for lack in lacks if lack.rung is rung)
            break
        following = ()
        if rung is not Rung.LINKED or studied.kind is not Kind.PROCEDURE:
            reached = rung
    return RunbookCover(
        studied=studied,
        rung=reached,
        lacks=following,
        alerts=tuple(dict.fromkeys(alert.name for alert in alerts)),
        steps=tuple(steps),
        drills=tuple(drills),
    )


def stands_on(runbook: RunbookCover, rung: Rung) -> bool:
    """Whether it has come as far as this rung."""
    return runbook.rung is not None and RUNGS.index(runbook.rung) >= RUNGS.index(rung)


def _not_linked(studied: Studied, alerts: Sequence[AlertCover]) -> Iterator[Lack]:
    """A procedure is started by name: no alert has to lead to it."""
    if studied.kind is Kind.PROCEDURE or any(alert.leads_back for alert in alerts):
        return
    if alerts:
        names = ", ".join(dict.fromkeys(alert.name for alert in alerts))
        because = "it does not name the alert that leads to it"
        cure = "write alerts: [NAME] into its front matter"
        yield Lack(rung=Rung.LINKED, because=because, cure=cure, detail=names)
    else:
        because = "no alert leads to it"
        cure = "give the rule of its alert the annotation runbook_url, or read its rules too: "
        cure += "`drillbook cover RUNBOOKS RULES`"
        yield Lack(rung=Rung.LINKED, because=because, cure=cure)


def _not_proven(drills: Sequence[DrillCover]) -> Iterator[Lack]:
    if not drills:
        cure = "`drillbook new drill NAME --pack PACK`, then `drillbook drill PACK --only NAME`"
        yield Lack(rung=Rung.PROVEN, because="no drill is of it", cure=cure)
    for drill in drills:
        if not drill.is_proven:
            # Whoever pastes it must not run what a name says.
            cure = f"`drillbook drill {quote(drill.pack)} --only {quote(drill.name)}`"
            yield Lack(rung=Rung.PROVEN, because=f"drill {drill.name}: {drill.because}", cure=cure)
