"""`drillbook runner`: perform the runs of one site."""

from pathlib import Path

import click

from drillbook.cli.bell import Bell, left
from drillbook.cli.exits import PASSED
from drillbook.cli.options import settings_of, settings_option
from drillbook.cli.voice import say

SLOTS_MAX = 2_000


@click.command("runner")
@click.option("--site", required=True, metavar="NAME", help="The site whose runs are performed.")
@click.option(
    "--slots",
    type=click.IntRange(1, SLOTS_MAX),
    help="How many runs at once; server.slots of drillbook.toml if not given.",
)
@settings_option
def command(site: str, slots: int | None, config: Path | None) -> int:
    """Perform the runs of a site, with this machine's own targets and secrets.

    Needs the database (`store.url`) and its targets, and nothing else: servers put the work
    there. SIGTERM stops it as it stops `serve`; its work is handed on to other runners of the
    site, or waits for one.

    \b
    Examples:
      drillbook runner --site main
      drillbook runner --site hamburg --slots 50 --config hamburg.toml
    """
    settings = settings_of(config)
    from drillbook.verbs.serving.crew import start_runner

    with Bell() as bell, start_runner(settings, site, slots, config=config) as runner:
        for line in runner.lines():
            say(line)
        while not bell.rung.wait(1.0) and runner.crew.is_working():
            pass
        say(f"stops: within {settings.server.stop_within_s:g} s; a second signal ends it at once")
        is_orderly = runner.crew.stop(settings.server.stop_within_s)
    return PASSED if is_orderly else left()
