"""Alert + Pack → incident and Run: what happens when an alert comes in, in a drill or not."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from drillbook.incident.records import alert_body
from drillbook.link.match import Match, match
from drillbook.model.alert import Alert
from drillbook.model.finding import Finding, Severity
from drillbook.model.journal import Entry, Fact, Follow, JournalError, MovedError
from drillbook.model.pack import Pack
from drillbook.model.plan import Plan
from drillbook.model.run import Policy, Run, RunState
from drillbook.model.runbook import Runbook
from drillbook.model.target import Target
from drillbook.plan.bind import bind
from drillbook.verbs.plan import concerning, surroundings
from drillbook.verbs.run import Occasion, start_run
from drillbook.verbs.running.executing import Company
from drillbook.verbs.running.hiding import NotRunnableError
from drillbook.verbs.running.names import open_incident, promised_name
from drillbook.verbs.running.workplace import Workplace

# Who else writes to an incident in the same moment does so once or twice, not for ever.
TRIES_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came of an alert; `run` is None where no runbook was found or it could not run."""

    incident: str
    match: Match
    run: Run | None = None
    flaws: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What a response goes by: the pack, where its targets are, what the operator may do."""

    pack: Pack
    targets: Mapping[str, Target]
    policy: Policy
    given: Mapping[str, str] = field(default_factory=dict)
    is_drill: bool = False


def respond(place: Workplace, alert: Alert, duty: Duty, company: Company) -> Response:
    """Open an incident for the alert, acknowledge it, and follow its runbook."""
    found = match(alert, duty.pack)
    opened = open_incident(place.journal, place.clock, _opening(alert, found, duty))
    company.watch(opened)
    name = opened.stream.removeprefix("incident/")
    if found.runbook is None:
        _tell(place, company, name, "incident-escalated", {"because": found.because})
        return Response(incident=name, match=found)
    _tell(place, company, name, "incident-acknowledged", {"by": company.name})
    limits = place.settings.limits
    around = surroundings(duty.targets, limits, place.secrets, duty.given, alert.labels)
    findings = concerning(found.runbook, duty.pack.runbooks, duty.pack.findings)
    plan = bind(found.runbook, around, findings)
    flaws = tuple(each for each in plan.findings if each.severity is Severity.ERROR)
    if flaws:
        because = f"{found.runbook.path}: {flaws[0].message}"
        _tell(place, company, name, "incident-escalated", {"because": because})
        return Response(incident=name, match=found, flaws=flaws)
    occasion = Occasion(
        given=duty.given,
        labels=alert.labels,
        incident=name,
        is_drill=duty.is_drill,
        source=_source(duty.pack, found.runbook),
        name=promised_name(place.clock, opened.stream),
    )
    run = _linked_run(place, plan, duty.policy, company, occasion)
    close_incident(place, company, name, run)
    return Response(incident=name, match=found, run=run)


def close_incident(place: Workplace, company: Company, name: str, run: Run) -> None:
    """Say in the incident what its run came to, once; nothing where it is open or only observed.

    Whoever looks after the run again, or at the same time, says nothing twice. Raises JournalError
    where others write to the incident all the time.
    """
    if run.ended_at_ns is None or run.state is RunState.OBSERVED:
        return
    stream = f"incident/{name}"
    for _ in range(TRIES_MAX):
        entries = place.journal.entries(stream)
        said = _said_of(run.id, entries)
        facts = [fact for fact in _ending_of(run) if fact[0] not in said]
        if not facts:
            return
        head = entries[-1].seq if entries else 0
        with suppress(MovedError):
            told = place.journal.append_all(stream, facts[0], _then(facts[1:]), if_head=head)
            for entry in told:
                company.watch(entry)
            return
    raise JournalError(f"{stream} is written to all the time; try it again")


def _then(facts: Sequence[Fact]) -> Follow:
    """What follows the first: an iterator would be used up where the store begins anew."""
    return lambda entry: facts[0] if facts and entry.kind != facts[0][0] else None


def _ending_of(run: Run) -> Sequence[Fact]:
    if run.state is not RunState.RECOVERED:
        because = f"the run ended {run.state.value}: {run.because}"
        return [("incident-escalated", {"run": run.id, "because": because})]
    return [
        ("incident-mitigated", {"run": run.id, "at_ns": run.recovered_at_ns}),
        ("incident-resolved", {"run": run.id, "at_ns": run.ended_at_ns}),
    ]


def _said_of(run: str, entries: Sequence[Entry]) -> frozenset[str]:
    """The kinds that the incident holds of this run; an older version did not name it."""
    linked = (each.seq for each in entries if each.body.get("run") == run)
    began = next(linked, 0)
    return frozenset(
        each.kind for each in entries if each.seq > began and each.body.get("run", run) == run
    )


def _linked_run(
    place: Workplace, plan: Plan, policy: Policy, company: Company, occasion: Occasion
) -> Run:
    """The run, told to its incident before it acts: a crash leaves no run that nobody knows of."""
    name = occasion.incident or ""
    _tell(place, company, name, "run-linked", {"run": occasion.name})
    try:
        return start_run(place, plan, policy, company, occasion)
    except NotRunnableError as error:
        _tell(place, company, name, "incident-escalated", {"because": str(error)})
        raise


def _source(pack: Pack, runbook: Runbook) -> str:
    """The runbook's text, without which a run that is cut off could not go on.

    One that was changed or removed since it was read is not taken for it: then the run is
    followed all the same, and `resume` refuses.
    """
    try:
        return (Path(pack.folder) / runbook.path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _opening(alert: Alert, found: Match, duty: Duty) -> dict[str, object]:
    return {
        "alerts": [alert_body(alert)],
        "runbook": found.runbook.path if found.runbook else None,
        "matched_by": found.matched_by.value,
        "because": found.because,
        "is_drill": duty.is_drill,
    }


def _tell(
    place: Workplace, company: Company, name: str, kind: str, body: Mapping[str, object]
) -> None:
    company.watch(place.journal.append(f"incident/{name}", kind, body))
