"""A run's Question → the Reply of the person at the terminal, or nobody's."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import click

from drillbook.cli.approvers import approval_lines
from drillbook.cli.guided import fitting, is_cut, screen, whole_command
from drillbook.cli.guided_keys import ALL, HELP, answer_of, help_lines, key_lines, reply_of
from drillbook.cli.keys import forget_typed, is_terminal, read_line
from drillbook.cli.narrator import Narrator
from drillbook.model.people import Caller, Person
from drillbook.model.run import Answer, Asked, Question, Reply, UnansweredError
from drillbook.report.plain import plain
from drillbook.verbs.running.executing import Company

_KEYS = {
    Answer.YES: ("y", "yes, run it"),
    Answer.NO: ("n", "no, leave this Option"),
    Answer.STOP: ("s", "stop here"),
    Answer.HAPPENED: ("h", "it happened, go on after it"),
    Answer.AGAIN: ("a", "run it again"),
    Answer.NOTE: ("t", "write a note"),
    Answer.HAND_OVER: ("o", "hand over to somebody else"),
}
# How often a run that waits looks whether its approval has come.
APPROVAL_LOOK_S = 1.0
_LEAVE = "Ctrl-C leaves the run open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who sits at the terminal, and how long they wait for others.

    With `approves` a step is approved without asking; whether one happened, and whether to undo
    what nobody knows to have failed, is always asked.
    """

    caller: Caller
    approves: bool = False
    wait_s: float = 0.0
    people: Mapping[str, Person] = field(default_factory=dict)


class Asker:
    """Puts a run's questions to whoever sits at the terminal."""

    def __init__(self, narrator: Narrator, seat: Seat) -> None:
        self._narrator = narrator
        self._seat = seat
        self._waits: dict[str, float] = {}
        self._noted = 0

    def __call__(self, question: Question) -> Reply:
        """The answer and whose it is. Raises UnansweredError where nobody is there to answer."""
        is_usual = Answer.YES in question.choices and question.kind is not Asked.UNDO
        if self._seat.approves and is_usual:
            return self._reply(Answer.YES)
        if question.kind is Asked.APPROVAL:
            return self._wait_for_others(question)
        self._narrator.end_wait()
        try:
            return self._asked(question)
        except (KeyboardInterrupt, EOFError):
            # It is an answer too, and the journal has it.
            click.echo(err=True)
            return self._reply(Answer.STOP)
        except OSError as error:
            # Who cannot be shown the question cannot answer it.
            raise UnansweredError from error

    def _asked(self, question: Question) -> Reply:
        is_guided = question.kind is Asked.GUIDED
        if not is_guided:
            _show(question)
        if not is_terminal():
            raise UnansweredError
        return self._guided(question) if is_guided else self._simple(question)

    def _simple(self, question: Question) -> Reply:
        keys = {_KEYS[choice][0]: choice for choice in question.choices if choice in _KEYS}
        for choice in keys.values():
            click.echo("  [{}] {}".format(*_KEYS[choice]), err=True)
        forget_typed()
        while True:
            key = _typed(f"{', '.join(keys)}: ").lower()
            reply = self._completed(keys[key]) if key in keys else None
            if reply is not None:
                return reply
            click.echo(f"please answer by one of these keys: {', '.join(keys)}", err=True)

    def _guided(self, question: Question) -> Reply:
        width = fitting(self._narrator.console.width)
        keys = key_lines(question, width, is_cut=is_cut(question, width))
        # After a note the same is asked again, and was read already.
        is_known = question.seq == self._noted
        _lines(keys if is_known else [*screen(question, width), *keys])
        forget_typed()
        while True:
            typed = _typed("What now? ")
            answer = answer_of(typed, question)
            reply = self._completed(answer) if answer else None
            if reply is not None:
                self._noted = question.seq if answer is Answer.NOTE else 0
                return reply
            if typed == HELP:
                _lines(help_lines(question, width))
            elif typed.lower() == ALL.letter:
                _lines(whole_command(question, width))
            elif answer is None:
                click.echo("Please type one of these letters, then Enter:", err=True)
            _lines(keys)

    def _wait_for_others(self, question: Question) -> Reply:
        """Look again after a moment, as long as this terminal waits; then leave the run open."""
        request = question.approval
        assert request is not None, "whoever asks for approval says for what"
        now_s = time.monotonic()
        if request.hash not in self._waits:
            self._waits[request.hash] = now_s + self._seat.wait_s
            self._narrator.end_wait()
            _lines(approval_lines(question, self._seat.people))
            if self._seat.wait_s > 0:
                click.echo(f"  Waiting here for {_minutes(self._seat.wait_s)}; {_LEAVE}.", err=True)
        if now_s >= self._waits[request.hash]:
            raise UnansweredError
        got, needed = len(request.given), request.approvals
        self._narrator.wait(f"waiting for approval, {got} of {needed}; {_LEAVE}")
        try:
            time.sleep(min(APPROVAL_LOOK_S, self._waits[request.hash] - now_s))
        except KeyboardInterrupt:
            self._narrator.end_wait()
            raise UnansweredError from None
        return self._reply(Answer.LOOK_AGAIN)

    def _completed(self, answer: Answer) -> Reply | None:
        return reply_of(answer, self._seat.caller, _typed, self._seat.people)

    def _reply(self, answer: Answer) -> Reply:
        return Reply(answer=answer, by=self._seat.caller.name, token=self._seat.caller.token)


def company_of(narrator: Narrator, seat: Seat) -> Company:
    """The person at this terminal: asked, told and shown everything."""
    return Company(
        ask=Asker(narrator, seat),
        watch=narrator.watch,
        on_output=narrator.output,
        name=seat.caller.name,
    )


def _minutes(wait_s: float) -> str:
    return f"{wait_s / 60:g} min" if wait_s >= 60 else f"{wait_s:g} s"


def _show(question: Question) -> None:
    click.echo(f"\n{plain(question.text)}", err=True)
    for line in plain(question.detail).strip().splitlines():
        click.echo(f"    {line}", err=True)


def _typed(prompt: str) -> str:
    click.echo(prompt, nl=False, err=True)
    return (read_line() or "").strip()


def _lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, err=True)
