"""Names of runs as arguments: how they are written, and which the tab key offers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from drillbook.cli.options import SETTINGS_NAME, named, nearest_settings

COMPLETED_MAX = 50
Command = TypeVar("Command", bound=Callable[..., Any])


def run_argument(command: Command) -> Command:
    """Add the argument RUN, with the open runs behind the tab key."""
    return click.argument("run", callback=named, shell_complete=open_runs)(command)


def run_name(run: str) -> str:
    """The name of a run, which may be written as the journal's stream."""
    return run.removeprefix("run/")


def open_runs(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """The open runs whose names begin so, the newest first.

    None where there is no journal on this machine: a press of the tab key makes no file, asks
    for no password and shows no error.
    """
    from drillbook.journal.open import open_journal
    from drillbook.model.clock import SystemClock
    from drillbook.model.journal import JournalError
    from drillbook.read.settings import default_settings, read_settings

    said: Path | None = ctx.params.get("config")
    path = said or nearest_settings(Path.cwd()) or Path.cwd() / SETTINGS_NAME
    settings = read_settings(path)[0] or default_settings(path.parent)
    if settings.store.url or not (settings.state / "journal.db").is_file():
        return []
    try:
        journal = open_journal(settings, clock=SystemClock(), secrets={})
    except JournalError:
        return []
    try:
        streams = journal.unended(f"run/{run_name(incomplete)}", "run-ended")
    except JournalError:
        return []
    finally:
        journal.close()
    return [run_name(stream) for stream in reversed(streams)][:COMPLETED_MAX]
