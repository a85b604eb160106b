"""`drillbook runs`: what runs are open and for whom they wait; and the timeline of one."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from drillbook.cli.exits import PASSED, UnusableError
from drillbook.cli.naming import run_argument, run_name
from drillbook.cli.options import format_option, settings_of, settings_option
from drillbook.cli.timeline import timeline_lines
from drillbook.cli.voice import say
from drillbook.model.journal import Entry
from drillbook.report.plain import plain
from drillbook.verbs.running.workplace import open_workplace
from drillbook.verbs.runs import RUNS_MAX, Standing, standing, standings, timeline

MOST_MAX = 100_000


@click.group("runs", invoke_without_command=True)
@click.option(
    "--most",
    type=click.IntRange(1, MOST_MAX),
    default=RUNS_MAX,
    show_default=True,
    help="How many are listed; open ones are, however many they are.",
)
@settings_option
@format_option("text", "json")
@click.pass_context
def command(ctx: click.Context, most: int, config: Path | None, form: str) -> int:
    """List the runs: the open ones first, and for whom or what they wait; then the last ended.

    \b
    Examples:
      drillbook runs
      drillbook runs --format json | jq '.[] | select(.waits_for != "")'
      drillbook runs show 20261121-103045-7f3a
    """
    if ctx.invoked_subcommand is not None:
        return PASSED
    with open_workplace(settings_of(config), tell=say, reads_only=True) as place:
        found = standings(place, most=most)
        now_ns = place.clock.now_ns()
    if form == "json":
        click.echo(json.dumps([_body(each) for each in found], indent=2))
        return PASSED
    for each in found:
        for line in _lines(each, now_ns):
            click.echo(line)
    if not found:
        click.echo("there is no run yet; `drillbook run RUNBOOK` starts one", err=True)
    return PASSED


@command.command("show", short_help="The timeline of a run: who, when, what, and what was said.")
@run_argument
@settings_option
@format_option("text", "json")
def show(run: str, config: Path | None, form: str) -> int:
    """Show the timeline of RUN: who did what when, and what the steps wrote.

    \b
    Examples:
      drillbook runs show 20261121-103045-7f3a
      drillbook runs show 20261121-103045-7f3a --format json
    """
    name = run_name(run)
    with open_workplace(settings_of(config), tell=say, reads_only=True) as place:
        entries = timeline(place, name)
        now_ns = place.clock.now_ns()
    if not entries:
        raise UnusableError(f"there is no run {name}; `drillbook runs` lists what there is")
    if form == "json":
        click.echo(json.dumps(_whole(name, entries), indent=2))
        return PASSED
    for line in (*_lines(standing(name, entries), now_ns), "", *timeline_lines(entries)):
        click.echo(line)
    return PASSED


def _lines(found: Standing, now_ns: int) -> list[str]:
    """One or two lines of a run; what somebody has to do stands on the second."""
    about = f"{found.run}  {plain(found.title or found.runbook)}  by {plain(found.by)}"
    at = datetime.fromtimestamp((found.ended_at_ns or found.since_ns) / 1e9, tz=UTC)
    if found.ended_at_ns is not None:
        because = f": {plain(found.because)}" if found.because else ""
        return [about, f"    {plain(found.state)} at {at:%Y-%m-%d %H:%M} UTC{because}"]
    since = _ago(now_ns - found.since_ns)
    if found.waits_for:
        return [about, f"    open, waits for {plain(found.waits_for)} ({since})"]
    return [about, f"    open, at work or cut off, last heard of {since} ago"]


def _ago(duration_ns: int) -> str:
    """A time that has gone by, in one or two units."""
    seconds = max(duration_ns // 1_000_000_000, 0)
    minutes, hours = seconds // 60, seconds // 3_600
    if hours >= 48:
        return f"{hours // 24} days"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def _whole(name: str, entries: Sequence[Entry]) -> dict[str, object]:
    told = [
        {"seq": entry.seq, "kind": entry.kind, "at_ns": entry.at_ns, "body": dict(entry.body)}
        for entry in entries
    ]
    return {**_body(standing(name, entries)), "entries": told}


def _body(found: Standing) -> dict[str, object]:
    body = asdict(found)
    body["approvals"] = sorted(found.approvals)
    body["requesters"] = sorted(found.requesters)
    return body
