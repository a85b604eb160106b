"""Plan → Run: a new run of a runbook, or one that was cut off and goes on (`resume`)."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from drillbook.model.finding import Severity
from drillbook.model.journal import Entry
from drillbook.model.plan import Plan
from drillbook.model.run import Policy, Run
from drillbook.verbs.people.kept_policy import policy_body
from drillbook.verbs.running.executing import Company, execute, wait_for_locks
from drillbook.verbs.running.hiding import (
    NotRunnableError,
    hiding_secret_inputs,
    refuse_plain_secrets,
)
from drillbook.verbs.running.locks import held
from drillbook.verbs.running.names import begin_run
from drillbook.verbs.running.workplace import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Why a run is started: what it was bound to, and the incident it serves.

    `name` is the run's own where one was made for it already, as an incident's link needs it.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    incident: str | None = None
    is_drill: bool = False
    source: str = ""
    name: str = ""


def start_run(
    place: Workplace, plan: Plan, policy: Policy, company: Company, occasion: Occasion
) -> Run:
    """Start a run and follow it to its end, or to a question that nobody is there to answer.

    Then it has no `ended_at_ns`, and `resume_run` asks again. Waits for what its runbook locks.
    Raises NotRunnableError where the plan has flaws.
    """
    place = ready(place, plan)
    body = beginning_body(place, plan, policy, company, occasion)
    taken = begin_run(place.journal, place.clock, "run-started", body, name=occasion.name)
    with held(place.settings.state / "runs", taken.stream.removeprefix("run/"), "run"):
        company.watch(taken)
        wait_for_locks(place, plan, policy, taken, company)
        return execute(place, taken, plan, policy, company)


def resume_run(place: Workplace, name: str, plan: Plan, policy: Policy, company: Company) -> Run:
    """Go on with a run that was cut off. Raises HeldError while somebody executes it here."""
    place = hiding_secret_inputs(place, plan)
    with held(place.settings.state / "runs", name, "run"):
        body = {"by": company.name, "pid": os.getpid()}
        taken = place.journal.append(f"run/{name}", "run-resumed", body)
        company.watch(taken)
        wait_for_locks(place, plan, policy, taken, company)
        return execute(place, taken, plan, policy, company)


def ready(place: Workplace, plan: Plan) -> Workplace:
    """The workplace in which the plan can be run. Raises NotRunnableError where it cannot be."""
    if any(finding.severity is Severity.ERROR for finding in plan.findings):
        raise NotRunnableError(f"{plan.runbook.path} cannot be run as it stands")
    place = hiding_secret_inputs(place, plan)
    refuse_plain_secrets(place, plan)
    return place


def unfinished(place: Workplace) -> list[Entry]:
    """What the runs that have not ended began with, oldest first: see `beginning_of`."""
    streams = place.journal.unended("run/", "run-ended")
    begun = (beginning_of(place.journal.entries(stream)) for stream in streams)
    return [entry for entry in begun if entry is not None]


def beginning_of(entries: Iterable[Entry]) -> Entry | None:
    """The entry that says what the run is of: `run-started`, or `run-requested` before that."""
    kinds = {entry.kind: entry for entry in reversed(tuple(entries))}
    return kinds.get("run-started") or kinds.get("run-requested")


def beginning_body(
    place: Workplace, plan: Plan, policy: Policy, company: Company, occasion: Occasion
) -> dict[str, Any]:
    """The body of the entry `run-started`: all by which the run can be bound again."""
    return {
        "runbook": plan.runbook.path,
        "anchor": plan.runbook.anchor,
        "title": plan.runbook.title,
        "source": place.journal.put_blob(occasion.source.encode()),
        "plan": plan.hash,
        "values": dict(plan.values),
        "given": dict(occasion.given),
        "labels": dict(occasion.labels),
        "policy": policy_body(policy),
        "operator": company.name,
        "incident": occasion.incident,
        "is_drill": occasion.is_drill,
        "locks": list(plan.runbook.locks),
        "pid": os.getpid(),
    }
