"""Options that several commands share, and how they are read."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from drillbook.cli.exits import UnusableError

# What reads the settings is imported when it is asked: `find` answers without it.
if TYPE_CHECKING:
    from drillbook.model.settings import Settings

SETTINGS_NAME = "drillbook.toml"
Command = TypeVar("Command", bound=Callable[..., Any])


def settings_option(command: Command) -> Command:
    """Add `--config FILE`."""
    return click.option(
        "--config",
        "config",
        type=click.Path(path_type=Path),
        envvar="DRILLBOOK_CONFIG",
        help=f"Settings; the nearest {SETTINGS_NAME} upwards of here if not given.",
    )(command)


def input_option(command: Command) -> Command:
    """Add `--input NAME=VALUE`."""
    return click.option(
        "--input",
        "inputs",
        multiple=True,
        metavar="NAME=VALUE",
        help="Give an input of the runbook a value; may be given several times.",
    )(command)


def format_option(*formats: str) -> Callable[[Command], Command]:
    """Add `--format text|…`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How results are printed.",
    )


def settings_of(config: Path | None) -> "Settings":
    """The settings; what is wrong with them is printed, and an ERROR among it ends the command."""
    from drillbook.cli.findings import show_findings
    from drillbook.model.finding import Severity
    from drillbook.read.settings import default_settings, read_settings

    here = _here()
    path = config or nearest_settings(here)
    if path is None:
        return default_settings(here)
    settings, findings = read_settings(path)
    show_findings(findings)
    is_wrong = any(finding.severity is Severity.ERROR for finding in findings)
    if settings is None or is_wrong:
        raise UnusableError(f"{path} is not usable as it stands; correct it as said above")
    if config is None and settings.secrets:
        _refuse_strangers(path)
    return settings


def _refuse_strangers(path: Path) -> None:
    """A file that was come upon and names secrets runs their commands, or sends them to a store.

    Raises UnusableError where somebody else could have put it there.
    """
    found = path.stat()
    if found.st_uid not in (0, os.getuid()) or found.st_mode & stat.S_IWOTH:
        raise UnusableError(
            f"{path} names secrets, and others than you could have written it; read "
            "it, and name it by --config if you trust it"
        )


def named(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """The callback of arguments that name something in the journal."""
    if value is not None and not value.isprintable():
        raise click.BadParameter("nothing in the journal has unprintable characters in its name")
    return value


def pairs_of(inputs: tuple[str, ...]) -> dict[str, str]:
    """`("a=1", "b=2")` → names and values."""
    pairs = {}
    for each in inputs:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{each!r} is not NAME=VALUE", param_hint="--input")
        pairs[name] = value
    return pairs


def _here() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise UnusableError("the current folder was removed; change to another one") from error


def nearest_settings(folder: Path) -> Path | None:
    """The settings file of the folder, else of the nearest above it that has one."""
    for each in (folder, *folder.parents):
        if (each / SETTINGS_NAME).is_file():
            return each / SETTINGS_NAME
    return None
