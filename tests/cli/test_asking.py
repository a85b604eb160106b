"""How a run's questions are put to a person, and what becomes of what they type."""

import pytest

from asked import approval, guided
from drillbook.cli import asking
from drillbook.cli.asking import Asker, Seat
from drillbook.cli.narrator import Narrator
from drillbook.model.people import Caller, Person
from drillbook.model.run import Answer, Asked, Question, Reply, UnansweredError

ADA = Caller(name="ada", token="0123456789")
STEP = Question(
    about="mend",
    text="Run `mend`? It is disruptive.",
    detail="systemctl restart x",
    choices=(Answer.YES, Answer.NO, Answer.STOP),
)
LOST = Question(
    about="mend",
    text="Did it?",
    detail="nothing",
    choices=(Answer.HAPPENED, Answer.AGAIN, Answer.NOTE, Answer.HAND_OVER, Answer.STOP),
    kind=Asked.LOST,
)


@pytest.fixture
def ask(monkeypatch):
    """Put a question to somebody who types these lines."""

    def put(question: Question, *lines: str, **seat) -> Reply:
        typed = iter(lines)

        def read(_: float | None = None) -> str:
            line = next(typed, None)
            if line is None:
                raise EOFError
            if line == "^C":
                raise KeyboardInterrupt
            return f"{line}\n"

        monkeypatch.setattr(asking, "is_terminal", lambda: True)
        monkeypatch.setattr(asking, "forget_typed", lambda: None)
        monkeypatch.setattr(asking, "read_line", read)
        return Asker(Narrator(), Seat(caller=ADA, **seat))(question)

    return put


def reply(answer: Answer, **fields) -> Reply:
    return Reply(answer=answer, by="ada", token="0123456789", **fields)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["y"], Answer.YES),
        (["Y"], Answer.YES),
        (["n"], Answer.NO),
        (["s"], Answer.STOP),
        (["", "what", "n"], Answer.NO),
        ([], Answer.STOP),
        (["^C"], Answer.STOP),
    ],
)
def test_a_step(lines, expected, ask, capsys):
    """A key; else it is asked again. The end of input and Ctrl-C are answers too."""
    assert reply(expected) == ask(STEP, *lines)
    shown = capsys.readouterr().err
    assert "Run `mend`? It is disruptive.\n    systemctl restart x\n" in shown
    assert "  [y] yes, run it\n  [n] no, leave this Option\n  [s] stop here\ny, n, s: " in shown


def test_whether_it_happened(ask):
    """Only a person can say; a note and handing over are possible too."""
    assert reply(Answer.HAPPENED) == ask(LOST, "h")
    assert reply(Answer.NOTE, text="it is warm") == ask(LOST, "t", "it is warm")
    assert reply(Answer.HAND_OVER, to="bob") == ask(LOST, "o", "bob")


def test_yes_approves_steps_and_nothing_else(ask):
    """With --yes nothing is asked of a step; whether one happened is, and approval is others'."""
    assert reply(Answer.YES) == ask(STEP, approves=True)
    assert reply(Answer.AGAIN) == ask(LOST, "a", approves=True)
    with pytest.raises(UnansweredError):
        ask(approval(), approves=True)


def test_nobody_at_a_terminal(monkeypatch, capsys):
    """The question is shown for the log, and nothing is made up."""
    monkeypatch.setattr(asking, "is_terminal", lambda: False)
    with pytest.raises(UnansweredError):
        Asker(Narrator(), Seat(caller=ADA))(STEP)
    assert "Run `mend`?" in capsys.readouterr().err


def test_a_terminal_that_went_away(ask, monkeypatch):
    """Who cannot be shown the question has not answered it."""

    def gone(*_, **__):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(asking.click, "echo", gone)
    with pytest.raises(UnansweredError):
        ask(STEP, "y")


def test_guided(ask, capsys):
    """The screen, the keys, and what was typed."""
    assert reply(Answer.YES) == ask(guided(), "r")
    shown = capsys.readouterr().err
    assert "Step 1 of 2, Resolution: Start the server" in shown
    assert "[r] run it   [s] skip" in shown


def test_guided_asks_again(ask, capsys):
    """Anything else shows the keys once more, ? explains them, an empty reason is thinking."""
    assert reply(Answer.SKIP, text="by hand") == ask(
        guided(), "", "y", "?", "s", "", "s", "by hand"
    )
    shown = capsys.readouterr().err
    assert 2 == shown.count("Please type one of these letters, then Enter:")
    assert "skip: do not run it: done by hand, or not needed; you say why" in shown
    assert 1 == shown.count("Step 1 of 2")


def test_a_long_command_is_shown_whole_at_a_key(ask, capsys):
    """`a` shows what the screen left out."""
    step = guided().guide.step
    long = type(step)(
        name="s",
        language="sh",
        command="\n".join(f"echo {number}" for number in range(30)),
        target="local",
    )
    ask(guided(step=long), "a", "r")
    assert "    echo 29\n" in capsys.readouterr().err


def test_after_a_note_the_screen_is_not_shown_again(monkeypatch, capsys):
    """The same question comes again, and was read already."""
    typed = iter(["n\n", "warm\n", "r\n"])
    monkeypatch.setattr(asking, "is_terminal", lambda: True)
    monkeypatch.setattr(asking, "forget_typed", lambda: None)
    monkeypatch.setattr(asking, "read_line", lambda: next(typed))
    asker = Asker(Narrator(), Seat(caller=ADA))
    assert [reply(Answer.NOTE, text="warm"), reply(Answer.YES)] == [
        asker(guided()),
        asker(guided()),
    ]
    assert 1 == capsys.readouterr().err.count("Step 1 of 2")


def test_handing_over_to_one_of_the_people(ask):
    """A name that nobody has is asked for again."""
    people = {"bob": Person(name="bob")}
    assert reply(Answer.HAND_OVER, to="bob") == ask(guided(), "h", "bbo", "bob", people=people)


def test_approval_is_not_waited_for_where_nobody_wants_to(ask, capsys):
    """Who may give it is said, and the run is left open at once."""
    with pytest.raises(UnansweredError):
        ask(approval(), people={"bob": Person(name="bob")})
    shown = capsys.readouterr().err
    assert "  bob may give it, on any terminal of this installation:\n" in shown
    assert "Waiting here" not in shown


def test_approval_is_waited_for(monkeypatch, capsys):
    """The run looks again and again until the time is over; it is told once what for."""
    now = iter([0.0, 0.5, 1.5, 2.0])
    monkeypatch.setattr(asking.time, "monotonic", lambda: next(now))
    slept: list[float] = []
    monkeypatch.setattr(asking.time, "sleep", slept.append)
    narrator = Narrator.__new__(Narrator)
    narrator.end_wait = lambda: None
    narrator.wait = lambda _: None
    asker = Asker(narrator, Seat(caller=ADA, wait_s=2.0))
    assert [reply(Answer.LOOK_AGAIN)] * 3 == [asker(approval()) for _ in range(3)]
    assert [1.0, 1.0, 0.5] == slept
    with pytest.raises(UnansweredError):
        asker(approval())
    shown = capsys.readouterr().err
    assert 1 == shown.count("needs 1 approval by others")
    assert "  Waiting here for 2 s; Ctrl-C leaves the run open.\n" in shown


def test_ctrl_c_while_others_are_waited_for_leaves_the_run_open(monkeypatch):
    """It is no answer: nothing runs, and others may still approve."""

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(asking.time, "sleep", interrupted)
    with pytest.raises(UnansweredError):
        Asker(Narrator(), Seat(caller=ADA, wait_s=60.0))(approval())
