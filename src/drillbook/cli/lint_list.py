"""All lints → what `drillbook lint --list` and `--explain` print."""

import json

import click

from drillbook.cli.exits import UnusableError
from drillbook.lint.choose import nearest_lint
from drillbook.lint.pages import page_of
from drillbook.lint.registry import BY_NAME, LINTS
from drillbook.model.lint import Lint


def check_names(names: tuple[str, ...]) -> None:
    """Raises UnusableError for the first that is no lint."""
    for name in names:
        if name not in BY_NAME:
            near = nearest_lint(name, BY_NAME)
            cure = f"did you mean {near}?" if near else "`drillbook lint --list` lists them all"
            raise UnusableError(f"no lint is called {name!r}; {cure}")


def show_page(name: str) -> None:
    """What the lint flags, why, and how it is put right."""
    check_names((name,))
    click.echo(page_of(BY_NAME[name]), nl=False)


def show_lints(form: str) -> None:
    """A line or a row for each, by name."""
    lints = sorted(LINTS, key=lambda lint: lint.name)
    if form == "json":
        click.echo(json.dumps([_body(lint) for lint in lints], indent=2))
        return
    width = max(len(lint.name) for lint in lints)
    for lint in lints:
        off = "" if lint.is_on else " (off unless enabled)"
        name, severity = lint.name.ljust(width), lint.severity.value.ljust(7)
        click.echo(f"{name}  {severity}  {lint.rung.value:8}  {lint.summary}{off}")


def _body(lint: Lint) -> dict[str, object]:
    return {
        "name": lint.name,
        "summary": lint.summary,
        "severity": lint.severity.value,
        "rung": lint.rung.value,
        "is_on": lint.is_on,
        "asks_outside": lint.asks_outside,
    }
