"""`drillbook resume`: go on with a run that was cut off or waited, or list such runs."""

import json
from pathlib import Path

import click

from drillbook.cli.asking import Seat, company_of
from drillbook.cli.exits import PASSED
from drillbook.cli.guided_narrator import GuidedNarrator
from drillbook.cli.naming import open_runs, run_name
from drillbook.cli.narrator import Narrator
from drillbook.cli.options import format_option, named, settings_of, settings_option
from drillbook.cli.results import run_code, show_run
from drillbook.cli.voice import say
from drillbook.cli.waiting import wait_option, waiting_s
from drillbook.report.plain import plain
from drillbook.verbs.people.identity import caller_at_terminal
from drillbook.verbs.resume import resume
from drillbook.verbs.run import unfinished
from drillbook.verbs.running.workplace import Workplace, open_workplace
from drillbook.verbs.runs import timeline


@click.command("resume")
@click.argument("run", required=False, callback=named, shell_complete=open_runs)
@click.option("--yes", is_flag=True, help="Approve every step; whether one happened is asked.")
@wait_option
@settings_option
@format_option("text", "json")
def command(run: str | None, yes: bool, wait: str | None, config: Path | None, form: str) -> int:
    """Go on with RUN where it was cut off or waits; without RUN, list the runs that can go on.

    Finished steps are not performed again. An unfinished step that may be repeated is; of any
    other you are asked whether it happened. Where nobody can answer, the run stays as it is.
    Whoever goes on with a run may not approve it.

    \b
    Examples:
      drillbook resume
      drillbook resume 20261121-103045-7f3a
    """
    wait_s = waiting_s(wait)
    with open_workplace(settings_of(config), tell=say) as place:
        if run is None:
            return _list(place, form)
        name = run_name(run)
        seat = Seat(
            caller=caller_at_terminal(place),
            approves=yes,
            wait_s=wait_s,
            people=place.settings.people,
        )
        narrate = GuidedNarrator if _is_guided(place, name) else Narrator
        with narrate() as narrator:
            ended = resume(place, name, company_of(narrator, seat), seat.caller)
    show_run(ended, form)
    return run_code(ended)


def _is_guided(place: Workplace, name: str) -> bool:
    bodies = (entry.body for entry in timeline(place, name) if entry.kind == "run-started")
    return any(body.get("policy", {}).get("is_guided", False) for body in bodies)


def _list(place: Workplace, form: str) -> int:
    entries = unfinished(place)
    if form == "json":
        runs = [
            {
                "run": entry.stream.removeprefix("run/"),
                "runbook": entry.body["runbook"],
                "operator": entry.body["operator"],
                "began_at_ns": entry.at_ns,
            }
            for entry in entries
        ]
        click.echo(json.dumps(runs, indent=2))
        return PASSED
    for entry in entries:
        name = entry.stream.removeprefix("run/")
        click.echo(f"{name}  {plain(entry.body['runbook'])}  by {plain(entry.body['operator'])}")
    if not entries:
        click.echo("no run was cut off", err=True)
    return PASSED
