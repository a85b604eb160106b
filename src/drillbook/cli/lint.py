"""`drillbook lint`: what is wrong in runbooks and rules, each with its place and its cure."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import click

from drillbook.cli.exits import FINDINGS, PASSED
from drillbook.cli.findings import finding_body, finding_lines
from drillbook.cli.options import format_option, settings_of, settings_option
from drillbook.lint.choose import Choice
from drillbook.model.finding import Severity
from drillbook.model.linted import Linted
from drillbook.verbs.lint import Wanted, lint_tree

SEVERITIES = [severity.value for severity in Severity]


@click.command("lint")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--only", multiple=True, metavar="LINT", help="Ask this lint alone.")
@click.option("--enable", multiple=True, metavar="LINT", help="Ask it too.")
@click.option("--disable", multiple=True, metavar="LINT", help="Do not ask it.")
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="warning",
    show_default=True,
    help="Show findings of this severity and graver ones.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    help="End with exit code 1 from this severity on; error if the settings say nothing.",
)
@settings_option
@format_option("text", "json")
def command(
    paths: tuple[str, ...],
    only: tuple[str, ...],
    enable: tuple[str, ...],
    disable: tuple[str, ...],
    severity: str,
    fail_on: str | None,
    config: Path | None,
    form: str,
) -> int:
    """Say what is wrong in the runbooks and rules below PATHS, and how it is put right.

    Without PATHS: in the packs and globs of drillbook.toml, else below the current folder.

    \b
    Examples:
      drillbook lint
      drillbook lint docs/runbooks rules/alerts.yaml --severity note
      drillbook lint --only runbook-without-owner --fail-on warning
    """
    settings = settings_of(config)
    wanted = Wanted(
        root=Path.cwd(),
        today=datetime.now(UTC).date(),
        paths=tuple(shown(path) for path in paths),
        choice=Choice(enable=enable, disable=disable, only=only),
        severity=Severity(severity),
        fail_on=Severity(fail_on) if fail_on not in (None, "never") else None,
    )
    linted = lint_tree(wanted, settings)
    show(linted, form)
    return FINDINGS if linted.failing and fail_on != "never" else PASSED


def shown(path: str) -> str:
    """As it counts from the current folder, if it lies there."""
    inside = os.path.relpath(path)
    return path if inside.startswith("..") and Path(path).is_absolute() else inside


def show(linted: Linted, form: str) -> None:
    """Print the Findings."""
    if form == "json":
        click.echo(json.dumps([finding_body(each) for each in linted.findings], indent=2))
        return
    for each in linted.findings:
        click.echo("\n".join(finding_lines(each)))
    files, findings = len(linted.paths), len(linted.findings)
    hidden = f", {linted.notes_hidden} more with --severity note" if linted.notes_hidden else ""
    click.echo(f"{findings} findings in {files} files{hidden}", err=True)
