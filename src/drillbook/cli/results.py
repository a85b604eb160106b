"""Runs and Verdicts → what is printed on standard output, and the exit code."""

import json

import click

from drillbook.cli.exits import FINDINGS, INTERRUPTED, PASSED, UNKNOWN
from drillbook.cli.plain import plain
from drillbook.model.run import Run, RunState
from drillbook.model.verdict import VerdictState

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
}


def run_code(run: Run) -> int:
    """The exit code that a run's end comes to."""
    return _CODES.get(run.state, UNKNOWN)


def _because(run: Run) -> str:
    """Why it ended so; where it is open, how it can go on."""
    if run.ended_at_ns is not None:
        return run.because
    how = f"go on with `drillbook resume {run.id}` at a terminal"
    # What --yes approves is a step; whether a lost one happened only a person can say.
    how += ", or with --yes" if run.state is RunState.ASKING else ""
    return f"nobody can answer here; {how}"


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
            "options_tried": list(run.options_tried),
            "recovered_at_ns": run.recovered_at_ns,
        }
        click.echo(json.dumps(body, indent=2))
        return
    click.echo(f"{run.state.value}: {plain(because)} (run {run.id})")
