"""Runs and Verdicts → what is printed on standard output, and the exit code."""

import json

import click

from drillbook.cli.exits import FINDINGS, INTERRUPTED, PASSED, UNKNOWN
from drillbook.model.run import Run, RunState
from drillbook.model.sentence import CheckStatus
from drillbook.model.verdict import VerdictState
from drillbook.report.plain import plain

OF_VERDICT = {
    VerdictState.PASSED: PASSED,
    VerdictState.FAILED: FINDINGS,
    VerdictState.UNKNOWN: UNKNOWN,
}

_CODES = {
    RunState.RECOVERED: PASSED,
    RunState.ESCALATED: FINDINGS,
    RunState.UNKNOWN: UNKNOWN,
    RunState.CANCELLED: INTERRUPTED,
    RunState.SUCCEEDED: PASSED,
    RunState.UNDONE: FINDINGS,
    RunState.STOPPED: FINDINGS,
}

_AT_TERMINAL = "go on with `drillbook resume {run}` at a terminal"
_OPEN = {
    # What --yes approves is a step; whether a lost one happened only a person can say.
    RunState.ASKING: f"nobody can answer here; {_AT_TERMINAL}, or with --yes",
    RunState.APPROVING: (
        "it needs the approval of others: `drillbook approve {run}`; "
        "then go on with `drillbook resume {run}`"
    ),
    RunState.GUIDING: f"it is open; {_AT_TERMINAL}",
}


def run_code(run: Run) -> int:
    """The exit code that a run's end comes to."""
    if run.state is RunState.OBSERVED:
        return _observed_code(run)
    return _CODES.get(run.state, UNKNOWN)


def _observed_code(run: Run) -> int:
    """Of Checks alone: whether they found something, or could not look."""
    found = set(run.checks.values())
    if run.would_choose is not None or CheckStatus.UNHEALTHY in found:
        return FINDINGS
    return UNKNOWN if CheckStatus.UNKNOWN in found or not found else PASSED


def _because(run: Run) -> str:
    """Why it ended so; where it is open, how it can go on."""
    if run.ended_at_ns is not None:
        return run.because
    said = _OPEN.get(run.state, f"nobody can answer here; {_AT_TERMINAL}")
    return said.format(run=run.id)


def show_run(run: Run, form: str) -> None:
    """Print how a run ended, or that it is open."""
    because = _because(run)
    if form == "json":
        body = {
            "run": run.id,
            "state": run.state.value,
            "because": because,
            "checks": {name: status.value for name, status in run.checks.items()},
            "option": run.option,
            "would_choose": run.would_choose,
            "options_tried": list(run.options_tried),
            "undone": list(run.undone),
            "recovered_at_ns": run.recovered_at_ns,
        }
        click.echo(json.dumps(body, indent=2))
        return
    click.echo(f"{run.state.value}: {plain(because)} (run {run.id})")
