"""`drillbook init`: a team's folder → a drillbook.toml that already lints and covers."""

import shlex
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from drillbook.cli.exits import FINDINGS, PASSED, UnusableError
from drillbook.cli.options import SETTINGS_NAME
from drillbook.cli.voice import say
from drillbook.convert.settings import settings_file
from drillbook.report.lint_text import count_of
from drillbook.report.plain import plain
from drillbook.report.write import write_whole
from drillbook.verbs.making.files import write_new
from drillbook.verbs.making.survey import Survey, survey

# What takes longer says how far it is, as often.
PROGRESS_S = 2.0


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--dry-run", is_flag=True, help="Print the settings; write nothing.")
@click.option("--force", is_flag=True, help=f"Replace the {SETTINGS_NAME} that is there.")
def command(folder: Path, dry_run: bool, force: bool) -> int:
    """Look at FOLDER, find its runbooks and rules, and write a drillbook.toml for them.

    What it finds: Markdown that reads as a runbook, Prometheus's rule files and PrometheusRule
    manifests, prometheus.yml, packs, and which folder the rules' runbook_url annotations mean.

    \b
    Examples:
      drillbook init
      drillbook init --dry-run
      drillbook init services/orders
    """
    if not folder.is_dir():
        raise UnusableError(f"{folder}: there is no such folder; check the path")
    path = folder / SETTINGS_NAME
    if path.is_symlink() or (path.exists() and not (force or dry_run)):
        raise UnusableError(
            f"{path} is there already; --dry-run shows what would be written, --force replaces it"
        )
    found = survey(folder.absolute(), datetime.now(UTC).date(), _progress())
    if not (found.runbook_files or found.rule_files or found.tree.packs):
        say(
            f"{folder}: no runbook and no rule was found in {found.documents} Markdown files, so "
            "nothing is written; begin with drillbook new runbook"
        )
        return FINDINGS
    text = settings_file(found.tree)
    if dry_run:
        click.echo(text, nl=False)
        for line in _lines(found, folder):
            say(line)
        return PASSED
    _write(path, text, force=force)
    for line in (*_lines(found, folder), f"written: {path}", *_next(found, folder)):
        click.echo(plain(line))
    return PASSED


def _write(path: Path, text: str, *, force: bool) -> None:
    if force:
        write_whole(path, text)
    else:
        write_new(path.parent, {path.name: text})


def _lines(found: Survey, folder: Path) -> Iterator[str]:
    """What was found, in counts."""
    yield (
        f"found below {folder}: {count_of(found.runbooks, 'runbook')} in {found.runbook_files} of "
        f"{count_of(found.documents, 'Markdown file')}; {count_of(found.rules, 'alerting rule')} "
        f"in {count_of(found.rule_files, 'rule file')}; {count_of(len(found.tree.packs), 'pack')}; "
        f"{count_of(len(found.tree.scrape), 'scrape configuration')}"
    )
    for each in found.prefixes:
        yield (
            f"runbook_url {each.url} means {each.folder}: {each.found} of {each.total} URLs "
            "lead to a file"
        )
    begun = sum(each.total for each in found.prefixes)
    if found.urls > begun and not found.tree.packs:
        yield (
            f"{found.urls - begun} of {found.urls} runbook_urls lead to nothing that lies here; "
            "name their folder in [lint.runbook_urls]"
        )
    if found.left_out:
        yield f"files that fit no glob: {found.left_out:,}; add globs for them to [lint]"
    if found.unread:
        yield f"{count_of(found.unread, 'file')} could not be read; `drillbook lint .` says why"
    if found.is_cut:
        yield "there are more files than are looked at; run it in a folder below"


def _next(found: Survey, folder: Path) -> Iterator[str]:
    yield "next:"
    if folder.resolve() != Path.cwd().resolve():
        yield f"  cd {shlex.quote(str(folder))}"
    yield "  drillbook lint"
    yield "  drillbook cover"
    words = found.alerts[0] if found.alerts else "what you see"
    yield f"  drillbook find {shlex.quote(words)}"


def _progress() -> Callable[[int], None]:
    next_s = time.monotonic() + PROGRESS_S

    def tell(done: int) -> None:
        nonlocal next_s
        if time.monotonic() >= next_s:
            next_s = time.monotonic() + PROGRESS_S
            say(f"{done} files read …")

    return tell
