"""`drillbook find`: which runbook, section and line a symptom, an alert or a log line is about."""

import json
import os
import sqlite3
import sys
from pathlib import Path

import click

from drillbook.cli.exits import FINDINGS, PASSED, UnusableError
from drillbook.cli.options import (
    SETTINGS_NAME,
    format_option,
    nearest_settings,
    settings_option,
)
from drillbook.model.search import Hit
from drillbook.report.plain import plain
from drillbook.verbs.find import Found, NothingAskedError, Scope, find

STANDARD_INPUT = "-"
INPUT_BYTES_MAX = 65_536
LIMIT_MAX = 100
SNIPPET_CHARS = 160
STATE_FOLDER = ".drillbook"


@click.command("find")
@click.argument("words", nargs=-1)
@click.option(
    "--in",
    "paths",
    multiple=True,
    type=click.Path(),
    metavar="PATH",
    help="Look only in this file or folder; may be given several times.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, LIMIT_MAX),
    default=5,
    show_default=True,
    help="Show at most so many runbooks.",
)
@settings_option
@format_option("text", "json")
def command(
    words: tuple[str, ...], paths: tuple[str, ...], limit: int, config: Path | None, form: str
) -> int:
    """Find the runbook for WORDS: a symptom, an alert, an error code, a log line, a stack trace.

    Without WORDS, or with -, standard input is read. Only runbooks and rules are read.
    The index is kept below the state folder and brought up to date by itself.

    \b
    Examples:
      drillbook find disk filling up on the database
      drillbook find KubePodCrashLooping --limit 1
      drillbook find "connection refused" --in runbooks --format json
      journalctl -u api -n 50 | drillbook find -
    """
    scope = _scope(config, paths)
    try:
        found = find(
            _asked(words),
            scope,
            limit,
            here=Path.cwd(),
            refresh=lambda connection: _refresh(connection, scope, config),
        )
    except NothingAskedError:
        raise UnusableError(
            "nothing to look for is left without numbers, ids, times and paths; "
            "add a word of what is wrong"
        ) from None
    if not found.count:
        raise UnusableError(_nothing_there(scope))
    _show(found, form)
    return PASSED if found.hits else FINDINGS


def _asked(words: tuple[str, ...]) -> str:
    """The words, or what standard input holds, up to a bound."""
    if words and words != (STANDARD_INPUT,):
        return " ".join(words)
    if not words and sys.stdin.isatty():
        raise click.UsageError("name a symptom, an alert or an error, or pipe a log line in")
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        return sys.stdin.read(INPUT_BYTES_MAX)
    return bytes(stream.read(INPUT_BYTES_MAX)).decode("utf-8", "replace")


def _scope(config: Path | None, paths: tuple[str, ...]) -> Scope:
    """Of the settings only `state` is read here: all else is, where the index is not current."""
    here = Path.cwd()
    file = config or nearest_settings(here)
    root = file.absolute().parent if file else here
    for path in paths:
        if not Path(path).exists():
            raise UnusableError(f"{path}: there is no such file or folder; correct --in")
    return Scope(
        root=root,
        state=root / (_state_said(file) if file else STATE_FOLDER),
        settings_file=file.absolute() if file else None,
        paths=tuple(os.path.relpath(path, root) for path in paths),
    )


def _state_said(file: Path) -> str:
    """What is wrong with the settings is said where they are read in full."""
    import tomllib

    try:
        with file.open("rb") as stream:
            state = tomllib.load(stream).get("state", STATE_FOLDER)
    except (OSError, ValueError, RecursionError):
        return STATE_FOLDER
    return state if isinstance(state, str) and "\0" not in state else STATE_FOLDER


def _refresh(connection: sqlite3.Connection, scope: Scope, config: Path | None) -> None:
    """Reading runbooks takes modules that an answer from the index does without."""
    from drillbook.cli.options import settings_of
    from drillbook.cli.voice import say
    from drillbook.verbs.indexing.tree import index_tree

    index_tree(connection, scope, settings_of(config), tell=say)


def _nothing_there(scope: Scope) -> str:
    where = " or ".join(scope.paths) if scope.paths else str(scope.root)
    return (
        f"no runbooks in {where}; name their folder by --in, or in {SETTINGS_NAME} by "
        '[lint] runbooks = ["docs/runbooks/**"]'
    )


def _show(found: Found, form: str) -> None:
    if form == "json":
        click.echo(json.dumps([_body(hit) for hit in found.hits], indent=2))
        return
    for hit in found.hits:
        click.echo("\n".join(_lines(hit)))
    if not found.hits:
        click.echo(f"no runbook of {found.count} says any of it", err=True)


def _lines(hit: Hit) -> list[str]:
    """Where, what it is called, the line that fits, and why."""
    anchor = f"#{hit.anchor}" if hit.anchor else ""
    where = click.style(plain(f"{hit.path}:{hit.line}{anchor}"), fg="cyan")
    under = f" - {plain(hit.section)}" if hit.section and hit.section != hit.title else ""
    title = click.style(plain(hit.title), bold=True)
    because = f"has {', '.join(plain(word) for word in hit.words)}"
    rule = f"; the rule of {plain(hit.alert)} says so" if hit.alert else ""
    snippet = hit.snippet[:SNIPPET_CHARS] + ("…" if len(hit.snippet) > SNIPPET_CHARS else "")
    return [f"{where}  {title}{under}", f"  {plain(snippet)}", f"  {because}{rule}"]


def _body(hit: Hit) -> dict[str, object]:
    return {
        "path": hit.path,
        "anchor": hit.anchor,
        "title": hit.title,
        "section": hit.section,
        "line": hit.line,
        "snippet": hit.snippet,
        "words": list(hit.words),
        "alert": hit.alert,
        "score": hit.score,
    }
