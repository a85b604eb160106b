"""`drillbook store`: how the store of the journal stands; its tables, and the rights of roles."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from drillbook.cli.exits import PASSED
from drillbook.cli.options import format_option, settings_of, settings_option
from drillbook.report.plain import plain
from drillbook.verbs.store import apply_roles, migrate_store, role_statements, store_status


@click.group("store")
def command() -> None:
    """Look after the store of journal and jobs: SQLite, or the PostgreSQL of [store] url.

    \b
    Examples:
      drillbook store status
      drillbook store migrate
      drillbook store roles --runner drillbook_runner --server drillbook_server
    """


@command.command("status", short_help="Say which store it is, its version and its size.")
@settings_option
@format_option("text", "json")
def status(config: Path | None, form: str) -> int:
    """Say which store it is, its version, how much is in it and how large it is.

    Nothing is made and nothing is upgraded.

    \b
    Examples:
      drillbook store status
      drillbook store status --format json | jq .entries
    """
    found = store_status(settings_of(config))
    if form == "json":
        click.echo(json.dumps(asdict(found), indent=2))
        return PASSED
    version = f"version {found.version}" if found.version else "nothing is there yet"
    is_old = 0 < found.version < found.newest
    cure = f"; `drillbook store migrate` brings it to {found.newest}" if is_old else ""
    click.echo(f"{found.kind}  {plain(found.place)}")
    click.echo(f"{version}{cure}")
    click.echo(
        f"{found.entries} entries in {found.streams} streams, {found.open_streams} of them "
        f"without their end; {found.blobs} blobs; {found.size_bytes} bytes on the disk"
    )
    return PASSED


@command.command("migrate", short_help="Make the store's tables, or upgrade them.")
@settings_option
def migrate(config: Path | None) -> int:
    """Make the tables of journal and jobs, or bring them to the version of this Drillbook.

    SQLite upgrades itself when it is opened. In PostgreSQL, run it as the role that owns the
    tables, before the first server or runner of a new version starts; it may be run again at
    any time, and by several at once.

    \b
    Examples:
      drillbook store migrate
      drillbook store migrate --config owner.toml
    """
    done = migrate_store(settings_of(config))
    if done.before == done.after:
        click.echo(f"the journal's tables are of version {done.after} already")
    elif done.before:
        click.echo(f"the journal's tables went from version {done.before} to {done.after}")
    else:
        click.echo(f"the journal's tables were made, in version {done.after}")
    if done.jobs:
        click.echo("the tables of jobs were made or upgraded")
    return PASSED


@command.command("roles", short_help="Print or apply the rights of runners and servers.")
@click.option("--runner", "runners", multiple=True, metavar="NAME", help="A role of runners.")
@click.option("--server", "servers", multiple=True, metavar="NAME", help="A role of servers.")
@click.option("--apply", "is_applied", is_flag=True, help="Execute it, all or nothing per role.")
@settings_option
def roles(
    runners: tuple[str, ...], servers: tuple[str, ...], is_applied: bool, config: Path | None
) -> int:
    """Print the SQL that gives roles of PostgreSQL what their work needs, and nothing more.

    A role may read and append entries, ledger lines and outputs, and take and finish jobs. It
    can change or delete no entry and make no table; what it had before is taken away first. A
    runner's cannot append what people say: no request, answer, approval, note or token.

    \b
    Examples:
      drillbook store roles --runner drillbook_runner
      drillbook store roles --server drillbook_server --runner drillbook_runner --apply
    """
    names = [(name, False) for name in servers] + [(name, True) for name in runners]
    if not names:
        raise click.UsageError("name a role with --runner or --server")
    settings = settings_of(config)
    for name, is_runner in names:
        if is_applied:
            apply_roles(settings, name, is_runner=is_runner)
            click.echo(f"{plain(name)} has the rights of its work, and no others")
        else:
            for statement in role_statements(settings, name, is_runner=is_runner):
                click.echo(plain(f"{statement};"))
    return PASSED
