"""A run's Question → the person's Answer at the terminal."""

import getpass
import sys
import termios

import click

from drillbook.cli.narrator import Narrator
from drillbook.cli.plain import plain
from drillbook.model.run import Answer, Question
from drillbook.verbs.run import Company

_KEYS = {
    Answer.YES: ("y", "yes, run it"),
    Answer.NO: ("n", "no, leave this Option"),
    Answer.STOP: ("s", "stop here"),
    Answer.HAPPENED: ("h", "it happened, go on after it"),
    Answer.AGAIN: ("a", "run it again"),
}
NOBODY = "nobody"


class Asker:
    """Puts a run's questions to whoever sits at the terminal."""

    def __init__(self, narrator: Narrator) -> None:
        self._narrator = narrator

    def __call__(self, question: Question) -> tuple[Answer, str]:
        self._narrator.end_wait()
        try:
            _show(question)
            if not _is_terminal():
                click.echo(
                    "nobody can answer: standard input is no terminal. "
                    "Run it in a terminal, or with --yes, which asks nothing",
                    err=True,
                )
                return Answer.STOP, NOBODY
            return _key(question), person()
        except click.Abort:
            # Ctrl-C or the end of input: it is an answer too, and the journal has it.
            click.echo(err=True)
            return Answer.STOP, person()
        except OSError:
            # Who cannot be shown the question cannot answer it.
            return Answer.STOP, NOBODY


def company_of(narrator: Narrator) -> Company:
    """The person at this terminal: asked, told and shown everything."""
    return Company(
        ask=Asker(narrator), watch=narrator.watch, on_output=narrator.output, name=person()
    )


def person() -> str:
    """Who sits here, as the system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown user"


def _show(question: Question) -> None:
    click.echo(f"\n{plain(question.text)}", err=True)
    for line in plain(question.detail).strip().splitlines():
        click.echo(f"    {line}", err=True)


def _key(question: Question) -> Answer:
    keys = {_KEYS[choice][0]: choice for choice in question.choices}
    for choice in question.choices:
        click.echo("  [{}] {}".format(*_KEYS[choice]), err=True)
    # What was typed before the question was seen is no answer to it.
    termios.tcflush(sys.stdin, termios.TCIFLUSH)
    choices = click.Choice(list(keys), case_sensitive=False)
    return keys[click.prompt(", ".join(keys), type=choices, show_choices=False, err=True)]


def _is_terminal() -> bool:
    try:
        return sys.stdin is not None and sys.stdin.isatty()
    except ValueError:
        return False
