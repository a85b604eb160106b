"""`drillbook lint`: what is wrong in runbooks and rules, each with its place and its cure."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from drillbook.cli.exits import PASSED
from drillbook.cli.lint_answer import Answering, answer, answer_options
from drillbook.cli.lint_exporting import exporting
from drillbook.cli.lint_list import check_names, show_lints, show_page
from drillbook.cli.options import format_option, settings_of, settings_option
from drillbook.lint.choose import Choice, chosen
from drillbook.lint.registry import LINTS
from drillbook.model.finding import Severity
from drillbook.model.linted import Linted
from drillbook.report.lint_forms import FORMS
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
@click.option(
    "--metrics",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Hold rules against what an exporter wrote at /metrics.",
)
@click.option("--prometheus", metavar="URL", help="Hold rules against what a Prometheus has.")
@click.option("--no-outside", is_flag=True, help="Ask no other program, such as shellcheck.")
@click.option("--no-cache", is_flag=True, help="Look at every file anew, and keep nothing.")
@click.option("--list", "is_list", is_flag=True, help="List all lints.")
@click.option("--explain", metavar="LINT", help="Show the page of a lint.")
@answer_options
@settings_option
@format_option(*FORMS)
def command(
    paths: tuple[str, ...],
    only: tuple[str, ...],
    enable: tuple[str, ...],
    disable: tuple[str, ...],
    severity: str,
    fail_on: str | None,
    metrics: tuple[Path, ...],
    prometheus: str | None,
    no_outside: bool,
    no_cache: bool,
    is_list: bool,
    explain: str | None,
    config: Path | None,
    form: str,
    **how: Any,
) -> int:
    """Say what is wrong in the runbooks and rules below PATHS, and how it is put right.

    Without PATHS: in the packs and globs of drillbook.toml, else below the current folder.

    \b
    Examples:
      drillbook lint
      drillbook lint docs/runbooks rules/alerts.yaml --severity note
      drillbook lint --only runbook-without-owner --fail-on warning
      drillbook lint --changed-since origin/main --format github
      drillbook lint --fix
      drillbook lint rules --prometheus http://127.0.0.1:9090
      drillbook lint --explain runbook-without-owner
    """
    if is_list:
        show_lints(form)
        return PASSED
    if explain is not None:
        show_page(explain)
        return PASSED
    check_names((*only, *enable, *disable))
    settings = settings_of(config)
    wanted = Wanted(
        root=Path.cwd(),
        today=datetime.now(UTC).date(),
        paths=tuple(shown(path) for path in paths),
        choice=Choice(enable=enable, disable=disable, only=only, asks_outside=not no_outside),
        severity=_mildest(severity, fail_on, how),
        fail_on=Severity(fail_on) if fail_on not in (None, "never") else None,
        exposition=exporting(metrics, prometheus, tuple(map(shown, paths)), settings),
        keeps=not no_cache,
    )
    asked = {lint.name for lint in chosen(LINTS, settings.lint, wanted.choice)[0]}

    def lint() -> Linted:
        linted = lint_tree(wanted, settings)
        return replace(linted, fail_on=None) if fail_on == "never" else linted

    return answer(
        lint,
        Answering(
            root=wanted.root,
            form=form,
            severity=Severity(severity),
            is_asked=asked.__contains__,
            **how,
        ),
    )


def _mildest(severity: str, fail_on: str | None, how: dict[str, Any]) -> Severity:
    """What is compared, mended or made to fail is needed whole; else what is shown is enough."""
    is_whole = any(how.values()) or "note" in (severity, fail_on)
    return Severity.NOTE if is_whole else Severity.WARNING


def shown(path: str) -> str:
    """As it counts from the current folder, if it lies there."""
    inside = os.path.relpath(path)
    return path if inside.startswith("..") and Path(path).is_absolute() else inside
