"""A mark that something is still to be written."""

import pytest

from drillbook.lint.document.todo_left_in import LINT
from told import PLAIN, severities, told

# Put together here, so that this file is not unfinished itself.
TASK = "TO" + "DO"
BROKEN = "FIX" + "ME"


@pytest.mark.parametrize(
    ("line", "underlined"),
    [
        (TASK, TASK),
        (f"{TASK}: how to see it", TASK),
        (f"- {BROKEN} this is wrong", BROKEN),
        ("| Owner | TBD |", "TBD"),
        (f"_{TASK}_ say what it does", TASK),
        ("The date is TBA.", "TBA"),
        ("Lorem ipsum dolor sit amet.", "Lorem ipsum dolor"),
    ],
)
def test_the_mark_is_underlined(line, underlined):
    """Whoever reads it at night cannot write it."""
    assert [f"14: {underlined}"] == told(LINT, f"{PLAIN}{line}\n")
    assert ["warning"] == severities(LINT, f"{PLAIN}{line}\n")


@pytest.mark.parametrize(
    "line",
    [
        f"Grep for `{TASK}`.",
        f"Add it to the {TASK} list.",
        f"See {TASK}.md and docs/{TASK}.",
        f"Columns: {TASK}, DOING, DONE.",
        "What is there to do?",
        f"The flag MY_{TASK} or {TASK}_LIST",
        f"The {TASK}-list",
    ],
)
def test_words_about_it_are_fine(line):
    """A list, a file or a column of that name."""
    assert [] == told(LINT, f"{PLAIN}{line}\n")


@pytest.mark.parametrize(
    ("language", "line", "underlined"),
    [
        ("sh", f"# {TASK}: how to see it", f"# {TASK}"),
        ("sql", "select 1; -- TBD", "-- TBD"),
        ("python", f"x = 1  # {BROKEN}", f"# {BROKEN}"),
    ],
)
def test_a_comment_of_a_command_can_say_it(language, line, underlined):
    """The command is not what it should be."""
    text = f"{PLAIN}```{language}\n{line}\n```\n"
    assert [f"15: {underlined}"] == told(LINT, text)


def test_a_command_may_look_for_it():
    """Its words are arguments."""
    assert [] == told(LINT, f"{PLAIN}```sh\ngrep {TASK} src\n```\n")
