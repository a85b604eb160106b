"""`drillbook serve`: API, webhooks and workers in one process."""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from drillbook.cli.bell import Bell, left
from drillbook.cli.exits import PASSED, UnusableError
from drillbook.cli.options import settings_of, settings_option
from drillbook.cli.voice import say


@click.command("serve")
@click.option(
    "--listen",
    metavar="HOST:PORT",
    help="Where to listen; server.listen of drillbook.toml if not given. Port 0: any free one.",
)
@click.option(
    "--sites",
    metavar="NAME,…",
    help="The sites whose runs are performed here; server.site if not given.",
)
@click.option("--no-workers", is_flag=True, help="Perform nothing here: runners do.")
@click.option(
    "--insecure",
    is_flag=True,
    help="Let other machines come in without TLS: tokens can then be read on the way.",
)
@settings_option
def command(
    listen: str | None,
    sites: str | None,
    no_workers: bool,
    insecure: bool,
    config: Path | None,
) -> int:
    """Answer the API and webhooks, and perform the runs that they ask for.

    Keeps everything in SQLite below `state`; with `store.url` in PostgreSQL, which any number of
    servers and runners share. Asks everybody for a token: see `drillbook token create --help`.

    SIGTERM stops it in order: steps that run go on with their guardians, their runs stay open,
    and the next server goes on with them. A second one ends it at once.

    \b
    Examples:
      drillbook serve
      drillbook serve --listen 127.0.0.1:0
      drillbook serve --no-workers --listen 0.0.0.0:8470 --insecure
      curl -H "Authorization: Bearer $DRILLBOOK_TOKEN" http://127.0.0.1:8470/api/v1/runbooks
    """
    settings = settings_of(config)
    serving = _serving()
    order = serving.Order(
        listen=listen or settings.server.listen,
        sites=_sites(sites, settings.server.site),
        has_workers=not no_workers,
        is_insecure=insecure,
        config=config,
    )
    try:
        with Bell() as bell, serving.start_server(settings, order) as server:
            return _until_told(bell, server, settings.server.stop_within_s)
    except serving.ListenError as error:
        raise UnusableError(str(error)) from error


def _until_told(bell: Bell, server: Any, stop_within_s: float) -> int:
    for line in server.lines():
        say(line)
    while not bell.rung.wait(1.0):
        if not server.is_up():
            raise UnusableError("the server ended by itself; look above, and start it again")
    say(f"stops within {stop_within_s:g} s; a second signal ends it at once")
    return PASSED if server.stop() else left()


def _serving() -> ModuleType:
    """The web framework takes a third of a second to import, and is an extra."""
    try:
        return import_module("drillbook.web.serving")
    except ModuleNotFoundError as error:
        raise UnusableError(
            f"serving needs the Python package {error.name}; "
            'install it with pip install "drillbook[server]"'
        ) from error


def _sites(given: str | None, default: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in (given or default).split(",") if name.strip())
    if not names:
        raise click.BadParameter("it names no site", param_hint="--sites")
    return names
