"""`drillbook run` guided, with Checks alone, and with inputs that are asked for."""

import json
import re

import pytest

from terminal import Terminal, run_in_terminal

INPUTS = "inputs:\n  size: {prompt: How big shall it be?, choices: [small, large]}"
STEP = 'echo "$SIZE" > mended'
NOW = "What now? "


@pytest.mark.parametrize(("columns", "term"), [(80, "dumb"), (60, "dumb"), (60, "xterm-256color")])
def test_guided_from_end_to_end(columns, term, runbook, tmp_path):
    """Explained, decided upon, explained again: on any terminal, and recovered at the end."""
    name = runbook(front="owner: platform")
    keys = [
        (NOW, b"?\n"),
        (NOW, b"n\n"),
        ("Your note", b"nobody has touched it\n"),
        (NOW, b"r\n"),
        (NOW, b"r\n"),
        (NOW, b"r\n"),
    ]
    terminal = Terminal(folder=tmp_path, columns=columns, env={"TERM": term})
    screen = run_in_terminal(["run", name, "--guided"], keys, terminal)
    assert 0 == screen.code
    text = " ".join(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.text).split())
    for said in (
        "Step 1 of 1, Diagnosis: Is it there?",
        "Does: It looks at the system and changes nothing.",
        "Noted.",
        "Result: unhealthy: exit code is 1",
        "The runbook's way: Mend it, as `is-there` is unhealthy.",
        "Risk: disruptive: people who use the system notice it.",
        "Where: this machine, in sh, for at most 30 s",
        "Means: It did what it should. Next: the verification.",
        "recovered: recovered after Mend it",
    ):
        assert said in text
    if term == "dumb":
        lines = screen.text.replace("\r", "").splitlines()
        # The last line stands on standard output, and is for machines too.
        assert not [line for line in lines[:-1] if len(line) > columns]


def test_guided_after_a_failure(runbook, drillbook, tmp_path):
    """Run again, then go on without; nobody could mend it, and whom to ask is said."""
    name = runbook("exit 3", front="owner: platform")
    keys = [(NOW, b"r\n"), (NOW, b"r\n"), (NOW, b"r\n"), (NOW, b"g\n"), (NOW, b"r\n")]
    screen = run_in_terminal(
        ["run", name, "--guided"], keys, Terminal(folder=tmp_path, env={"TERM": "dumb"})
    )
    assert 1 == screen.code
    assert 2 == screen.text.count("`mend-it` did not do what it should. Go on all the same?")
    assert "This way did not mend it: the runbook looks again from its first Check." in screen.text
    assert "Ask for help now: platform." in screen.text


@pytest.mark.parametrize(
    ("key", "code", "state"),
    [(b"e\n", 1, "escalated"), (b"h\n", 4, "open"), (b"q\n", 130, "cancelled")],
)
def test_giving_up(key, code, state, runbook, inside, tmp_path):
    """Escalated, handed over, stopped: nothing was run, and the run says which."""
    more = {b"e\n": [("should they know", b"too hot\n")], b"h\n": [("To whom", b"bob\n")]}
    keys = [(NOW, key), *more.get(key, [])]
    screen = run_in_terminal(
        ["run", runbook(check="touch looked"), "--guided"],
        keys,
        Terminal(folder=tmp_path, env={"TERM": "dumb"}),
    )
    assert code == screen.code
    (run,) = json.loads(inside("runs", "--format", "json").out)
    assert state == run["state"]
    assert not (tmp_path / "looked").exists()
    words = {b"e\n": "too hot", b"h\n": "hands over to bob", b"q\n": "says stop"}
    assert words[key] in inside("runs", "show", run["run"]).out


def test_guided_needs_somebody_to_guide(runbook, inside):
    """No terminal, or nothing to decide: one line, nothing begins."""
    assert "--guided needs a terminal; over ssh" in inside("run", runbook(), "--guided").err
    ended = inside("run", runbook(), "--guided", "--yes")
    assert "--guided asks before every step and --yes before none" in ended.err
    assert "[]" == inside("runs", "--format", "json").out.strip()


@pytest.mark.parametrize(
    ("check", "code", "option"), [("false", 1, "mend-it"), ("true", 0, None), ("exit 7", 4, None)]
)
def test_checks_alone(check, code, option, runbook, inside, tmp_path):
    """They run, what would be chosen is said, nothing is done; the exit code says what was seen."""
    ended = inside("run", runbook(check=check, risk="none"), "--checks-only", "--format", "json")
    said = json.loads(ended.out)
    assert (code, "observed", option) == (ended.code, said["state"], said["would_choose"])
    assert not (tmp_path / "mended").exists()


def test_inputs_are_asked_for_at_a_terminal(runbook, tmp_path):
    """In the runbook's words, with its choices; what will not do is asked again."""
    keys = [("or the word): ", b"huge\n"), ("or the word): ", b"2\n")]
    name = runbook(STEP, front=INPUTS)
    screen = run_in_terminal(["run", name, "--yes"], keys, Terminal(folder=tmp_path))
    assert 0 == screen.code
    assert "How big shall it be?" in screen.text
    assert "that will not do: it is none of small, large" in screen.text
    assert "large\n" == (tmp_path / "mended").read_text()


@pytest.mark.parametrize("arguments", [("--no-prompt",), ("--input", "size=huge")])
def test_inputs_that_are_not_asked_for(arguments, runbook, tmp_path):
    """With --no-prompt, or where the given value is wrong: the Finding says what to do."""
    name = runbook(STEP, front=INPUTS)
    screen = run_in_terminal(["run", name, "--yes", *arguments], [], Terminal(folder=tmp_path))
    assert 2 == screen.code
    assert "or the word" not in screen.text
    assert not (tmp_path / "mended").exists()


def test_nothing_is_asked_where_nobody_is(runbook, inside):
    """A script gets the Finding, at once."""
    ended = inside("run", runbook(STEP, front=INPUTS), "--yes")
    assert 2 == ended.code
    assert "input `size` has no value" in ended.err


def test_ctrl_c_at_an_input_begins_nothing(runbook, inside, tmp_path):
    """There is no run then."""
    name = runbook(STEP, front=INPUTS)
    keys = [("or the word): ", b"\x03")]
    screen = run_in_terminal(["run", name, "--yes"], keys, Terminal(folder=tmp_path))
    assert 130 == screen.code
    assert "[]" == inside("runs", "--format", "json").out.strip()
