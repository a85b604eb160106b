"""`drillbook plan`: what a runbook would run, and what stops it."""

import json
from pathlib import Path

import click

from drillbook.cli.exits import FINDINGS, PASSED
from drillbook.cli.findings import finding_body, show_findings
from drillbook.cli.options import (
    format_option,
    input_option,
    pairs_of,
    settings_of,
    settings_option,
)
from drillbook.cli.plain import plain
from drillbook.model.finding import Severity
from drillbook.model.plan import Plan
from drillbook.model.runbook import Step
from drillbook.model.sentence import Expectation
from drillbook.verbs.plan import Wanted, plan_file
from drillbook.verbs.workplace import secrets_of


@click.command("plan")
@click.argument("runbook")
@input_option
@settings_option
@format_option("text", "json")
def command(runbook: str, inputs: tuple[str, ...], config: Path | None, form: str) -> int:
    """Show what RUNBOOK (a file, or FILE#ANCHOR) would run, and what stops it. Runs nothing.

    \b
    Examples:
      drillbook plan runbooks/database.md
      drillbook plan runbooks/all.md#disk-full --input instance=db-1:9187
      drillbook plan runbooks/database.md --format json | jq .steps
    """
    settings = settings_of(config)
    wanted = Wanted(path=runbook, given=pairs_of(inputs))
    plan, findings, _ = plan_file(wanted, settings, secrets_of(settings))
    show_findings(findings)
    if plan is not None:
        click.echo(_json(plan) if form == "json" else "\n".join(plan_lines(plan)))
    is_stopped = any(finding.severity is Severity.ERROR for finding in findings)
    return FINDINGS if is_stopped or plan is None else PASSED


def plan_lines(plan: Plan) -> list[str]:
    """The plan for a person: values, then every step in the order in which it may come."""
    runbook = plan.runbook
    lines = [click.style(plain(runbook.title), bold=True), f"  {plain(runbook.path)}"]
    lines += [f"  input {name} = {plain(value)}" for name, value in plan.values.items()]
    lines += _heading("Checks", "all, in this order")
    for check in runbook.checks:
        healthy = check.healthy or check.unhealthy
        word = "healthy" if check.healthy else "unhealthy"
        lines += _step_lines(plan, check.step, word, healthy)
    lines += _heading("Options", "the first whose When holds and whose Risk is allowed")
    for option in runbook.options:
        when = option.when.text if option.when else "never by itself: it has no When"
        lines += [f"  {click.style(plain(option.title), bold=True)}  ({option.risk.value})"]
        lines += [f"    when {plain(when)}"]
        for step in option.steps:
            lines += _step_lines(plan, step, "expect", step.expect)
    lines += _heading("Verification", "until it holds, or is late")
    for each in runbook.verification:
        lines += _step_lines(plan, each.step, "recovered", each.recovered)
    return lines


def _heading(title: str, what: str) -> list[str]:
    return ["", f"{click.style(title, bold=True)}: {what}"]


def _step_lines(plan: Plan, step: Step, word: str, expect: Expectation | None) -> list[str]:
    planned = plan.steps.get(step.name)
    if planned is None:
        return [f"    {plain(step.name)}: left out (excludeFromRunAll)"]
    again = ", may be repeated" if step.is_idempotent else ""
    head = f"{step.name} on {planned.target.name}, at most {planned.timeout_s:g} s{again}"
    command = [f"      $ {line}" for line in plain(step.command).strip().splitlines()]
    sentence = expect.text if expect else "exit code is 0"
    return [f"    {click.style(plain(head), fg='cyan')}", *command, f"      {word}: {sentence}"]


def _json(plan: Plan) -> str:
    steps = [
        {
            "name": name,
            "language": planned.step.language,
            "command": planned.step.command,
            "target": planned.target.name,
            "timeout_s": planned.timeout_s,
            "is_idempotent": planned.step.is_idempotent,
            "path": planned.step.place.path,
            "line": planned.step.place.line,
        }
        for name, planned in plan.steps.items()
    ]
    body = {
        "runbook": plan.runbook.path,
        "anchor": plan.runbook.anchor,
        "title": plan.runbook.title,
        "hash": plan.hash,
        "values": dict(plan.values),
        "steps": steps,
        "findings": [finding_body(finding) for finding in plan.findings],
    }
    return json.dumps(body, indent=2)
