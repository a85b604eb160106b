"""`drillbook note`: write something into the timeline of a run."""

from pathlib import Path

import click

from drillbook.cli.exits import PASSED
from drillbook.cli.naming import run_argument, run_name
from drillbook.cli.options import settings_of, settings_option
from drillbook.cli.voice import say
from drillbook.verbs.note import note_run
from drillbook.verbs.people.identity import caller_at_terminal
from drillbook.verbs.running.workplace import open_workplace


@click.command("note")
@run_argument
@click.argument("text", nargs=-1, required=True)
@settings_option
def command(run: str, text: tuple[str, ...], config: Path | None) -> int:
    """Write TEXT into the timeline of RUN, which may be open or have ended.

    \b
    Examples:
      drillbook note 20261121-103045-7f3a "the disk is new since yesterday"
    """
    name = run_name(run)
    with open_workplace(settings_of(config), tell=say) as place:
        note_run(place, name, caller_at_terminal(place), " ".join(text))
    click.echo(f"noted in the timeline of run {name}")
    return PASSED
