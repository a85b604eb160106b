"""`drillbook respond`: take an alert from a webhook's body and follow its runbook."""

import sys
from pathlib import Path

import click

from drillbook.cli.asking import Asker, person
from drillbook.cli.exits import FINDINGS, USAGE
from drillbook.cli.findings import show_findings
from drillbook.cli.narrator import Narrator
from drillbook.cli.options import format_option, settings_of, settings_option
from drillbook.cli.plain import plain
from drillbook.cli.results import run_code, show_run
from drillbook.cli.run import ASKED
from drillbook.model.alert import Alert, AlertStatus
from drillbook.model.run import Policy
from drillbook.model.sentence import Risk
from drillbook.read.alerts import read_alerts
from drillbook.read.pack import read_pack
from drillbook.verbs.respond import Duty, respond
from drillbook.verbs.run import Company
from drillbook.verbs.workplace import open_workplace

BODY_BYTES_MAX = 1_000_000


@click.command("respond")
@click.argument("webhook", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--pack",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The pack whose runbooks may be followed.",
)
@click.option("--yes", is_flag=True, help="Ask nothing: run also disruptive steps and worse.")
@settings_option
@format_option("text", "json")
def command(webhook: Path, folder: Path, yes: bool, config: Path | None, form: str) -> int:
    """Open an incident for the firing alert in WEBHOOK and follow the alert's runbook.

    WEBHOOK is a file with Alertmanager's JSON, or - for standard input.

    \b
    Examples:
      drillbook respond alert.json --pack packs/erpgo
      curl -s http://127.0.0.1:9000/last | drillbook respond - --pack packs/erpgo
    """
    alert = _alert(webhook)
    if alert is None:
        return USAGE
    pack = read_pack(folder)
    show_findings(pack.findings)
    settings = settings_of(config)
    with open_workplace(settings) as place:
        narrator = Narrator()
        company = Company(
            ask=Asker(narrator), watch=narrator.watch, on_output=narrator.output, name=person()
        )
        policy = Policy(asks=frozenset() if yes else ASKED, allowed=Risk.DESTRUCTIVE)
        duty = Duty(pack=pack, targets=settings.targets, policy=policy)
        response = respond(place, alert, duty, company)
    if response.run is None:
        show_findings(response.flaws)
        click.echo(f"escalate: {plain(response.match.because)} (incident {response.incident})")
        return FINDINGS
    show_run(response.run, form)
    return run_code(response.run)


def _alert(webhook: Path) -> Alert | None:
    """The first firing alert of the body, or None after its flaws were printed."""
    if str(webhook) == "-":
        body = sys.stdin.buffer.read(BODY_BYTES_MAX + 1)
    else:
        try:
            with webhook.open("rb") as file:
                body = file.read(BODY_BYTES_MAX + 1)
        except OSError as error:
            raise click.UsageError(f"{webhook}: {error.strerror}; name a readable file") from error
    alerts, findings = read_alerts(body, str(webhook))
    show_findings(findings)
    firing = [alert for alert in alerts if alert.status is AlertStatus.FIRING]
    if not firing:
        click.echo("no alert in it is firing, so there is nothing to respond to", err=True)
        return None
    return firing[0]
