"""A guided run's Question → the keys that mean something now; a key → the Reply."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from textwrap import wrap

from drillbook.model.people import Caller
from drillbook.model.run import Answer, Part, Question, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key: its letter, what it is called in the list of keys, and what it does."""

    letter: str
    word: str
    means: str


KEYS = {
    Answer.YES: Key(letter="r", word="run it", means="run the command above, as it stands"),
    Answer.SKIP: Key(
        letter="s", word="skip", means="do not run it: done by hand, or not needed; you say why"
    ),
    Answer.RETRY: Key(letter="p", word="previous again", means="run the step before it again"),
    Answer.NO: Key(letter="l", word="leave", means="give this way up and look for another one"),
    Answer.NOTE: Key(letter="n", word="note", means="write down what you see, for the others"),
    Answer.ESCALATE: Key(letter="e", word="escalate", means="stop here and say that you need help"),
    Answer.HAND_OVER: Key(
        letter="h", word="hand over", means="somebody else goes on from here; nothing is lost"
    ),
    Answer.STOP: Key(letter="q", word="quit", means="end the run; what was done stays done"),
}
# After a step that did not do what it should, the same answers mean something else.
KEYS_FAILED = {
    **KEYS,
    Answer.RETRY: Key(letter="r", word="run it again", means="once more, as it stands"),
    Answer.YES: Key(
        letter="g", word="go on", means="leave it so: the runbook looks again and goes on"
    ),
    Answer.SKIP: Key(
        letter="s", word="skip", means="count it as done: you mended it by hand; you say how"
    ),
}
_STOP_STAGE = Key(letter="g", word="go on", means="leave it so: the procedure goes no further")
_STOP_UNDO = Key(letter="g", word="go on", means="leave it so: nothing more is undone")
# Leaving a stage of a procedure looks for no other way.
_LEAVE_STAGE = Key(letter="l", word="leave", means="go no further: what was done may be undone")
_LEAVE_UNDO = Key(letter="l", word="leave", means="undo no more: what was done stays, and you look")
ALL, HELP = Key(letter="a", word="all of it", means="show all of the command"), "?"


def key_lines(question: Question, width: int, *, is_cut: bool = False) -> list[str]:
    """The keys that mean something now, on as few lines as they need."""
    cells = [f"[{key.letter}] {key.word}" for key in _keys(question).values()]
    if is_cut:
        cells.append(f"[{ALL.letter}] {ALL.word}")
    lines = ["", ""]
    for cell in [*cells, f"[{HELP}] help"]:
        joined = f"{lines[-1]}   {cell}" if lines[-1] else cell
        if len(joined) > width and lines[-1]:
            lines.append(cell)
        else:
            lines[-1] = joined
    return lines


# What is asked for beside the key, and whether nothing is an answer to it.
_WORDS = {
    Answer.NOTE: ("Your note (empty: none): ", True),
    Answer.SKIP: ("Why is it not needed (empty: back): ", True),
    Answer.ESCALATE: ("What should they know: ", False),
}
_LOST_CONNECTION = (
    "Ctrl-C ends the run, as q does. Where the connection breaks nothing is lost: "
    "`drillbook resume` asks this again."
)


def help_lines(question: Question, width: int) -> list[str]:
    """What each key does."""
    lines = ["Type one letter, then Enter:"]
    for key in [*_keys(question).values(), ALL]:
        lines += wrap(
            f"{key.letter}  {key.word}: {key.means}",
            width,
            initial_indent="  ",
            subsequent_indent="     ",
        )
    return [*lines, *wrap(_LOST_CONNECTION, width)]


def answer_of(typed: str, question: Question) -> Answer | None:
    """The answer that a letter or its word stands for; None for anything else."""
    said = typed.strip().lower()
    for answer, key in _keys(question).items():
        if said in (key.letter, key.word, key.word.partition(" ")[0]):
            return answer
    return None


def reply_of(
    answer: Answer, caller: Caller, ask: Callable[[str], str], people: Container[str] = ()
) -> Reply | None:
    """The reply, after what it needs beside the key was asked for; None where they think again.

    Where there are `people`, a run is handed over to one of them, or to whoever takes it.
    """
    text, to = "", ""
    if answer in _WORDS:
        prompt, is_needed = _WORDS[answer]
        text = ask(prompt)
        if is_needed and not text:
            return None
    elif answer is Answer.HAND_OVER:
        to = ask("To whom (empty: whoever takes it): ")
        while to and people and to not in people:
            to = ask("drillbook.toml names nobody so; to whom (empty: whoever takes it): ")
    return Reply(answer=answer, by=caller.name, text=text, to=to, token=caller.token)


def _keys(question: Question) -> dict[Answer, Key]:
    has_failed = question.guide is not None and bool(question.guide.failed)
    keys = KEYS_FAILED if has_failed else KEYS
    if question.guide is not None and question.guide.stage:
        is_undo = question.guide.part is Part.UNDO
        keys = {**keys, Answer.NO: _LEAVE_UNDO if is_undo else _LEAVE_STAGE}
        if has_failed:
            keys[Answer.YES] = _STOP_UNDO if is_undo else _STOP_STAGE
    return {answer: key for answer, key in keys.items() if answer in question.choices}
