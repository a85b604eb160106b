"""`drillbook new`: runbooks, drills, post-mortems and packs, filled in as far as is known."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from drillbook.cli.exits import PASSED, UnusableError
from drillbook.cli.options import pairs_of, settings_of, settings_option
from drillbook.cli.timeline import timeline_lines
from drillbook.cli.voice import say
from drillbook.convert.pack import pack_files
from drillbook.verbs.making.drill import SaidDrill, new_drill
from drillbook.verbs.making.files import name_of, write_new
from drillbook.verbs.making.postmortem import SaidPostmortem, new_postmortem
from drillbook.verbs.making.runbook import Made, Said, new_runbook
from drillbook.verbs.running.workplace import open_workplace
from drillbook.verbs.runs import timeline
from drillbook_labs.registry import LABS


@click.group("new")
def command() -> None:
    """Write a new runbook, drill, post-mortem or pack, filled in as far as is known.

    What only you can know is asked for; nothing is made up, and no file that is there is touched.

    \b
    Examples:
      drillbook new runbook disk-full --from-alert rules/disk.yaml:DiskFull --recover 30m
      drillbook new pack orders --owner platform
    """


@command.command("runbook", short_help="A runbook, for an alert or started by name.")
@click.argument("name", metavar="NAME|PATH.md")
@click.option("--from-alert", default="", metavar="RULES:ALERT", help="Fill it in from this rule.")
@click.option("--title", default="", help="Its title; made of the alert's or the file's name.")
@click.option(
    "--kind",
    type=click.Choice(["alert", "procedure"]),
    default="alert",
    show_default=True,
    help="How it is started: by an alert, or by its name.",
)
@click.option("--owner", default="", help="Who owns it; else CODEOWNERS, else git's user.name.")
@click.option("--severity", default="", help="Of the alert; else the rule's label severity.")
@click.option("--service", default="", help="What it is about; else the rule's label service.")
@click.option("--alert", "alerts", multiple=True, help="An alert that leads here.")
@click.option("--detect", default="", metavar="DURATION", help="From the fault to the alert.")
@click.option("--recover", default="", metavar="DURATION", help="From the fault to the recovery.")
@click.option("--escalate", "escalation", multiple=True, help="Whom to ask, such as 'at once: …'.")
@click.option("--check", default="", metavar="COMMAND", help="Ends with 0 where all is well.")
@click.option("--target", default="", help="The Prometheus to ask; `prometheus` if not given.")
@click.option(
    "--gate", default="", metavar="COMMAND", help="Procedure: ends with 0 if it may begin."
)
@click.option(
    "--do", "command_text", default="", metavar="COMMAND", help="Procedure: what it does."
)
@click.option(
    "--risk",
    type=click.Choice(["none", "disruptive", "destructive"]),
    help="Procedure: what its command may do.",
)
@click.option("--loses", default="", help="Procedure: what is lost at most, such as 'nothing'.")
@settings_option
def runbook(config: Path | None, command_text: str, risk: str | None, **said: Any) -> int:
    """Write a runbook to PATH.md, or by NAME to the folder of the runbooks.

    \b
    Examples:
      drillbook new runbook disk-full --from-alert rules/disk.yaml:DiskFull --recover 30m
      drillbook new runbook docs/api-down.md --alert ApiDown --severity critical \\
          --detect 3m --recover 15m --check 'curl --fail --silent localhost:8080/health'
      drillbook new runbook rotate-logs --kind procedure --gate 'test -w /var/log/app' \\
          --do 'logrotate --force /etc/logrotate.d/app' --check 'test -s /var/log/app/app.log.1' \\
          --risk none --loses nothing
    """
    given = Said(command=command_text, risk=risk or "", **said)
    return _written(new_runbook(Path.cwd(), given, settings_of(config)))


@command.command("drill", short_help="A drill of a pack.")
@click.argument("name")
@click.option(
    "--pack", default="", metavar="FOLDER", help="The only pack of the settings if not given."
)
@click.option("--runbook", default="", help="The runbook's path in the pack.")
@click.option("--alert", default="", help="The alert that must fire.")
@click.option("--option", default="", help="The anchor of the Option that must recover.")
@click.option("--lab", default="", help="The lab that is broken.")
@click.option("--fault", default="", help="The kind of fault.")
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting of the fault."
)
@click.option(
    "--hold", default="30s", show_default=True, help="How long it must stay broken alone."
)
@settings_option
def drill(config: Path | None, settings: tuple[str, ...], **said: Any) -> int:
    """Write a drill NAME into a pack; what the pack has only one of need not be said.

    \b
    Examples:
      drillbook new drill disk-filled --pack packs/orders --fault commands
      drillbook new drill postgresql-killed --fault kill --set process=postgresql
    """
    given = SaidDrill(labs=tuple(LABS), settings=pairs_of(settings), **said)
    return _written(new_drill(Path.cwd(), given, settings_of(config)))


@command.command("postmortem", short_help="A page on an incident that is over.")
@click.argument("name", metavar="NAME|PATH.md")
@click.option("--title", default="", help="What happened; made of the name if not given.")
@click.option("--owner", default="", help="Who writes it; else CODEOWNERS, else git's user.name.")
@click.option(
    "--date", "day", default="", metavar="YYYY-MM-DD", help="The day; today if not given."
)
@click.option("--service", default="", help="What was in trouble.")
@click.option(
    "--runbook", "runbook", default="", metavar="PATH", help="The runbook that was followed."
)
@click.option("--run", "run", default="", help="A run whose timeline is taken from the journal.")
@settings_option
def postmortem_page(config: Path | None, run: str, **said: Any) -> int:
    """Write a post-mortem to PATH.md, or by NAME below postmortems.

    \b
    Examples:
      drillbook new postmortem 2026-11-21-orders-down --owner platform
      drillbook new postmortem orders-down --run 20261121-115927-7d7c --runbook runbooks/orders.md
    """
    moments = _timeline(run, config) if run else ()
    today = datetime.now(UTC).date()
    return _written(
        new_postmortem(Path.cwd(), SaidPostmortem(today=today, timeline=moments, **said))
    )


@command.command("pack", short_help="A folder for runbooks, rules and drills of one system.")
@click.argument("name")
@click.option(
    "--into", default="packs", show_default=True, metavar="FOLDER", help="Where it is made."
)
@click.option("--url", default="", help="Where its runbooks are published, as rules name them.")
def pack(name: str, into: str, url: str) -> int:
    """Make the pack NAME.

    \b
    Examples:
      drillbook new pack orders
      drillbook new pack orders --into . --url https://wiki.example.org/orders/
    """
    folder = f"{into}/{name_of(name, 'pack').replace(' ', '-')}"
    files = {f"{folder}/{path}": text for path, text in pack_files(name, url).items()}
    _tell(write_new(Path.cwd(), files))
    say(f'next: packs = ["{folder}"] in drillbook.toml, and runbooks in {folder}/runbooks')
    return PASSED


def _written(made: Made) -> int:
    for note in made.notes:
        say(note)
    _tell(write_new(Path.cwd(), {made.path: made.text}))
    return PASSED


def _tell(paths: list[str]) -> None:
    for path in paths:
        click.echo(path)


def _timeline(run: str, config: Path | None) -> tuple[tuple[str, str], ...]:
    """The moments of a run, without what its steps wrote. Raises UnusableError."""
    with open_workplace(settings_of(config), tell=say, reads_only=True) as place:
        lines = list(timeline_lines(timeline(place, run)))
    if not lines:
        raise UnusableError(f"the journal has no run {ascii(run)[:80]}; drillbook runs lists them")
    moments = (line.split("  ", 1) for line in lines if line[:2].isdigit() and line[2:3] == ":")
    return tuple((at, what) for at, what in moments)
