"""A run's Question → the person's Answer at the terminal."""

import getpass
import sys

import click

from drillbook.cli.narrator import Narrator
from drillbook.cli.plain import plain
from drillbook.model.run import Answer, Question

_KEYS = {
    Answer.YES: ("y", "yes, run it"),
    Answer.NO: ("n", "no, leave this Option"),
    Answer.STOP: ("s", "stop here"),
    Answer.HAPPENED: ("h", "it happened, go on after it"),
    Answer.AGAIN: ("a", "run it again"),
}


class Asker:
    """Puts a run's questions to whoever sits at the terminal."""

    def __init__(self, narrator: Narrator) -> None:
        self._narrator = narrator

    def __call__(self, question: Question) -> tuple[Answer, str]:
        self._narrator.end_wait()
        click.echo(f"\n{plain(question.text)}", err=True)
        for line in plain(question.detail).strip().splitlines():
            click.echo(f"    {line}", err=True)
        if not sys.stdin.isatty():
            click.echo("nobody can answer: this is no terminal (--yes asks nothing)", err=True)
            return Answer.STOP, "nobody"
        keys = {_KEYS[choice][0]: choice for choice in question.choices}
        texts = ", ".join(f"[{_KEYS[choice][0]}] {_KEYS[choice][1]}" for choice in question.choices)
        key = click.prompt(texts, type=click.Choice(list(keys)), show_choices=False, err=True)
        return keys[key], person()


def person() -> str:
    """Who sits here, as the system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown user"
