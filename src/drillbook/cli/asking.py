"""A run's Question → the person's Answer at the terminal."""

import getpass
import os
import select
import sys
import termios

import click

from drillbook.cli.narrator import Narrator
from drillbook.cli.plain import plain
from drillbook.model.run import Answer, Asked, Question, Reply, UnansweredError
from drillbook.verbs.run import Company

_KEYS = {
    Answer.YES: ("y", "yes, run it"),
    Answer.NO: ("n", "no, leave this Option"),
    Answer.STOP: ("s", "stop here"),
    Answer.HAPPENED: ("h", "it happened, go on after it"),
    Answer.AGAIN: ("a", "run it again"),
    Answer.SKIP: ("k", "skip it: I did it by hand, or it is not needed"),
    Answer.RETRY: ("r", "run the step before it again"),
    Answer.NOTE: ("t", "write a note"),
    Answer.ESCALATE: ("e", "escalate: I need help"),
    Answer.HAND_OVER: ("o", "hand over to somebody else"),
}
LOOK_S = 0.2
LINE_BYTES_MAX = 4_096


class Asker:
    """Puts a run's questions to whoever sits at the terminal.

    With `approves` a step is approved without asking; whether one happened is always asked.
    """

    def __init__(self, narrator: Narrator, *, approves: bool = False) -> None:
        self._narrator = narrator
        self._approves = approves

    def __call__(self, question: Question) -> Reply:
        """The answer and whose it is. Raises UnansweredError where nobody is at a terminal."""
        if self._approves and Answer.YES in question.choices:
            return Reply(answer=Answer.YES, by=person())
        self._narrator.end_wait()
        try:
            _show(question)
            if question.kind is Asked.APPROVAL or not _is_terminal():
                raise UnansweredError
            return Reply(answer=_key(question), by=person())
        except (KeyboardInterrupt, EOFError):
            # It is an answer too, and the journal has it.
            click.echo(err=True)
            return Reply(answer=Answer.STOP, by=person())
        except OSError as error:
            # Who cannot be shown the question cannot answer it.
            raise UnansweredError from error


def company_of(narrator: Narrator, *, approves: bool = False) -> Company:
    """The person at this terminal: asked, told and shown everything."""
    return Company(
        ask=Asker(narrator, approves=approves),
        watch=narrator.watch,
        on_output=narrator.output,
        name=person(),
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
