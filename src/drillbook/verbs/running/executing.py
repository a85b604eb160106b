"""A run that this process has taken → followed to its end, or to where it must be left open."""

import shutil
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace

from drillbook.model.attempt import LeftError, OnOutput
from drillbook.model.journal import Entry, Watch
from drillbook.model.plan import Plan
from drillbook.model.run import Policy, Question, Reply, Run, UnansweredError
from drillbook.run.executor import Executor, run_of
from drillbook.run.hands import Hands
from drillbook.run.settling import settle
from drillbook.verbs.running.resources import ResourceHeldError, take_locks
from drillbook.verbs.running.secrets import masker
from drillbook.verbs.running.workplace import Workplace

Ask = Callable[[Question], Reply]
LOCK_LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who is there while a run goes: whom to ask, and who watches."""

    ask: Ask
    watch: Watch
    on_output: OnOutput
    name: str = "literal operator"


def execute(place: Workplace, taken: Entry, plan: Plan, policy: Policy, company: Company) -> Run:
    """Settle what a crash left of the run, and follow it; `taken` is the entry that took it.

    A run that waits for a person who is not here, or that was left, has no `ended_at_ns`.
    Raises FencedError where another process has taken it over.
    """
    name = taken.stream.removeprefix("run/")
    hands = _hands(place, name, company)
    executor = Executor(plan, policy, taken.stream, hands, holder=taken.seq)
    with place.attendance.of(executor) if place.attendance else nullcontext():
        try:
            settle(executor)
            run = executor.go()
        except (UnansweredError, LeftError):
            return run_of(executor.stream, executor.progress)
    # The traces have done their work: all that they said is in the journal.
    shutil.rmtree(place.attempts(name), ignore_errors=True)
    return run


def wait_for_locks(
    place: Workplace, plan: Plan, policy: Policy, taken: Entry, company: Company
) -> None:
    """Wait until the run holds all that its runbook locks; whoever watches is told who has it.

    Ends at once where somebody wishes that the run stops. A run of the Checks alone locks
    nothing.
    """
    if policy.checks_only:
        return
    told = None
    name = taken.stream.removeprefix("run/")
    while True:
        try:
            take_locks(place.journal, plan.runbook.locks, name, company.name)
        except ResourceHeldError as error:
            if told != error.holder:
                told = error.holder
                body = {"lock": told.name, "run": told.run, "by": told.by}
                company.watch(
                    place.journal.append(taken.stream, "lock-awaited", body, holder=taken.seq)
                )
        else:
            return
        try:
            place.clock.sleep(LOCK_LOOK_EVERY_S)
        except KeyboardInterrupt:
            # The run has begun, so that it stops is journaled as for any other.
            place.journal.append(taken.stream, "cancel-requested", {"by": company.name})
        since = place.journal.entries(taken.stream, after=taken.seq)
        if any(entry.kind == "cancel-requested" for entry in since):
            return


def _hands(place: Workplace, name: str, company: Company) -> Hands:
    hide = masker(place.masks)

    def ask(question: Question) -> Reply:
        return company.ask(replace(question, detail=hide(question.detail)))

    return Hands(
        journal=place.journal,
        clock=place.clock,
        supervisor=place.supervisor,
        folder=place.attempts(name),
        ask=ask,
        watch=company.watch,
        on_output=company.on_output,
        masks=place.masks,
        limits=place.settings.limits,
        slot=place.slot,
    )
