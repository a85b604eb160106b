"""`drillbook run`: follow a runbook in the terminal."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from drillbook.cli.asking import Seat, company_of
from drillbook.cli.exits import USAGE
from drillbook.cli.findings import show_findings
from drillbook.cli.guided_narrator import GuidedNarrator
from drillbook.cli.keys import is_terminal
from drillbook.cli.narrator import Narrator
from drillbook.cli.options import (
    format_option,
    input_option,
    pairs_of,
    settings_of,
    settings_option,
)
from drillbook.cli.prompting import ask_inputs, missing_inputs
from drillbook.cli.results import run_code, show_run
from drillbook.cli.voice import say
from drillbook.cli.waiting import wait_option, waiting_s
from drillbook.model.finding import Finding, Severity
from drillbook.model.people import Caller
from drillbook.model.plan import Plan
from drillbook.model.run import Policy, Run
from drillbook.model.runbook import Runbook
from drillbook.model.sentence import Risk
from drillbook.model.settings import Settings
from drillbook.verbs.people.identity import caller_at_terminal
from drillbook.verbs.people.policy import permitted_policy, refused_risks
from drillbook.verbs.plan import Wanted, plan_file
from drillbook.verbs.run import Occasion, start_run
from drillbook.verbs.running.workplace import Workplace, open_workplace

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the person wants the runbook followed."""

    yes: bool
    risk: Risk
    guided: bool
    checks_only: bool
    no_prompt: bool
    wait_s: float


def manner_options(command: Command) -> Command:
    """Add the options of a Manner."""
    options = (
        click.option(
            "--yes", is_flag=True, help="Ask nothing: run also disruptive steps and worse."
        ),
        click.option(
            "--risk",
            type=click.Choice([risk.value for risk in Risk]),
            default=Risk.DESTRUCTIVE.value,
            show_default=True,
            help="The highest risk of an Option that may be taken at all.",
        ),
        click.option(
            "--guided",
            is_flag=True,
            help="Explain every step before it runs, and let me decide on each.",
        ),
        click.option(
            "--checks-only",
            is_flag=True,
            help="Run the Checks, say which Option would be taken, and do nothing.",
        ),
        click.option(
            "--no-prompt",
            is_flag=True,
            help="Do not ask for inputs that have no value, also at a terminal.",
        ),
        wait_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("run")
@click.argument("runbook")
@input_option
@manner_options
@click.option("--dry-run", is_flag=True, help="Show the plan and run nothing.")
@settings_option
@format_option("text", "json")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    runbook: str,
    inputs: tuple[str, ...],
    dry_run: bool,
    config: Path | None,
    form: str,
    wait: str | None,
    risk: str,
    **flags: bool,
) -> int:
    """Follow RUNBOOK (a file, or FILE#ANCHOR) as it says: checks, option, verification.

    A runbook of kind procedure: gates, all stages in their order, verification; what holds it up
    leads to the Undo of the stages that were begun.

    Asks before every step of an Option that is disruptive or destructive; where drillbook.toml
    has people, a destructive one needs the approval of somebody else. Inputs without a value are
    asked for. Ctrl-C ends the step that runs and the run. A run that was cut off, or that waits
    for somebody, goes on with `drillbook resume`.

    \b
    Examples:
      drillbook run runbooks/database.md
      drillbook run runbooks/database.md --guided
      drillbook run runbooks/deploy.md --input version=2.4.1
      drillbook run runbooks/database.md --checks-only --format json
      drillbook run runbooks/database.md --risk disruptive --yes
      drillbook run runbooks/database.md --input api_url=http://127.0.0.1:8080
    """
    if dry_run:
        from drillbook.cli.plan import command as plan_command

        code: int = ctx.invoke(
            plan_command, runbook=runbook, inputs=inputs, config=config, form=form
        )
        return code
    manner = Manner(risk=Risk(risk), wait_s=waiting_s(wait), **flags)
    _refuse_contradictions(manner)
    wanted = Wanted(path=runbook, given=pairs_of(inputs))
    settings = settings_of(config)
    with open_workplace(settings, tell=say) as place:
        run = _followed(place, wanted, manner)
    if run is None:
        return USAGE
    show_run(run, form)
    return run_code(run)


def _followed(place: Workplace, wanted: Wanted, manner: Manner) -> Run | None:
    """The run that was started; None where there is no such runbook."""
    caller = caller_at_terminal(place)
    plan, findings, source, wanted = _planned(place, wanted, manner)
    show_findings(each for each in findings if each.severity is not Severity.NOTE)
    if plan is None:
        return None
    policy = _policy(place.settings, caller, plan.runbook, manner)
    for refusal in refused_risks(place.settings, caller, plan.runbook):
        say(f"{refusal}; such an Option is not taken")
    seat = Seat(
        caller=caller,
        approves=manner.yes,
        wait_s=manner.wait_s,
        people=place.settings.people,
    )
    occasion = Occasion(given=wanted.given, source=source)
    narrate = GuidedNarrator if manner.guided else Narrator
    with narrate([plan.runbook]) as narrator:
        return start_run(place, plan, policy, company_of(narrator, seat), occasion)


def _planned(
    place: Workplace, wanted: Wanted, manner: Manner
) -> tuple[Plan | None, tuple[Finding, ...], str, Wanted]:
    """The plan, after the person was asked for what it lacks; and what it was planned from."""
    plan, findings, source = plan_file(wanted, place.settings, place.secrets)
    can_ask = not manner.no_prompt and is_terminal()
    if plan is None or not can_ask or not missing_inputs(plan, wanted.given):
        return plan, findings, source, wanted
    bytes_max = place.settings.limits.input_bytes_max
    wanted = replace(wanted, given=ask_inputs(plan, wanted.given, bytes_max=bytes_max))
    plan, findings, source = plan_file(wanted, place.settings, place.secrets)
    return plan, findings, source, wanted


def _policy(settings: Settings, caller: Caller, runbook: Runbook, manner: Manner) -> Policy:
    policy = permitted_policy(settings, caller, runbook, at_most=manner.risk)
    return replace(
        policy,
        asks=frozenset() if manner.yes else policy.asks,
        is_guided=manner.guided,
        checks_only=manner.checks_only,
    )


def _refuse_contradictions(manner: Manner) -> None:
    if manner.guided and manner.yes:
        raise click.UsageError("--guided asks before every step and --yes before none: choose one")
    if manner.guided and not is_terminal():
        raise click.UsageError("--guided needs a terminal; over ssh, log in with `ssh -t`")
