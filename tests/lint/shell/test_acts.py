"""A document → its acts: what each fence would do."""

import pytest

from acting import plain, runbook
from drillbook.lint.shell.acts import acts_of, is_advised_against, is_meant_to_run, text_of
from drillbook.model.runbook import Check, Option, Verification
from drillbook.read.markdown.runbook import read_document


def test_every_fence_is_an_act():
    """With its section, the title above it and the step that it is."""
    look, act, verify = acts_of(read_document(runbook(), "a.md"))
    assert ["diagnosis", "resolution", "verification"] == [look.role, act.role, verify.role]
    assert ["Look", "Act", "Verification"] == [look.heading, act.heading, verify.heading]
    assert isinstance(look.owner, Check)
    assert isinstance(act.owner, Option)
    assert isinstance(verify.owner, Verification)
    assert act.step is not None
    assert "act" == act.step.name


def test_the_paragraph_right_before_is_said():
    """A person reads it before the command."""
    (act,) = acts_of(read_document(plain("ls", said="Look at the files:"), "a.md"))
    assert "Look at the files:" == act.said


def test_only_prompted_lines_of_a_console_act():
    """The others are blank, so that every line keeps its number."""
    text = plain("$ ls \\\n  -l\ntotal 4\n$ pwd", language="console")
    (act,) = acts_of(read_document(text, "a.md"))
    assert "ls \\\n  -l\n\npwd" == act.text.rstrip("\n")
    assert act.is_shell
    assert text.split("\n").index("$ pwd") + 1 == act.line_at(act.text.index("pwd"))


def test_a_fence_without_a_language_acts_by_its_prompts():
    """Without any it is text."""
    (prompted,) = acts_of(read_document(plain("$ ls", language=""), "a.md"))
    (shown,) = acts_of(read_document(plain("ls", language=""), "a.md"))
    assert (True, "ls") == (prompted.is_shell, prompted.text.strip())
    assert (False, "") == (shown.is_shell, shown.text)


def test_a_place_is_underlined_to_the_end_of_its_line():
    """A command of several lines is shown by its first."""
    text = plain("ls\nrm \\\n  -r x")
    document = read_document(text, "a.md")
    (act,) = acts_of(document)
    place = act.place_at(document, act.text.index("rm"), len(act.text))
    assert "rm" == text.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1]


def test_undo_steps_are_told_apart():
    """They belong to the Option as well."""
    text = runbook(option="ls\n```\n**Undo:** so.\n```sh { name=back }\npwd")
    acts = acts_of(read_document(text, "a.md"))
    assert [False, False, True, False] == [act.is_undo for act in acts]


def test_a_section_of_no_role_ends_the_one_before():
    """What stands under "Prevention of the next one" is no diagnosis."""
    text = plain("ls") + "\n## Something else\n```sh\npwd\n```\n"
    assert ["diagnosis", None] == [act.role for act in acts_of(read_document(text, "a.md"))]


def test_words_are_those_of_the_text():
    """In small letters, so that a lint knows quickly that there is nothing to read."""
    (act,) = acts_of(read_document(plain("SELECT pg_sleep(1)", language="sql"), "a.md"))
    assert {"select", "pg_sleep"} == act.words


def test_the_text_is_that_of_the_document_asked_last():
    """One is kept, never the wrong one."""
    one, two = (read_document(text, "a.md") for text in ("# A\n", "# B\n"))
    assert ["# A", "# B", "# A"] == [text_of(each).strip() for each in (one, two, one)]
    assert acts_of(one) == acts_of(two) == ()


def test_a_front_matter_alone_is_not_meant_to_run():
    """Other tools write `severity` there as well."""
    other = "---\nseverity: high\nowner: storage\n---\n" + plain("tail -f a")
    document = read_document(other, "a.md")
    assert document.is_adopted
    assert not is_meant_to_run(document)


@pytest.mark.parametrize(
    "text",
    [
        runbook(),
        plain("ls\n```\n**Healthy:** exit code is 0.\n```sh\npwd"),
        plain("ls", section="Verification") + "**Recovered:** exit code is 0.\n",
        plain("ls", section="Resolution") + "\n**Risk:** none.\n",
        plain("ls", language="sh { name=look }"),
    ],
)
def test_a_step_that_uses_our_format_is_meant_to_run(text):
    """A name, a time limit, or a sentence."""
    assert is_meant_to_run(read_document(text, "a.md"))


@pytest.mark.parametrize(
    "text",
    [
        plain("rm x", said="Never do this:"),
        plain("rm x", said="\u274c Wrong:"),
        plain("# DON'T do this\nrm x"),
        plain("rm x # bad"),
        plain("ls\n```\n### What to avoid\n```sh\nrm x"),
    ],
)
def test_what_a_text_advises_against_is_known(text):
    """It shows a command that nobody is to run."""
    act = acts_of(read_document(text, "a.md"))[-1]
    assert is_advised_against(act, act.text.index("rm x"))


@pytest.mark.parametrize(
    "text",
    [
        plain("rm x"),
        plain("# never mind\nls\nrm x"),
        plain("rm x", said="Remove the file:"),
    ],
)
def test_what_a_text_says_otherwise_is_advised(text):
    """A comment speaks of the line below it alone."""
    (act,) = acts_of(read_document(text, "a.md"))
    assert not is_advised_against(act, act.text.index("rm x"))
