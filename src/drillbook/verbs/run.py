"""Plan → Run: a new run of a runbook, or one that was cut off and goes on (`resume`)."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from drillbook.journal.masked import MaskedJournal
from drillbook.model.attempt import Ending, LeftError, OnOutput
from drillbook.model.finding import Severity
from drillbook.model.journal import Entry, Watch
from drillbook.model.plan import Plan
from drillbook.model.run import (
    Answer,
    Part,
    Policy,
    Question,
    Reply,
    Run,
    RunState,
    StepResult,
    UnansweredError,
)
from drillbook.model.sentence import CheckStatus, Risk
from drillbook.run.executor import Executor, run_of
from drillbook.run.hands import Hands
from drillbook.run.settling import settle
from drillbook.verbs.locks import held
from drillbook.verbs.names import new_name
from drillbook.verbs.secrets import masker
from drillbook.verbs.workplace import Workplace

Ask = Callable[[Question], Reply]


# The words by which a run is told in its journal, and read again after a crash.
_VOCABULARY = (Answer, CheckStatus, Ending, Part, Risk, RunState, StepResult)


class NotRunnableError(Exception):
    """The plan has flaws that stop it, which are in `plan.findings`, or a secret is too plain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who is there while a run goes: whom to ask, and who watches."""

    ask: Ask
    watch: Watch
    on_output: OnOutput
    name: str = "literal operator"


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

    Then it has no `ended_at_ns`, and `resume_run` asks again. Raises NotRunnableError where the
    plan has flaws.
    """
    if any(finding.severity is Severity.ERROR for finding in plan.findings):
        raise NotRunnableError(f"{plan.runbook.path} cannot be run as it stands")
    place = _hiding_secret_inputs(place, plan)
    _refuse_plain_secrets(place, plan)
    name = occasion.name or new_name(place.clock)
    with held(place.settings.state / "runs", name, "run"):
        body = _beginning(place, plan, policy, company, occasion)
        taken = place.journal.append(f"run/{name}", "run-started", body)
        company.watch(taken)
        return _follow(place, taken, plan, policy, company)


def resume_run(place: Workplace, name: str, plan: Plan, policy: Policy, company: Company) -> Run:
    """Go on with a run that was cut off. Raises HeldError while somebody executes it."""
    place = _hiding_secret_inputs(place, plan)
    with held(place.settings.state / "runs", name, "run"):
        body = {"by": company.name, "pid": os.getpid()}
        taken = place.journal.append(f"run/{name}", "run-resumed", body)
        company.watch(taken)
        return _follow(place, taken, plan, policy, company)


def unfinished(place: Workplace) -> list[Entry]:
    """The first entries of all runs that have begun and not ended, oldest first."""
    found = []
    for stream in place.journal.streams("run/"):
        entries = place.journal.entries(stream)
        if entries and all(entry.kind != "run-ended" for entry in entries):
            found.append(entries[0])
    return found


def policy_of(body: Mapping[str, Any]) -> Policy:
    """The policy that a run was started with."""
    return Policy(
        allowed=Risk(body["policy"]["allowed"]),
        asks=frozenset(Risk(risk) for risk in body["policy"]["asks"]),
    )


def _hiding_secret_inputs(place: Workplace, plan: Plan) -> Workplace:
    """The same workplace, where this plan's secret inputs are masked as configured secrets are."""
    own = {
        f"input {name.lower()}": planned.env[name]
        for planned in plan.steps.values()
        for name in planned.secret_names
    }
    secrets = {**place.secrets, **own}
    journal = MaskedJournal(place.journal, masker(secrets.values()))
    return replace(place, secrets=secrets, journal=journal) if own else place


def _refuse_plain_secrets(place: Workplace, plan: Plan) -> None:
    """A secret that is part of a name would garble the journal, and show by its absence."""
    words = tuple(_words_of(plan))
    for name, value in place.secrets.items():
        if value and any(value in word for word in words):
            raise NotRunnableError(
                f"secret `{name}`: its value is part of a name in {plan.runbook.path} or of an "
                "ordinary word, so it cannot be masked; make it a longer and less likely one"
            )


def _words_of(plan: Plan) -> Iterator[str]:
    for kind in _VOCABULARY:
        yield from (each.value for each in kind)
    yield from plan.steps
    yield from (option.anchor for option in plan.runbook.options)
    yield from (item.name for item in plan.runbook.inputs)


def _follow(place: Workplace, taken: Entry, plan: Plan, policy: Policy, company: Company) -> Run:
    name = taken.stream.removeprefix("run/")
    hide = masker(place.masks)

    def ask(question: Question) -> Reply:
        return company.ask(replace(question, detail=hide(question.detail)))

    hands = Hands(
        journal=place.journal,
        clock=place.clock,
        supervisor=place.supervisor,
        folder=place.attempts(name),
        ask=ask,
        watch=company.watch,
        on_output=company.on_output,
        masks=place.masks,
        limits=place.settings.limits,
    )
    executor = Executor(plan, policy, taken.stream, hands, holder=taken.seq)
    try:
        settle(executor)
        run = executor.go()
    except (UnansweredError, LeftError):
        return run_of(executor.stream, executor.progress)
    # The traces have done their work: all that they said is in the journal.
    shutil.rmtree(place.attempts(name), ignore_errors=True)
    return run


def _beginning(
    place: Workplace, plan: Plan, policy: Policy, company: Company, occasion: Occasion
) -> dict[str, Any]:
    return {
        "runbook": plan.runbook.path,
        "anchor": plan.runbook.anchor,
        "title": plan.runbook.title,
        "source": place.journal.put_blob(occasion.source.encode()),
        "plan": plan.hash,
        "values": dict(plan.values),
        "given": dict(occasion.given),
        "labels": dict(occasion.labels),
        "policy": {
            "allowed": policy.allowed.value,
            "asks": sorted(risk.value for risk in policy.asks),
        },
        "operator": company.name,
        "incident": occasion.incident,
        "is_drill": occasion.is_drill,
        "pid": os.getpid(),
    }
