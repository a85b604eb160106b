"""`drillbook judge`: judge an old drill again from its journal."""

import json
from pathlib import Path

import click

from drillbook.cli.drill import show_verdict
from drillbook.cli.exits import PASSED
from drillbook.cli.options import format_option, named, settings_of, settings_option
from drillbook.cli.results import OF_VERDICT
from drillbook.cli.voice import say
from drillbook.report.plain import plain
from drillbook.report.write import write_report
from drillbook.verbs.drill import judge_again
from drillbook.verbs.running.workplace import Workplace, open_workplace


@click.command("judge")
@click.argument("drill", required=False, callback=named)
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write a page, JSON and JUnit XML here.",
)
@settings_option
@format_option("text", "json", "junit")
def command(drill: str | None, report: Path | None, config: Path | None, form: str) -> int:
    """Judge DRILL again, from its journal alone; without DRILL, list the drills there are.

    \b
    Examples:
      drillbook judge
      drillbook judge 20261121-103045-7f3a --report build/report
    """
    with open_workplace(settings_of(config), tell=say) as place:
        if drill is None:
            _list(place, form)
            return PASSED
        verdict, entries = judge_again(place, drill.removeprefix("drill/"))
        show_verdict(verdict, form)
        if report is not None:
            write_report(report, verdict, entries, place.journal.blob)
    return OF_VERDICT[verdict.state]


def _list(place: Workplace, form: str) -> None:
    firsts = [place.journal.entries(stream)[0] for stream in place.journal.streams("drill/")]
    drills = {first.stream.removeprefix("drill/"): str(first.body["drill"]) for first in firsts}
    if form == "json":
        rows = [{"name": name, "drill": drill} for name, drill in drills.items()]
        click.echo(json.dumps(rows, indent=2))
        return
    for name, drill in drills.items():
        click.echo(f"{name}  {plain(drill)}")
    if not drills:
        click.echo("no drill was played here yet; play one with `drillbook drill PACK`", err=True)
