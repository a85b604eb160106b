"""`drillbook plan`: what a runbook would run, and what stops it."""

import json
from collections.abc import Iterable
from dataclasses import replace
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
from drillbook.cli.voice import say
from drillbook.model.finding import Finding, Severity
from drillbook.model.plan import Plan
from drillbook.model.runbook import Check, Kind, Option, Step
from drillbook.model.sentence import Expectation, Risk
from drillbook.report.plain import plain
from drillbook.verbs.plan import Wanted, plan_file
from drillbook.verbs.running.secrets import masker, secrets_of

_HEADS = (
    ("Checks", "all, in this order"),
    ("Options", "the first whose When holds and whose Risk is allowed"),
    ("Verification", "until it holds, or is late"),
)
_HEADS_OF_PROCEDURES = (
    ("Gates", "all must be healthy, or it does not begin"),
    ("Stages", "all, in this order; held up, the Undo of those begun, the last first"),
    ("Verification", "until it holds, or is late; then the Undo of all"),
)


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
    secrets = secrets_of(settings, tell=say)
    # A secret may stand in a command, or in a target's setting that is no secret input.
    hide = masker([*secrets.values(), *(json.dumps(each)[1:-1] for each in secrets.values())])
    plan, findings, _ = plan_file(wanted, settings, secrets)
    show_findings(replace(each, message=hide(each.message)) for each in findings)
    if form == "json":
        click.echo(hide(_json(runbook, plan, findings)))
    elif plan is not None:
        click.echo(hide("\n".join(plan_lines(plan))))
    is_stopped = any(finding.severity is Severity.ERROR for finding in findings)
    return FINDINGS if is_stopped or plan is None else PASSED


def plan_lines(plan: Plan) -> list[str]:
    """The plan for a person: values, then every step in the order in which it may come."""
    runbook = plan.runbook
    lines = [click.style(plain(runbook.title), bold=True), f"  {plain(runbook.path)}"]
    lines += [f"  input {name} = {plain(value)}" for name, value in plan.values.items()]
    is_procedure = runbook.kind is Kind.PROCEDURE
    heads = _HEADS_OF_PROCEDURES if is_procedure else _HEADS
    lines += _heading(*heads[0])
    lines += _or_none([line for check in runbook.checks for line in _check_lines(plan, check)])
    lines += _heading(*heads[1])
    lines += _or_none([line for each in runbook.options for line in _option_lines(plan, each)])
    lines += _heading(*heads[2])
    verification = [
        line
        for each in runbook.verification
        for line in _step_lines(plan, each.step, _sentences(recovered=each.recovered))
    ]
    return lines + _or_none(verification)


def _check_lines(plan: Plan, check: Check) -> list[str]:
    said = _sentences(healthy=check.healthy, unhealthy=check.unhealthy)
    silent = ["nothing says what is healthy: it stays unknown"]
    return _step_lines(plan, check.step, said or silent)


def _option_lines(plan: Plan, option: Option) -> list[str]:
    is_procedure = plan.runbook.kind is Kind.PROCEDURE
    silent = "its turn has come" if is_procedure else "it is left to people: it has no When"
    when = option.when.text.strip() if option.when else silent
    lines = [
        f"  {click.style(plain(option.title), bold=True)}  ({option.risk.value})",
        f"    when {plain(when)}",
    ]
    if option.loses:
        lines.append(f"    loses {plain(option.loses.text.strip())}")
    lines += _steps_lines(plan, option.steps)
    if is_procedure and option.undo:
        lines += ["    undo", *_steps_lines(plan, option.undo)]
    elif is_procedure and option.steps and option.risk is not Risk.NONE:
        lines += ["    undo: none, so a person looks after it where the procedure stops"]
    return lines


def _steps_lines(plan: Plan, steps: Iterable[Step]) -> list[str]:
    return [
        line
        for step in steps
        for line in _step_lines(
            plan, step, _sentences(expect=step.expect) or ["expect: exit code is 0"]
        )
    ]


def _sentences(**said: Expectation | None) -> list[str]:
    return [f"{word}: {plain(each.text.strip())}" for word, each in said.items() if each]


def _heading(title: str, what: str) -> list[str]:
    return ["", f"{click.style(title, bold=True)}: {what}"]


def _or_none(lines: list[str]) -> list[str]:
    return lines or ["  none"]


def _step_lines(plan: Plan, step: Step, sentences: list[str]) -> list[str]:
    planned = plan.steps.get(step.name)
    if planned is None:
        return [f"    {plain(step.name)}: left out (excludeFromRunAll)"]
    again = ", may be repeated" if step.is_idempotent else ""
    head = f"{step.name} on {planned.target.name}, at most {planned.timeout_s:g} s{again}"
    command = [f"      $ {line}" for line in plain(step.command).strip().splitlines()]
    said = [f"      {sentence}" for sentence in sentences]
    return [f"    {click.style(plain(head), fg='cyan')}", *command, *said]


def _stages(plan: Plan | None) -> Iterable[Option]:
    is_procedure = plan is not None and plan.runbook.kind is Kind.PROCEDURE
    return plan.runbook.options if plan is not None and is_procedure else ()


def _stage(option: Option) -> dict[str, object]:
    return {
        "anchor": option.anchor,
        "title": option.title,
        "risk": option.risk.value,
        "when": option.when.text if option.when else None,
        "steps": [step.name for step in option.steps if not step.is_excluded],
        "undo": [step.name for step in option.undo if not step.is_excluded],
    }


def _json(name: str, plan: Plan | None, findings: tuple[Finding, ...]) -> str:
    """The same keys also where there is no such runbook."""
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
        for name, planned in (plan.steps if plan else {}).items()
    ]
    body = {
        "runbook": plan.runbook.path if plan else name,
        "anchor": plan.runbook.anchor if plan else "",
        "title": plan.runbook.title if plan else None,
        "kind": plan.runbook.kind.value if plan else None,
        "stages": [_stage(option) for option in _stages(plan)],
        "hash": plan.hash if plan else None,
        "values": dict(plan.values) if plan else {},
        "steps": steps,
        "findings": [finding_body(finding) for finding in findings],
    }
    return json.dumps(body, indent=2)
