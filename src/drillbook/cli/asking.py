"""A run's Question → the person's Answer at the terminal."""

import getpass
import os
import select
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
LOOK_S = 0.2
LINE_BYTES_MAX = 4_096


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
        except (KeyboardInterrupt, EOFError):
            # It is an answer too, and the journal has it.
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
    while True:
        click.echo(f"{', '.join(keys)}: ", nl=False, err=True)
        key = _line().strip().lower()
        if key in keys:
            return keys[key]
        click.echo(f"please answer by one of these keys: {', '.join(keys)}", err=True)


def _line() -> str:
    """One line of the terminal. Raises EOFError at its end, KeyboardInterrupt at Ctrl-C.

    We look whether there is one, and only then read it: a Ctrl-C that comes just before a read
    that blocks would be noticed only after it.
    """
    descriptor = sys.stdin.fileno()
    while not select.select([descriptor], [], [], LOOK_S)[0]:
        pass
    line = os.read(descriptor, LINE_BYTES_MAX)
    if not line:
        raise EOFError
    return line.decode(errors="replace")


def _is_terminal() -> bool:
    try:
        return sys.stdin is not None and sys.stdin.isatty()
    except ValueError:
        return False
