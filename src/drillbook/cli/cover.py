"""`drillbook cover`: how far all runbooks stand, and what the next rung needs."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from drillbook.cli.exits import FINDINGS, PASSED, UnusableError
from drillbook.cli.options import format_option, settings_of, settings_option
from drillbook.cli.voice import say
from drillbook.cover.figures import NAMES
from drillbook.cover.minimum import Minimum, NoMinimumError, missed, read_minimum
from drillbook.model.coverage import Coverage
from drillbook.model.settings import Settings
from drillbook.report.cover_html import coverage_html
from drillbook.report.cover_json import coverage_json
from drillbook.report.cover_markdown import coverage_markdown
from drillbook.report.cover_text import coverage_lines
from drillbook.report.write import write_whole
from drillbook.verbs.cover import Asked, cover
from drillbook.verbs.running.workplace import Workplace, open_workplace
from drillbook_labs.registry import LABS

# What takes longer says how far it is, as often.
PROGRESS_S = 2.0


def _minima(
    _ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]
) -> tuple[Minimum, ...]:
    try:
        return tuple(read_minimum(text) for text in texts)
    except NoMinimumError as error:
        raise click.BadParameter(str(error)) from error


@click.command("cover")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--min",
    "minima",
    multiple=True,
    metavar="FIGURE=SHARE",
    callback=_minima,
    help=f"End with exit code 1 where a figure is less; figures are {', '.join(NAMES)}.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the result here, whole or not at all, instead of printing it.",
)
@click.option(
    "--no-journal", is_flag=True, help="Leave out what runs and drills on this machine have shown."
)
@settings_option
@format_option("text", "markdown", "json", "html")
def command(
    paths: tuple[str, ...],
    minima: tuple[Minimum, ...],
    output: Path | None,
    no_journal: bool,
    config: Path | None,
    form: str,
) -> int:
    """Say how far the runbooks below PATHS stand, for every alert, runbook, step and drill.

    A runbook is readable, then linked, then runnable, then proven. Without PATHS: in the packs
    and globs of drillbook.toml, else below the current folder.

    \b
    Examples:
      drillbook cover
      drillbook cover docs/runbooks rules --min covered=100% --min linked=80%
      drillbook cover --format html --output build/coverage.html
    """
    settings = settings_of(config)
    _refuse_missing(paths)
    asked = Asked(
        root=Path.cwd(),
        now_ns=time.time_ns(),
        paths=tuple(_shown(path) for path in paths),
        labs=LABS,
        open_place=lambda: _opened(settings, wanted=not no_journal),
        tell=_progress(),
    )
    coverage = cover(asked, settings)
    _show(coverage, form, output)
    lines = list(missed(coverage.figures, minima))
    for line in lines:
        click.echo(f"missed: {line}", err=True)
    return FINDINGS if lines else PASSED


def _refuse_missing(paths: tuple[str, ...]) -> None:
    for path in paths:
        if not Path(path).exists():
            raise UnusableError(f"{path}: there is no such file or folder; check the path")


def _shown(path: str) -> str:
    """As it counts from the current folder, if it lies there."""
    inside = os.path.relpath(path)
    return path if inside.startswith("..") and Path(path).is_absolute() else inside


@contextmanager
def _opened(settings: Settings, *, wanted: bool) -> Iterator[Workplace | None]:
    """The journal where there is one; looking at coverage makes none."""
    is_there = bool(settings.store.url) or (settings.state / "journal.db").is_file()
    if not (wanted and is_there):
        yield None
        return
    with open_workplace(settings, tell=say, reads_only=True) as place:
        yield place


def _progress() -> Callable[[int, int], None]:
    next_s = time.monotonic() + PROGRESS_S

    def tell(done: int, total: int) -> None:
        nonlocal next_s
        if time.monotonic() >= next_s and done < total:
            next_s = time.monotonic() + PROGRESS_S
            say(f"{done} of {total} files read …")

    return tell


def _show(coverage: Coverage, form: str, output: Path | None) -> None:
    width = 100 if output else min(shutil.get_terminal_size().columns, 120)
    writers: dict[str, Callable[[], str]] = {
        "text": lambda: "\n".join(coverage_lines(coverage, width=width)) + "\n",
        "markdown": lambda: coverage_markdown(coverage),
        "json": lambda: coverage_json(coverage),
        "html": lambda: coverage_html(coverage),
    }
    text = writers[form]()
    if output is None:
        click.echo(text, nl=False)
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    write_whole(output, text)
    say(f"written to {output}")
