"""What somebody who has never seen the system sees of a step, on a plain terminal."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asked import GUIDE, STEP, guided
from drillbook.cli.guided import COMMAND_LINES_MAX, fitting, is_cut, screen, whole_command
from drillbook.cli.guided_keys import help_lines, key_lines
from drillbook.model.run import Answer, Part, Question
from drillbook.model.sentence import Risk

STORIES = Path(__file__).parent / "stories"


def seen(question: Question, width: int) -> list[str]:
    """The screen and its keys."""
    return [*screen(question, width), *key_lines(question, width, is_cut=is_cut(question, width))]


def test_what_is_seen(tell):
    """A story: one step at two widths, after it failed, a Check, and the help."""
    story = tell(STORIES / "guided.txt")
    for columns in (80, 60):
        story.expect(f"{columns} columns", "\n".join(seen(guided(), fitting(columns))).strip("\n"))
    story.expect("help", "\n".join(help_lines(guided(), fitting(80))))
    failed = guided(failed="`start-server`: exit code is 1")
    story.expect("failed", "\n".join(seen(failed, fitting(80))).strip("\n"))
    looks = guided(part=Part.CHECK, title="Does it answer?", step=None, previous="", why="")
    story.expect("check", "\n".join(seen(looks, fitting(80))).strip("\n"))


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (60, 28)])
def test_it_fits_on_the_screen(columns, rows):
    """Also where the command and the reasons are long: nothing scrolls away unseen at 80 x 24."""
    long = replace(STEP, command="\n".join(f"echo {number}" for number in range(100)))
    for question in (guided(), guided(step=long, why="because " * 500, when="", loses="nothing.")):
        lines = [*seen(question, fitting(columns)), "What now? "]
        assert len(lines) <= rows
        assert max(map(len, lines)) < columns


def test_a_long_command_is_cut_and_can_be_seen_whole():
    """The screen says how many lines are left, and one key shows all of them."""
    command = "\n".join(f"echo {number}" for number in range(40))
    question = guided(step=replace(STEP, command=command))
    text = "\n".join(seen(question, 79))
    assert f"... {40 - COMMAND_LINES_MAX + 1} more lines: [a] shows them" in text
    assert "[a] all of it" in text
    assert command.splitlines() == [line.strip() for line in whole_command(question, 79) if line]
    assert "[a]" not in "\n".join(seen(guided(), 79))


def test_the_command_is_exact():
    """Nothing of it is left out or made otherwise where it fits on its lines."""
    command = 'awk -F: \'{print $1,  "x"}\' /etc/passwd \\\n  | sort   -u\n\necho "ü"'
    lines = whole_command(guided(step=replace(STEP, command=command)), 79)[1:-1]
    assert command.split("\n") == [line.removeprefix("    ") for line in lines]


@pytest.mark.parametrize(
    ("settings", "target", "expected"),
    [
        ({"kind": "ssh", "host": "10.0.0.7"}, "db", "Where:  db (ssh 10.0.0.7), in sh, for at "),
        ({"kind": "container", "name": "pg"}, "db", "Where:  db (container pg), in sh, for at "),
        ({"kind": "local"}, "local", "Where:  this machine, in sh, for at most 60 s"),
        ({"kind": "local"}, "db", "Where:  this machine, for db, in sh, for at most 60 s"),
    ],
)
def test_where(settings, target, expected):
    """The target by its name, and how it is reached."""
    step = replace(STEP, settings=settings, target=target)
    assert any(line.startswith(expected) for line in screen(guided(step=step), 79))


def test_only_values_that_the_command_uses_are_shown():
    """In whichever way it uses them."""
    text = "\n".join(screen(guided(), 79))
    assert "With:   PGHOST=10.0.0.7, PGPORT=5432, SERVER=postgresql\n" in text
    sql = replace(STEP, language="sql", command="select :server", values={"server": "x", "y": "z"})
    assert "With:   SERVER=x\n" in "\n".join(screen(guided(step=sql), 79))


@pytest.mark.parametrize("risk", list(Risk))
def test_risk_is_told_in_words(risk):
    """Its name, what it means, and the runbook's own words."""
    text = " ".join(" ".join(screen(guided(risk=risk), 79)).split())
    assert f"Risk: {risk.value}: " in text
    assert "Clients reconnect." in text
    assert 1 == text.count("disruptive") if risk is Risk.DISRUPTIVE else True
    assert "Loses: nothing; committed data" in text


def test_a_check_has_no_risk():
    """It changes nothing, and says so."""
    text = "\n".join(screen(guided(part=Part.CHECK), 79))
    assert "Does:   It looks at the system and changes nothing." in text
    assert "Risk:" not in text


def test_labels_are_not_told_twice():
    """What stands behind a label of the runbook is not among the reasons."""
    assert "**Risk" not in "\n".join(screen(guided(), 79))


def test_after_a_failure_keys_mean_something_else():
    """Run again, go on, mended by hand; the reason stands there instead of the command."""
    text = "\n".join(seen(guided(failed="`start-server`: exit code is 1"), 79))
    assert "As:     `start-server`: exit code is 1" in text
    assert "[r] run it again   " in text
    assert "[g] go on" in text
    assert "supervisorctl" not in text


def test_a_question_without_a_guide():
    """Whatever else is asked is shown as it is."""
    question = Question(about="a", text="Did it?", detail="out\nput", choices=(Answer.STOP,))
    assert ["Did it?", "    out", "    put"] == screen(question, 79)


def test_hostile_text_is_shown_and_not_obeyed():
    """A heading, a reason, a command or a value cannot clear the terminal."""
    evil = "\x1b[2J\u202e"
    step = replace(STEP, command=f"echo $EVIL {evil}", values={"evil": evil}, target=evil)
    text = "\n".join(
        screen(guided(step=step, title=evil, why=evil, previous=evil, healthy=(evil,)), 79)
    )
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.count("\\x1b[2J") >= 6


@pytest.mark.parametrize(("columns", "expected"), [(200, 79), (80, 79), (60, 59), (10, 39)])
def test_fitting(columns, expected):
    """Never wider than can be read, nor than the terminal, nor too narrow for words."""
    assert expected == fitting(columns)


@given(st.text(max_size=300), st.text(max_size=300), st.integers(min_value=39, max_value=79))
def test_no_line_is_wider_than_the_terminal(command, why, width):
    """Whatever a runbook says."""
    question = guided(step=replace(STEP, command=command), why=why)
    assert all(len(line) <= width for line in seen(question, width))


def test_the_guide_of_the_tests_is_one():
    """All that a Guide can tell is told in these tests; a procedure's in `test_procedure`."""
    others = {"failed", "stage", "stages", "held_up", "is_gate"}
    assert all(getattr(GUIDE, name) for name in GUIDE.__dataclass_fields__ if name not in others)


def test_the_folder_and_who_reads_the_command_are_told():
    """The same letters do something else in another folder, or read by another program."""
    step = replace(STEP, cwd="/srv/prod", interpreter="perl")
    said = " ".join(line.strip() for line in screen(guided(step=step), 79))
    assert "in the folder /srv/prod, in sh read by perl, for at most 60 s" in said
