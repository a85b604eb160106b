# ruff: noqa: N999 - a module is called as its command is
"""`drillbook import`: files of other tools → runbooks, and what they could not carry over."""

import os
from pathlib import Path

import click

from drillbook.cli.exits import FINDINGS, PASSED
from drillbook.cli.findings import show_findings
from drillbook.cli.voice import say
from drillbook.convert.registry import FORMATS
from drillbook.verbs.making.conversion import AUTO, import_files


@click.command("import")
@click.argument("form", metavar="FORMAT", type=click.Choice([AUTO, *FORMATS]))
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--into", required=True, type=click.Path(), help="The folder for the runbooks.")
@click.option("--owner", default="", help="Who will own them.")
@click.option("--strict", is_flag=True, help="End with exit code 1 if anything was left out.")
def command(form: str, files: tuple[str, ...], into: str, owner: str, strict: bool) -> int:
    """Convert FILES of another tool to runbooks, and say what could not be carried over.

    FORMAT is auto (guessed from the content), rundeck (jobs, YAML or JSON), ssm (documents of AWS
    Systems Manager, 2.2 and 0.3), runme or markdown. No file that is there is touched.

    \b
    Examples:
      drillbook import auto old/*.yaml --into runbooks --owner platform
      drillbook import markdown wiki/restart-the-api.md --into runbooks --strict
    """
    done = import_files(Path.cwd(), form, files, into=os.path.relpath(into), owner=owner.strip())
    for path in done.written:
        click.echo(path)
    show_findings((*done.leftovers, *done.findings))
    count = len(done.leftovers)
    if count:
        say(f"{count} things were left out, each said above")
    return FINDINGS if done.findings or (strict and count) else PASSED
