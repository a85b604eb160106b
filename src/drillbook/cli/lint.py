"""`drillbook lint`: what is wrong in runbooks and rules, each with its place and its cure."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from drillbook.cli.exits import PASSED
from drillbook.cli.lint_answer import Answering, answer, answer_options
from drillbook.cli.lint_list import show_lints, show_page
from drillbook.cli.lint_wishes import NEVER, wanted_of, wish_options, wishes_among
from drillbook.cli.options import format_option, settings_of, settings_option
from drillbook.lint.choose import chosen
from drillbook.lint.registry import LINTS
from drillbook.model.finding import Severity
from drillbook.model.linted import Linted
from drillbook.report.lint_forms import FORMS
from drillbook.verbs.lint import lint_tree


@click.command("lint")
@click.argument("paths", nargs=-1, type=click.Path())
@wish_options
@click.option("--list", "is_list", is_flag=True, help="List all lints.")
@click.option("--explain", metavar="LINT", help="Show the page of a lint.")
@answer_options
@settings_option
@format_option(*FORMS)
def command(
    paths: tuple[str, ...],
    is_list: bool,
    explain: str | None,
    config: Path | None,
    form: str,
    **said: Any,
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
    return _lint(paths, config, form, said)


def _lint(paths: tuple[str, ...], config: Path | None, form: str, said: dict[str, Any]) -> int:
    settings = settings_of(config)
    wishes = wishes_among(said)
    wanted = wanted_of(wishes, paths, settings, is_whole=any(said.values()))
    asked = {lint.name for lint in chosen(LINTS, settings.lint, wanted.choice)[0]}

    def lint() -> Linted:
        linted = lint_tree(wanted, settings)
        return replace(linted, fail_on=None) if wishes.fail_on == NEVER else linted

    return answer(
        lint,
        Answering(
            root=wanted.root,
            form=form,
            severity=Severity(wishes.severity),
            is_asked=asked.__contains__,
            **said,
        ),
    )
