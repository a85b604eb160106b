"""`drillbook journal`: verify the hash chains, or show a stream."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from drillbook.cli.exits import FINDINGS, PASSED, UnusableError
from drillbook.cli.options import format_option, named, settings_of, settings_option
from drillbook.cli.voice import say
from drillbook.model.journal import Entry
from drillbook.report.plain import plain
from drillbook.verbs.running.workplace import open_workplace


@click.group("journal")
def command() -> None:
    """Look into the journal: the append-only truth of runs, incidents and drills.

    \b
    Examples:
      drillbook journal verify
      drillbook journal show
    """


@command.command("verify", short_help="Name the first altered entry of each stream.")
@settings_option
@format_option("text", "json")
def verify(config: Path | None, form: str) -> int:
    """Recompute every hash chain and name the first entry that was altered in each.

    \b
    Examples:
      drillbook journal verify
      drillbook journal verify --format json
    """
    with open_workplace(settings_of(config), tell=say, reads_only=True) as place:
        flaws = list(place.journal.verify())
        streams = len(place.journal.streams())
    if form == "json":
        found = [
            {"stream": flaw.stream, "seq": flaw.seq, "because": flaw.because} for flaw in flaws
        ]
        click.echo(json.dumps({"streams": streams, "flaws": found}, indent=2))
    else:
        for flaw in flaws:
            click.echo(f"{plain(flaw.stream)} entry {flaw.seq}: {plain(flaw.because)}")
        of_streams, of_flaws = "" if streams == 1 else "s", "" if len(flaws) == 1 else "s"
        click.echo(f"{streams} stream{of_streams}, {len(flaws)} flaw{of_flaws}")
    return FINDINGS if flaws else PASSED


@command.command("show", short_help="Print the entries of a stream, or all names.")
@click.argument("stream", required=False, callback=named)
@settings_option
@format_option("text", "json")
def show(stream: str | None, config: Path | None, form: str) -> int:
    """Print the entries of STREAM, such as run/20261121-103045-7f3a; without it, all names.

    \b
    Examples:
      drillbook journal show
      drillbook journal show drill/20261121-103045-7f3a --format json
    """
    with open_workplace(settings_of(config), tell=say, reads_only=True) as place:
        if stream is None:
            names = place.journal.streams()
            lines = [json.dumps(list(names), indent=2)] if form == "json" else map(plain, names)
            for line in lines:
                click.echo(line)
            return PASSED
        entries = place.journal.entries(stream)
    if not entries:
        raise UnusableError(
            f"the journal has no stream {stream}; `drillbook journal show` lists what there is"
        )
    for entry in entries:
        click.echo(_json(entry) if form == "json" else _line(entry))
    return PASSED


def _line(entry: Entry) -> str:
    at = datetime.fromtimestamp(entry.at_ns / 1e9, tz=UTC)
    body = json.dumps(dict(entry.body), ensure_ascii=False)
    return plain(f"{entry.seq:4d}  {at:%H:%M:%S.%f}Z  {entry.kind:20s} {body}")


def _json(entry: Entry) -> str:
    fields = {"stream": entry.stream, "seq": entry.seq, "kind": entry.kind, "at_ns": entry.at_ns}
    return json.dumps({**fields, "body": dict(entry.body), "hash": entry.hash})
