"""A run that was cut off → settled, so that it can go on: nothing is repeated silently.

An intent without an outcome is settled by the traces of its attempt, which count only on the
machine and since the boot of the intent. No lock: it never began, so it begins. A held lock: it
still runs, so we wait for it. An exit: its outcome is taken. None of these, or another machine
or boot: what may be repeated (Checks, Verifications, idempotent steps) is, as a new attempt;
any other is unknown and waits for a person.
"""

from collections.abc import Mapping
from typing import Any

from drillbook.model.attempt import Origin, TraceKind
from drillbook.model.run import Part
from drillbook.model.runbook import Step
from drillbook.run.executor import Executor
from drillbook.run.progress import steps_of


def settle(executor: Executor) -> None:
    """Settle the open intent of the run, if it has one."""
    intent = executor.progress.open
    if intent is None:
        return
    step = steps_of(executor.plan, executor.progress)[executor.progress.index]
    attempt = int(intent["attempt"])
    if _is_ours(executor, intent):
        trace = executor.hands.supervisor.trace(executor.folder_of(attempt))
    else:
        trace = None
    match trace:
        case TraceKind.ABSENT:
            order = executor.order(step, attempt)
            outcome = executor.hands.supervisor.perform(order, executor.hands.on_output)
            executor.finish(step, attempt, outcome)
        case TraceKind.RUNNING | TraceKind.FINISHED:
            folder = executor.folder_of(attempt)
            outcome = executor.hands.supervisor.attach(folder, executor.hands.on_output)
            executor.finish(step, attempt, outcome)
        case _:
            _give_up(executor, step, intent, is_here=trace is not None)


def _is_ours(executor: Executor, intent: Mapping[str, Any]) -> bool:
    origin = executor.hands.supervisor.origin()
    return origin == Origin(host=str(intent["host"]), boot_id=str(intent["boot_id"]))


def _give_up(executor: Executor, step: Step, intent: Mapping[str, Any], *, is_here: bool) -> None:
    """The attempt's end is not known: again where that is safe, else a person decides."""
    attempt = int(intent["attempt"])
    ended = executor.hands.supervisor.end_remains(executor.folder_of(attempt)) if is_here else 0
    where = "its supervisor died" if is_here else "its machine was another or has restarted"
    remains = f"; {ended} processes of it were ended" if ended else ""
    body = {
        "step": step.name,
        "attempt": attempt,
        "because": f"`{step.name}` was begun and {where} before its end was known{remains}",
    }
    observes = intent["part"] in (Part.CHECK.value, Part.VERIFICATION.value)
    may_repeat = observes or step.is_idempotent
    executor.record("step-abandoned" if may_repeat else "step-lost", body)
