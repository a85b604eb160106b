"""`drillbook run`: follow a runbook in the terminal."""

from pathlib import Path

import click

from drillbook.cli.asking import company_of
from drillbook.cli.exits import USAGE
from drillbook.cli.findings import show_findings
from drillbook.cli.narrator import Narrator
from drillbook.cli.options import (
    format_option,
    input_option,
    pairs_of,
    settings_of,
    settings_option,
)
from drillbook.cli.results import run_code, show_run
from drillbook.cli.voice import say
from drillbook.model.finding import Severity
from drillbook.model.run import Policy
from drillbook.model.sentence import Risk
from drillbook.verbs.plan import Wanted, plan_file
from drillbook.verbs.run import Occasion, start_run
from drillbook.verbs.workplace import open_workplace

ASKED = frozenset({Risk.DISRUPTIVE, Risk.DESTRUCTIVE})


@click.command("run")
@click.argument("runbook")
@input_option
@click.option("--yes", is_flag=True, help="Ask nothing: run also disruptive steps and worse.")
@click.option(
    "--risk",
    type=click.Choice([risk.value for risk in Risk]),
    default=Risk.DESTRUCTIVE.value,
    show_default=True,
    help="The highest risk of an Option that may be taken at all.",
)
@click.option("--dry-run", is_flag=True, help="Show the plan and run nothing.")
@settings_option
@format_option("text", "json")
@click.pass_context
def command(
    ctx: click.Context,
    runbook: str,
    inputs: tuple[str, ...],
    yes: bool,
    risk: str,
    dry_run: bool,
    config: Path | None,
    form: str,
) -> int:
    """Follow RUNBOOK (a file, or FILE#ANCHOR) as it says: checks, option, verification.

    Asks before every step of an Option that is disruptive or destructive. Ctrl-C ends the step
    that runs and the run. A run that was cut off goes on with `drillbook resume`.

    \b
    Examples:
      drillbook run runbooks/database.md
      drillbook run runbooks/database.md --risk disruptive --yes
      drillbook run runbooks/database.md --input api_url=http://127.0.0.1:8080
    """
    if dry_run:
        from drillbook.cli.plan import command as plan_command

        code: int = ctx.invoke(
            plan_command, runbook=runbook, inputs=inputs, config=config, form=form
        )
        return code
    settings = settings_of(config)
    given = pairs_of(inputs)
    with open_workplace(settings, tell=say) as place:
        wanted = Wanted(path=runbook, given=given)
        plan, findings, source = plan_file(wanted, settings, place.secrets)
        show_findings(each for each in findings if each.severity is not Severity.NOTE)
        if plan is None:
            return USAGE
        policy = Policy(allowed=Risk(risk), asks=frozenset() if yes else ASKED)
        occasion = Occasion(given=given, source=source)
        with Narrator([plan.runbook]) as narrator:
            run = start_run(place, plan, policy, company_of(narrator), occasion)
    show_run(run, form)
    return run_code(run)
