"""The journal of a run that was cut off + its text → the same run, gone on with."""

from collections.abc import Mapping

from drillbook.model.journal import Entry
from drillbook.model.people import Caller
from drillbook.model.plan import Plan
from drillbook.model.run import Run
from drillbook.model.runbook import Runbook
from drillbook.verbs.people.kept_policy import policy_of
from drillbook.verbs.people.policy import refuse_going_on
from drillbook.verbs.plan import Wanted, plan_text
from drillbook.verbs.respond import close_incident
from drillbook.verbs.run import beginning_of, resume_run
from drillbook.verbs.running.executing import Company
from drillbook.verbs.running.seat import seat_of
from drillbook.verbs.running.workplace import Workplace
from drillbook.verbs.serving.leftovers import close_incident_of, tidy


class CannotResumeError(Exception):
    """Why a run cannot go on; the message says the cure."""


def resume(place: Workplace, name: str, company: Company, caller: Caller | None = None) -> Run:
    """Go on with run `name`, and end the incident that it serves as `respond` does.

    What crashes left of runs that have ended is seen to first. `caller` is who sits there; None
    where nobody does. Raises CannotResumeError, NotPermittedError where the caller could not have
    started it, or what `resume_run` raises.
    """
    tidy(place, company)
    entries = place.journal.entries(f"run/{name}")
    if not entries:
        raise CannotResumeError(f"there is no run {name}; `drillbook resume` lists what there is")
    if any(entry.kind == "run-ended" for entry in entries):
        close_incident_of(place, company, name)
        raise CannotResumeError(f"run {name} has ended; start a new one with `drillbook run`")
    beginning = beginning_of(entries)
    if beginning is None or beginning.kind != "run-started":
        raise CannotResumeError(
            f"run {name} has not begun: a runner of its site takes it; look at `drillbook runs`"
        )
    if beginning.body["is_drill"]:
        raise CannotResumeError(
            f"run {name} is part of a drill; clean up with `drillbook drill --revert`"
        )
    plan, policy = plan_again(place, beginning), policy_of(beginning.body)
    if caller is not None:
        refuse_going_on(place.settings, caller, plan.runbook, policy)
    with seat_of(place, name):
        run = resume_run(place, name, plan, policy, company)
    if incident := beginning.body.get("incident"):
        close_incident(place, company, str(incident), run)
    return run


def plan_again(place: Workplace, beginning: Entry) -> Plan:
    """The plan that the run was started with, bound anew. It must come out the same.

    Raises CannotResumeError.
    """
    body = beginning.body
    source = place.journal.blob(body["source"])
    if source is None:
        raise CannotResumeError(
            f"the text of {body['runbook']} was erased from the journal; start a new run"
        )
    path = f"{body['runbook']}#{body['anchor']}" if body["anchor"] else body["runbook"]
    wanted = Wanted(path=path, given=body["given"], labels=body["labels"])
    plan = plan_text(source.decode(errors="replace"), wanted, place.settings, place.secrets)
    secret = unkept_secret(plan.runbook, body["given"]) if plan else None
    if secret is not None:
        raise CannotResumeError(
            f"input `{secret}` is secret and was given by hand or by the alert, so the journal "
            "does not hold it; start a new run"
        )
    if plan is None or plan.hash != body["plan"]:
        raise CannotResumeError(
            f"{body['runbook']} would not run as it did: its targets, inputs or environment have "
            "changed since; set them back, or start a new run"
        )
    return plan


def unkept_secret(runbook: Runbook, given: Mapping[str, str]) -> str | None:
    """An input whose value the journal holds only masked; None where there is none."""
    for item in runbook.inputs:
        place = (item.source or "").partition(".")[0]
        if (item.is_secret or place == "secret") and (item.name in given or place == "label"):
            return item.name
    return None
