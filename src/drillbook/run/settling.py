"""A run that was cut off → settled, so that it can go on: nothing is repeated silently.

An intent without an outcome is settled by the traces of its attempt, which count only on the
machine, since the boot and in the folder of the intent. No lock: it never began, so it begins. A
held lock: it still runs, so we wait for it. An exit: its outcome is taken. None of these, or
another machine, boot or folder: it is lost (see `Executor.conclude`).
"""

from collections.abc import Mapping
from typing import Any

from drillbook.model.attempt import Ending, Outcome, TraceKind
from drillbook.model.runbook import Step
from drillbook.run.executor import STOPPED, Executor
from drillbook.run.progress import steps_of
from drillbook.run.traces import is_of_folder, is_of_machine


def settle(executor: Executor) -> None:
    """Settle the open intent of the run, if it has one. A KeyboardInterrupt stops the run."""
    intent = executor.progress.open
    if intent is None:
        return
    executor.hands.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    step = steps_of(executor.plan, executor.progress)[executor.progress.index]
    try:
        if executor.progress.stop and _is_ours(executor, intent):
            # Nobody executed it when somebody wished that it stops: nor do we wait for it.
            executor.stop(executor.progress.stop)
            return
        outcome = _outcome(executor, step, intent)
        executor.conclude(step, int(intent["attempt"]), outcome)
    except KeyboardInterrupt:
        executor.stop(STOPPED)


def _is_ours(executor: Executor, intent: Mapping[str, Any]) -> bool:
    folder = executor.folder_of(int(intent["attempt"]))
    return is_of_machine(intent, executor.origin) and is_of_folder(intent, folder)


def _outcome(executor: Executor, step: Step, intent: Mapping[str, Any]) -> Outcome:
    """What came of the attempt that was begun; LOST where nobody can tell."""
    if not is_of_machine(intent, executor.origin):
        because = "its machine was another or has restarted before its end was known"
        return Outcome(ending=Ending.LOST, because=because)
    attempt = int(intent["attempt"])
    folder = executor.folder_of(attempt)
    if not folder.is_dir():
        because = "the folder with its traces was taken away, so nothing tells its end"
        return Outcome(ending=Ending.LOST, because=because)
    if not is_of_folder(intent, folder):
        because = "its traces lie in another state folder, so nothing here tells its end"
        return Outcome(ending=Ending.LOST, because=because)
    supervisor, on_output = executor.hands.supervisor, executor.hands.on_output
    if supervisor.trace(folder) is TraceKind.ABSENT:
        order = executor.order(step, attempt)
        return executor.outcome_of(step, attempt, lambda: supervisor.perform(order, on_output))
    return executor.outcome_of(step, attempt, lambda: supervisor.attach(folder, on_output))
