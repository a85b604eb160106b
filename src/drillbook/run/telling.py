"""Outcome → the body of the entry `step-finished`: what was said, and what it means."""

from collections.abc import Callable
from typing import Any

from drillbook.model.attempt import Ending, Outcome
from drillbook.model.plan import Plan
from drillbook.model.run import RunState, StepResult
from drillbook.model.runbook import Step
from drillbook.model.sentence import CheckStatus
from drillbook.run.actions.registry import ACTIONS
from drillbook.run.capture import take
from drillbook.run.evaluate import judge_check, judge_step
from drillbook.run.progress import Progress, checks_of, expectation_of

# What stands in the journal's entry itself; a longer output is kept whole as a blob beside it.
OUTPUT_CHARACTERS_MAX = 4_000

_RESULT_OF_STATUS = {
    CheckStatus.HEALTHY: StepResult.MET,
    CheckStatus.UNHEALTHY: StepResult.NOT_MET,
    CheckStatus.UNKNOWN: StepResult.UNKNOWN,
}


def outcome_body(
    plan: Plan,
    progress: Progress,
    step: Step,
    outcome: Outcome,
    put_blob: Callable[[bytes], str],
) -> dict[str, Any]:
    """All that is worth keeping of an outcome, with its meaning and its captures."""
    body: dict[str, Any] = {
        "step": step.name,
        **(progress.open or {}),
        "ending": outcome.ending.value,
        "exit_code": outcome.exit_code,
        "signal": outcome.signal,
        "output_bytes": outcome.output_bytes,
        "is_cut": outcome.is_cut,
        "missing": list(outcome.missing),
        "survivors": list(outcome.survivors),
        "started_at_ns": outcome.started_at_ns,
        "ended_at_ns": outcome.ended_at_ns,
    }
    body.update(_meaning(plan, progress, step, outcome))
    body.update(_output(outcome.output, put_blob))
    taken = {capture.name: take(capture, outcome) for capture in step.captures}
    body["captures"] = {name: value for name, value in taken.items() if value is not None}
    if _ended_well(outcome):
        exported = {name.lower(): value for name, value in outcome.exports.items()}
        body["captures"] = {**exported, **body["captures"]}
    return body


def _ended_well(outcome: Outcome) -> bool:
    """Only then a variable is what the script meant it to be."""
    return outcome.ending is Ending.EXITED and outcome.exit_code == 0 and not outcome.missing


def _without_exports(step: Step, outcome: Outcome) -> str:
    """Why later steps would be without what they count on; empty where nothing is missing."""
    absent = [name for name in step.exports if name not in outcome.exports]
    if not absent or not _ended_well(outcome):
        return ""
    return (
        f"{', '.join(absent)} had no value at its end that could be kept: none, "
        "one of over 4096 bytes, or no text"
    )


def _meaning(plan: Plan, progress: Progress, step: Step, outcome: Outcome) -> dict[str, Any]:
    says_nothing = ACTIONS[step.language].SAYS_NOTHING
    absent = _without_exports(step, outcome)
    if progress.state is RunState.CHECKING:
        check = next(each for each in checks_of(plan) if each.step.name == step.name)
        status, because = judge_check(check, outcome, says_nothing)
        if absent:
            status, because = CheckStatus.UNKNOWN, absent
        result = _RESULT_OF_STATUS[status]
        return {"status": status.value, "result": result.value, "because": because}
    result, because = judge_step(expectation_of(plan, progress), outcome, says_nothing)
    if absent and result is not StepResult.NOT_MET:
        result, because = StepResult.UNKNOWN, absent
    return {"result": result.value, "because": because}


def _output(output: str, put_blob: Callable[[bytes], str]) -> dict[str, Any]:
    if len(output) <= OUTPUT_CHARACTERS_MAX:
        return {"output": output}
    half = OUTPUT_CHARACTERS_MAX // 2
    left_out = len(output) - 2 * half
    shown = f"{output[:half]}\n… {left_out} characters left out …\n{output[-half:]}"
    return {"output": shown, "output_blob": put_blob(output.encode(errors="replace"))}
