"""`drillbook cancel`: have a run end, wherever it is performed."""

from pathlib import Path

import click

from drillbook.cli.exits import PASSED
from drillbook.cli.naming import run_argument, run_name
from drillbook.cli.options import settings_of, settings_option
from drillbook.cli.voice import say
from drillbook.verbs.cancel import cancel_run
from drillbook.verbs.people.identity import caller_at_terminal
from drillbook.verbs.running.workplace import open_workplace
from drillbook.verbs.serving.wake import wake_run


@click.command("cancel")
@run_argument
@click.option("--because", default="", help="Why, for whoever reads the timeline.")
@settings_option
def command(run: str, because: str, config: Path | None) -> int:
    """Have RUN end: the step that runs is ended with all its processes, wherever it runs.

    Whoever performs the run hears of it within moments; nothing is undone. A run that nobody
    performs right now stays open until `drillbook resume` ends it.

    \b
    Examples:
      drillbook cancel 20261121-103045-7f3a
      drillbook cancel 20261121-103045-7f3a --because "the wrong database"
    """
    name = run_name(run)
    with open_workplace(settings_of(config), tell=say) as place:
        cancel_run(place, name, caller_at_terminal(place), because)
        wake_run(place, name)
    click.echo(
        f"run {name} was told to end; `drillbook runs show {name}` says when it has, and "
        f"`drillbook resume {name}` ends it where nobody performs it"
    )
    return PASSED
