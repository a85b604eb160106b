"""What the lints say → what is printed or mended, and how the command ends."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from drillbook import __version__
from drillbook.cli.exits import FINDINGS, PASSED, UnusableError
from drillbook.cli.voice import say
from drillbook.lint.keeping.baseline import Baseline, baseline_text, read_baseline
from drillbook.lint.mending.writing import write_text
from drillbook.lint.registry import BY_NAME
from drillbook.model.finding import Severity
from drillbook.model.linted import Linted, Showing
from drillbook.read.changes import changes_since
from drillbook.read.file import read_text
from drillbook.report.lint_forms import FORMS
from drillbook.report.lint_text import count_of
from drillbook.report.plain import plain
from drillbook.verbs.linting.narrow import Narrowing, narrowed
from drillbook.verbs.linting.quoting import quoter
from drillbook.verbs.mend import Mended, difference, mend, texts_of

COLUMNS_ELSEWHERE = 100
# The forms by which a Finding is known again.
FINGERPRINTED = ("json", "sarif")
Command = TypeVar("Command", bound=Callable[..., Any])
_OPTIONS = (
    click.option(
        "--baseline",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Only what does not stand in FILE counts.",
    ),
    click.option(
        "--write-baseline",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write what is found into FILE, and end with exit code 0.",
    ),
    click.option(
        "--changed-since",
        metavar="REV",
        help="Only lines that were changed since this commit, tag or branch count.",
    ),
    click.option("--fix", is_flag=True, help="Mend in the files what is mechanical."),
    click.option(
        "--diff",
        "--dry-run",
        "is_dry",
        is_flag=True,
        help="Print as a patch what --fix would do; nothing is written.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """How it is answered. Paths count from `root`; `is_asked` says which lints are."""

    root: Path
    form: str
    severity: Severity
    is_asked: Callable[[str], bool]
    baseline: Path | None = None
    write_baseline: Path | None = None
    changed_since: str | None = None
    fix: bool = False
    is_dry: bool = False


def answer_options(command: Command) -> Command:
    """Add the options that say what counts and what is done about it."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def answer(lint: Callable[[], Linted], how: Answering) -> int:
    """Lint, then print, mend or keep what was found; the exit code."""
    narrowing = _narrowing(how)

    def found() -> Linted:
        return narrowed(lint(), narrowing, quoter(how.root), how.root)

    if how.write_baseline is not None:
        return _keep(found(), how.write_baseline, how.root)
    if how.is_dry:
        return _show_difference(found, how.root)
    if how.fix:
        _tell(_mended(found, how.root))
    linted = found()
    _print(FORMS[how.form](linted, _showing(how.root)))
    if not linted.paths:
        say("there was no file to look at; name folders, or correct the globs of [lint]")
    return FINDINGS if linted.failing else PASSED


def _narrowing(how: Answering) -> Narrowing:
    return Narrowing(
        severity=how.severity,
        # A new one holds the old ones too.
        baseline=_baseline(how.baseline) if how.baseline and not how.write_baseline else None,
        changes=changes_since(how.root, how.changed_since)
        if how.changed_since is not None
        else None,
        is_asked=how.is_asked,
        has_fingerprints=how.form in FINGERPRINTED,
    )


def _baseline(path: Path) -> Baseline:
    text, findings = read_text(path)
    if text is None:
        raise UnusableError(f"{path}: {findings[0].message}; {findings[0].help}")
    return read_baseline(text, str(path))


def _keep(linted: Linted, path: Path, root: Path) -> int:
    write_text(path, baseline_text(linted.findings, quoter(root)))
    say(f"{count_of(len(linted.findings), 'finding')} kept in {path}")
    return PASSED


def _show_difference(found: Callable[[], Linted], root: Path) -> int:
    """Findings without a mechanical cure are not counted here."""
    linted = found()
    patch = difference(linted.findings, texts_of(linted.findings, root))
    is_shown = sys.stdout.isatty()
    click.echo(plain(patch) if is_shown else patch, nl=False)
    return FINDINGS if patch else PASSED


def _mended(found: Callable[[], Linted], root: Path) -> Mended:
    """Linted once more between two looks at the files, so that places and texts belong together."""
    texts = texts_of(found().findings, root)
    return mend(found().findings, texts, root) if texts else Mended()


def _tell(mended: Mended) -> None:
    done = count_of(len(mended.done), "finding")
    say(f"{done} mended in {count_of(len(mended.paths), 'file')}")
    if mended.left:
        say(f"{count_of(len(mended.left), 'cure')} overlapped another; run --fix again")
    for each in mended.refused:
        say(each)


def _showing(root: Path) -> Showing:
    is_terminal = sys.stdout.isatty()
    return Showing(
        lints=BY_NAME,
        line_of=quoter(root),
        width=shutil.get_terminal_size().columns if is_terminal else COLUMNS_ELSEWHERE,
        has_colour=is_terminal and click.get_current_context().color is not False,
        version=__version__,
    )


def _print(text: str) -> None:
    """Half of a character from a path is no reason to say nothing."""
    click.echo(text.encode("utf-8", "backslashreplace").decode("utf-8"), nl=False)
