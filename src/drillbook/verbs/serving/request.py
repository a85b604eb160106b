"""Somebody asks a server for a run → its first entry and a job; a runner takes it → the Run."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from drillbook.model.engine import SITE, Engine, Job
from drillbook.model.finding import Severity
from drillbook.model.journal import Entry, Fact, MovedError
from drillbook.model.people import Caller
from drillbook.model.plan import Plan
from drillbook.model.run import Policy, Run, RunState
from drillbook.read.markdown.runbook import read_runbooks
from drillbook.verbs.people.kept_policy import policy_body, policy_of
from drillbook.verbs.plan import Wanted, choose, plan_text
from drillbook.verbs.respond import close_incident
from drillbook.verbs.resume import CannotResumeError, plan_again, unkept_secret
from drillbook.verbs.run import Occasion, beginning_body, beginning_of, ready
from drillbook.verbs.running.executing import Company, execute
from drillbook.verbs.running.hiding import NotRunnableError, hiding_secret_inputs
from drillbook.verbs.running.locks import held
from drillbook.verbs.running.names import begin_run
from drillbook.verbs.running.open_step import end_open_step
from drillbook.verbs.running.resources import take_locks
from drillbook.verbs.running.secrets import masker
from drillbook.verbs.running.workplace import Workplace

KIND = "run"
TRIES_MAX = 20
# In all of these a run that has begun is the one that a server was asked for.
AS_ASKED = ("runbook", "anchor", "source", "given", "labels", "policy", "incident", "is_drill")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """A run that somebody asks for.

    `source` is the runbook file's text; the runner of `site` binds it with its own targets and
    secrets. `name` is the run's where one was made for it already.
    """

    wanted: Wanted
    source: str
    caller: Caller
    policy: Policy = field(default_factory=Policy)
    site: str = SITE
    incident: str | None = None
    name: str = ""


def job_of(run: str, site: str) -> Job:
    """The job by which a runner of the site looks after the run; harmless when done twice."""
    return Job(key=f"run/{run}", kind=KIND, site=site, args={"run": run})


def request_run(place: Workplace, engine: Engine, requested: Requested) -> str:
    """Journal what is asked for, and have a runner see to it; the run's name.

    Whether the caller may ask is decided before. Raises MovedError where a run of the name that
    is given is there already, NotRunnableError where there is no such
    runbook in the text, a secret input is given by hand (the journal would hold it), or a secret's
    value is part of the text (the journal would hold another text).
    """
    wanted = requested.wanted
    path, _, anchor = wanted.path.partition("#")
    runbooks, findings = read_runbooks(requested.source, path)
    runbook, missing = choose(runbooks, path, anchor, findings)
    if runbook is None:
        flaws = (*missing, *findings)
        why = flaws[0].message if flaws else f"{path} holds no runbook"
        raise NotRunnableError(f"{why}; name a runbook of the pack")
    if secret := unkept_secret(runbook, wanted.given):
        raise NotRunnableError(
            f"input `{secret}` is secret, and a run that a runner takes would have it in the "
            "journal; give it `from: secret.NAME`, and configure the secret where it runs"
        )
    if masker(place.masks)(requested.source) != requested.source:
        raise NotRunnableError(
            f"the value of a secret is part of the text of {path}, so the journal would keep "
            "another text than the one that is to be followed; take it out of the runbook, or make "
            "the secret a less likely one"
        )
    body = {
        "runbook": runbook.path,
        "anchor": runbook.anchor,
        "title": runbook.title,
        "source": place.journal.put_blob(requested.source.encode()),
        "given": dict(wanted.given),
        "labels": dict(wanted.labels),
        "policy": policy_body(requested.policy),
        "requested_by": requested.caller.name,
        "operator": requested.caller.name,
        "token": requested.caller.token,
        "site": requested.site,
        "incident": requested.incident,
        "is_drill": False,
    }
    journal, clock = place.journal, place.clock
    entry = begin_run(journal, clock, "run-requested", body, name=requested.name)
    name = entry.stream.removeprefix("run/")
    engine.submit(job_of(name, requested.site))
    return name


def take_run(place: Workplace, name: str, company: Company) -> Run:
    """Begin the run, or go on with it, up to its end or to where it waits for a person.

    One that has ended already is only told of. Raises ResourceHeldError where another run holds
    what its runbook locks: take it again later. Raises HeldError while another process on this
    machine executes it, FencedError where another machine's has taken it over, CannotResumeError
    where it would not run as it did.
    """
    with held(place.settings.state / "runs", name, "run"):
        for _ in range(TRIES_MAX):
            try:
                run, incident = _taken(place, name, company)
            except MovedError:
                continue  # somebody spoke, or took it, between our look and our word
            if incident:
                close_incident(place, company, incident, run)
            return run
    raise CannotResumeError(f"run {name} is written to all the time; take it again")


def _taken(place: Workplace, name: str, company: Company) -> tuple[Run, str]:
    entries = place.journal.entries(f"run/{name}")
    beginning = beginning_of(entries)
    if beginning is None:
        raise CannotResumeError(f"there is no run {name}; `drillbook runs` lists what there is")
    incident = str(beginning.body.get("incident") or "")
    if ended := next((each for each in entries if each.kind == "run-ended"), None):
        return _ended(name, ended), incident
    if beginning.kind == "run-started":
        return _gone_on(place, entries, beginning, company), incident
    return _begun(place, entries, beginning, company), incident


def _refuse_other(asked: Entry, began: Entry) -> None:
    """Raise CannotResumeError where a server was not asked for just this.

    A runner may begin runs and not ask for them: what one machine begins, another would perform.
    """
    name = began.stream.removeprefix("run/")
    if asked.kind != "run-requested":
        raise CannotResumeError(
            f"run {name} was asked of no server; go on with it by `drillbook resume`"
        )
    other = [each for each in AS_ASKED if began.body.get(each) != asked.body.get(each)]
    if other:
        raise CannotResumeError(
            f"run {name} was begun with another {other[0]} than was asked for; "
            "start a new run, and look who wrote that"
        )


def _begun(place: Workplace, entries: Sequence[Entry], asked: Entry, company: Company) -> Run:
    wish = _wish(entries)
    if wish:
        return _end(place, entries, "stopped", RunState.CANCELLED, wish)
    body = asked.body
    source = place.journal.blob(body["source"])
    text = "" if source is None else source.decode(errors="replace")
    wanted = Wanted(path=_path(asked), given=body["given"], labels=body["labels"])
    plan = plan_text(text, wanted, place.settings, place.secrets)
    why = _flaw(plan, asked)
    if plan is None or why:
        return _end(place, entries, "not-runnable", RunState.UNKNOWN, why)
    try:
        place = ready(place, plan)
    except NotRunnableError as error:
        return _end(place, entries, "not-runnable", RunState.UNKNOWN, str(error))
    policy = policy_of(body)
    _lock(place, plan, policy, asked)
    occasion = Occasion(
        given=body["given"], labels=body["labels"], incident=body["incident"], source=text
    )
    started = beginning_body(place, plan, policy, company, occasion)
    taken = _take(place, entries, ("run-started", started), company)
    return execute(place, taken, plan, policy, company)


def _gone_on(place: Workplace, entries: Sequence[Entry], began: Entry, company: Company) -> Run:
    try:
        _refuse_other(entries[0], began)
        plan = plan_again(place, began)
    except CannotResumeError as error:
        if wish := _wish(entries):
            # Nothing more is run, so it need not be bound; what a step did nobody can say.
            left = end_open_step(place, entries)
            because = f"{wish}; {left}{'; ' if left else ''}it could not go on: {error}"
            return _end(place, entries, "stopped", RunState.UNKNOWN, because)
        raise
    policy = policy_of(began.body)
    if not _wish(entries):
        _lock(place, plan, policy, began)
    fact = ("run-resumed", {"by": company.name, "pid": os.getpid()})
    taken = _take(place, entries, fact, company)
    return execute(hiding_secret_inputs(place, plan), taken, plan, policy, company)


def _take(place: Workplace, entries: Sequence[Entry], fact: Fact, company: Company) -> Entry:
    """The entry by which this process takes the run. Raises MovedError where others spoke."""
    taken = place.journal.append(entries[-1].stream, *fact, if_head=entries[-1].seq)
    company.watch(taken)
    return taken


def _lock(place: Workplace, plan: Plan, policy: Policy, began: Entry) -> None:
    if not policy.checks_only:
        by = str(began.body.get("requested_by") or began.body["operator"])
        take_locks(place.journal, plan.runbook.locks, began.stream.removeprefix("run/"), by)


def _end(
    place: Workplace, entries: Sequence[Entry], kind: str, state: RunState, because: str
) -> Run:
    """End a run that nobody executes, and that nothing was bound of."""
    stream = entries[-1].stream
    ended = place.journal.append_all(
        stream,
        (kind, {"because": because}),
        lambda entry: (
            ("run-ended", {"state": state.value, "because": because})
            if entry.kind == kind
            else None
        ),
        if_head=entries[-1].seq,
    )
    place.journal.anchor(stream)
    return _ended(stream.removeprefix("run/"), ended[-1])


def _ended(name: str, entry: Entry) -> Run:
    return Run(
        id=name,
        state=RunState(entry.body["state"]),
        because=str(entry.body["because"]),
        recovered_at_ns=entry.body.get("recovered_at_ns"),
        ended_at_ns=entry.at_ns,
    )


def _wish(entries: Sequence[Entry]) -> str:
    """Who wishes that it stops, and why; empty where nobody does."""
    for entry in entries:
        if entry.kind == "cancel-requested":
            because = entry.body.get("because")
            return f"{entry.body.get('by')} stopped it{f': {because}' if because else ''}"
    return ""


def _flaw(plan: Plan | None, asked: Entry) -> str:
    if plan is None:
        return f"{asked.body['runbook']} is not in the text that was asked for"
    flaws = [each for each in plan.findings if each.severity is Severity.ERROR]
    return f"{asked.body['runbook']}: {flaws[0].message}" if flaws else ""


def _path(asked: Entry) -> str:
    runbook, anchor = str(asked.body["runbook"]), str(asked.body["anchor"])
    return f"{runbook}#{anchor}" if anchor else runbook
