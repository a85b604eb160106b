"""The options of `drillbook lint` that say what is asked → what is wanted of the tree."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from drillbook.cli.lint_exporting import exporting
from drillbook.cli.lint_list import check_names
from drillbook.lint.choose import Choice
from drillbook.model.finding import Severity
from drillbook.model.settings import Settings
from drillbook.verbs.lint import Wanted

SEVERITIES = tuple(severity.value for severity in Severity)
NEVER = "never"
Command = TypeVar("Command", bound=Callable[..., Any])
_OPTIONS = (
    click.option("--only", multiple=True, metavar="LINT", help="Ask this lint alone."),
    click.option("--enable", multiple=True, metavar="LINT", help="Ask it too."),
    click.option("--disable", multiple=True, metavar="LINT", help="Do not ask it."),
    click.option(
        "--severity",
        type=click.Choice(SEVERITIES),
        default=Severity.WARNING.value,
        show_default=True,
        help="Show findings of this severity and graver ones.",
    ),
    click.option(
        "--fail-on",
        type=click.Choice([*SEVERITIES, NEVER]),
        help="End with exit code 1 from this severity on; error if the settings say nothing.",
    ),
    click.option(
        "--metrics",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Hold rules against what an exporter wrote at /metrics.",
    ),
    click.option("--prometheus", metavar="URL", help="Hold rules against what a Prometheus has."),
    click.option("--no-outside", is_flag=True, help="Ask no other program, such as shellcheck."),
    click.option("--no-cache", is_flag=True, help="Look at every file anew, and keep nothing."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the options said."""

    only: tuple[str, ...]
    enable: tuple[str, ...]
    disable: tuple[str, ...]
    severity: str
    fail_on: str | None
    metrics: tuple[Path, ...]
    prometheus: str | None
    no_outside: bool
    no_cache: bool


def wish_options(command: Command) -> Command:
    """Add the options that say what is asked."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def wishes_among(said: dict[str, Any]) -> Wishes:
    """Take the values of these options out of all that was said."""
    return Wishes(**{name: said.pop(name) for name in Wishes.__dataclass_fields__})


def wanted_of(
    wishes: Wishes, paths: tuple[str, ...], settings: Settings, *, is_whole: bool
) -> Wanted:
    """`is_whole`: notes are compared or mended, so that they are needed although nobody sees them.

    Raises UnusableError where a name is no lint.
    """
    check_names((*wishes.only, *wishes.enable, *wishes.disable))
    said = (wishes.severity, wishes.fail_on or settings.lint.fail_on.value)
    is_note = is_whole or Severity.NOTE.value in said
    fails = wishes.fail_on not in (None, NEVER)
    inside = tuple(shown(path) for path in paths)
    return Wanted(
        root=Path.cwd(),
        today=datetime.now(UTC).date(),
        paths=inside,
        choice=Choice(
            enable=wishes.enable,
            disable=wishes.disable,
            only=wishes.only,
            asks_outside=not wishes.no_outside,
        ),
        severity=Severity.NOTE if is_note else Severity.WARNING,
        fail_on=Severity(wishes.fail_on) if fails else None,
        exposition=exporting(wishes.metrics, wishes.prometheus, inside, settings),
        keeps=not wishes.no_cache,
    )


def shown(path: str) -> str:
    """As it counts from the current folder, if it lies there."""
    inside = os.path.relpath(path)
    return path if inside.startswith("..") and Path(path).is_absolute() else inside
