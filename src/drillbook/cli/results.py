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


def show_run(run: Run, form: str) -> None:
    """Print how a run ended."""
    if form == "json":
        body = {
            "run": run.id,
            "state": run.state.value,
            "because": run.because,
            "checks": {name: status.value for name, status in run.checks.items()},
            "option": run.option,
            "options_tried": list(run.options_tried),
            "recovered_at_ns": run.recovered_at_ns,
        }
        click.echo(json.dumps(body, indent=2))
        return
    click.echo(f"{run.state.value}: {plain(run.because)} (run {run.id})")
