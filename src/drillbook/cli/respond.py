"""`drillbook respond`: take an alert from a webhook's body and follow its runbook."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from drillbook.cli.asking import Seat, company_of
from drillbook.cli.exits import FINDINGS, UnusableError
from drillbook.cli.findings import show_findings
from drillbook.cli.narrator import Narrator
from drillbook.cli.options import format_option, settings_of, settings_option
from drillbook.cli.results import run_code, show_run
from drillbook.cli.voice import say
from drillbook.cli.waiting import wait_option, waiting_s
from drillbook.link.match import match
from drillbook.model.alert import Alert, AlertStatus
from drillbook.model.finding import Severity
from drillbook.model.pack import Pack
from drillbook.model.people import Caller
from drillbook.model.run import Policy
from drillbook.model.runbook import Runbook
from drillbook.model.settings import Settings
from drillbook.read.alerts import read_alerts
from drillbook.read.pack import read_pack
from drillbook.report.plain import plain
from drillbook.verbs.people.identity import caller_at_terminal
from drillbook.verbs.people.policy import permitted_policy
from drillbook.verbs.respond import Duty, Response, respond
from drillbook.verbs.running.workplace import open_workplace


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
@wait_option
@settings_option
@format_option("text", "json")
def command(
    webhook: Path, folder: Path, yes: bool, wait: str | None, config: Path | None, form: str
) -> int:
    """Open an incident for the firing alert in WEBHOOK and follow the alert's runbook.

    WEBHOOK is a file with Alertmanager's JSON, or - for standard input.

    \b
    Examples:
      drillbook respond alert.json --pack packs/erpgo
      curl -s http://127.0.0.1:9000/last | drillbook respond - --pack packs/erpgo
    """
    wait_s = waiting_s(wait)
    settings = settings_of(config)
    alert = _alert(webhook, settings)
    pack = _pack(folder)
    with open_workplace(settings, tell=say) as place, Narrator(pack.runbooks) as narrator:
        caller = caller_at_terminal(place)
        seat = Seat(caller=caller, approves=yes, wait_s=wait_s, people=settings.people)
        policy = _policy(settings, caller, match(alert, pack).runbook, yes=yes)
        duty = Duty(pack=pack, targets=settings.targets, policy=policy)
        response = respond(place, alert, duty, company_of(narrator, seat))
    if response.run is None:
        show_findings(response.flaws, folder)
        click.echo(_escalation(response, form))
        return FINDINGS
    show_run(response.run, form)
    return run_code(response.run)


def _policy(settings: Settings, caller: Caller, runbook: Runbook | None, *, yes: bool) -> Policy:
    """What the run may do; where no runbook is found, there is none."""
    if runbook is None:
        return Policy()
    policy = permitted_policy(settings, caller, runbook)
    return replace(policy, asks=frozenset()) if yes else policy


def _escalation(response: Response, form: str) -> str:
    """What is printed where no runbook could be followed."""
    if form == "json":
        body = {"incident": response.incident, "run": None, "because": response.match.because}
        return json.dumps(body, indent=2)
    return f"escalate: {plain(response.match.because)} (incident {response.incident})"


def _pack(folder: Path) -> Pack:
    """The pack, after its flaws were printed: an alert is responded to with what there is."""
    pack = read_pack(folder)
    show_findings((each for each in pack.findings if each.severity is not Severity.NOTE), folder)
    if not pack.runbooks:
        raise UnusableError(f"{folder} has no runbook that an alert could lead to; name a pack")
    return pack


def _alert(webhook: Path, settings: Settings) -> Alert:
    """The first firing alert of the body. What is wrong with the body is printed."""
    bytes_max = settings.server.request_bytes_max
    if str(webhook) == "-":
        body = sys.stdin.buffer.read(bytes_max + 1)
    else:
        try:
            with webhook.open("rb") as file:
                body = file.read(bytes_max + 1)
        except OSError as error:
            raise UnusableError(f"{webhook}: {error.strerror}; name a readable file") from error
    alerts, findings = read_alerts(
        body, str(webhook), alerts_max=settings.limits.alerts_max, bytes_max=bytes_max
    )
    show_findings(findings)
    firing = [alert for alert in alerts if alert.status is AlertStatus.FIRING]
    if not firing:
        raise UnusableError(f"{webhook}: no alert in it is firing: there is nothing to respond to")
    return firing[0]
