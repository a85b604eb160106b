"""Fences become Steps, each with a name of its own, or are left as what they show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.document import Fence
from drillbook.model.finding import Finding, Severity
from drillbook.model.runbook import Step
from drillbook.read.markdown.blocks import read_blocks, text_lines
from drillbook.read.markdown.commands import RUNNABLE, SHELLS, SHOWN
from drillbook.read.markdown.steps import LANGUAGE_CHARS_MAX, StepReader


def read(text: str, slug: str = "title") -> tuple[list[Step], list[Finding]]:
    """The steps of all fences of a text, under one heading."""
    fences = [block for block in read_blocks(text_lines(text)) if isinstance(block, Fence)]
    findings: list[Finding] = []
    reader = StepReader("a.md", fences, findings)
    return [step for fence in fences if (step := reader.read(fence, slug))], findings


def fence(info: str, content: str = "true") -> str:
    """A fenced block."""
    return f"```{info}\n{content}\n```\n"


@pytest.mark.parametrize("language", RUNNABLE)
def test_every_language_that_runs_makes_a_step(language: str) -> None:
    """The step keeps the language; what can perform it is not decided here."""
    (step,), findings = read(fence(language, "$ true" if language == "console" else "true"))
    assert (language, "true", []) == (step.language, step.command, findings)


@pytest.mark.parametrize("language", [*sorted(SHOWN), "", "x" * (LANGUAGE_CHARS_MAX + 1)])
def test_what_is_only_shown_is_no_step_and_no_slip(language: str) -> None:
    """Output, JSON and the like stand in a Diagnosis without a word said against them."""
    assert ([], []) == read(fence(language))


@pytest.mark.parametrize(
    ("language", "meant"),
    [("bsh", "bash"), ("shel", "shell"), ("pyton", "python"), ("sqll", "sql")],
)
def test_a_slip_of_the_language_is_asked_after(language: str, meant: str) -> None:
    """It does not run, and it is not passed over either."""
    steps, (finding,) = read(fence(language))
    assert ([], Severity.NOTE) == (steps, finding.severity)
    assert f'write "{meant}"' in finding.help


@pytest.mark.parametrize("content", ["", "\n", "   \n\t", "\n\n\n"])
@pytest.mark.parametrize("language", ["sh", "sql", "console", "python"])
def test_an_empty_fence_is_no_step(language: str, content: str) -> None:
    """Nothing is never counted as having succeeded."""
    assert ([], []) == read(fence(language, content))


def test_console_output_alone_is_no_step() -> None:
    """A block of which no line has a prompt only shows something."""
    assert ([], []) == read(fence("console", "total 0\ndrwx"))


def test_a_comment_alone_is_a_step() -> None:
    """Bash runs it, and it does nothing: an author sees that in the plan."""
    (step,), _ = read(fence("sh", "# restart it by hand"))
    assert "# restart it by hand" == step.command


# ---- names ----


def test_steps_without_names_count_up_from_their_heading() -> None:
    """The order of the text gives the numbers."""
    steps, _ = read(fence("sh") * 3, "disk-full")
    assert [("disk-full", False), ("disk-full-2", False), ("disk-full-3", False)] == [
        (step.name, step.is_named) for step in steps
    ]


def test_a_made_name_gives_way_to_one_that_is_given_further_down() -> None:
    """What the author wrote keeps its name, wherever it stands."""
    steps, findings = read(fence("sh") + fence("sh") + fence("sh { name=a-2 }"), "a")
    assert (["a", "a-3", "a-2"], []) == ([step.name for step in steps], findings)


@pytest.mark.parametrize("slug", ["", "step"])
def test_a_heading_that_makes_no_name_makes_step(slug: str) -> None:
    """A title of signs alone still gives its steps names that differ."""
    steps, _ = read(fence("sh") * 2, slug)
    assert ["step", "step-2"] == [step.name for step in steps]


def test_each_further_use_of_a_name_is_an_error() -> None:
    """Three of one name are two errors, both of which lead to the first."""
    steps, findings = read(fence("sh { name=x }") * 3)
    assert ["x", "x", "x"] == [step.name for step in steps]
    assert [
        ("duplicate-step-name", 4, Severity.ERROR),
        ("duplicate-step-name", 7, Severity.ERROR),
    ] == [(f.lint, f.place.line, f.severity) for f in findings]
    assert all("a.md:1" in finding.message for finding in findings)


def test_a_name_of_a_fence_that_does_not_run_is_still_kept_free() -> None:
    """A made name never looks like one that the author gave to something else."""
    steps, _ = read(fence("text { name=title }") + fence("sh"))
    assert ["title-2"] == [step.name for step in steps]


@given(st.lists(st.sampled_from(["", "{ name=a }", "{ name=a-2 }", "{ name=step }"]), max_size=8))
def test_made_names_never_repeat_and_never_take_a_given_one(infos: list[str]) -> None:
    """A When that names a step means one step."""
    steps, _ = read("".join(fence(f"sh {info}") for info in infos), "a")
    given_names = {step.name for step in steps if step.is_named}
    made = [step.name for step in steps if not step.is_named]
    assert sorted(set(made)) == sorted(made)
    assert not given_names & set(made)


# ---- what the author should know ----


@pytest.mark.parametrize("language", [name for name in SHELLS if name != "console"])
def test_prompts_in_a_shell_block_are_said(language: str) -> None:
    """What is left out is not left out in silence."""
    (step,), (finding,) = read(fence(language, "$ df\n/dev/sda 5%\n$ ls"))
    assert ("df\nls", "prompt-in-command") == (step.command, finding.lint)


@pytest.mark.parametrize("language", SHELLS)
def test_a_placeholder_of_a_shell_is_warned_of(language: str) -> None:
    """Bash would read from a file called `pid` and write to one called as what follows."""
    _, findings = read(fence(language, "$ kill <pid>"))
    assert "placeholder-in-command" in [finding.lint for finding in findings]


def test_angle_brackets_of_other_languages_are_their_own() -> None:
    """HTML in Python and comparisons in SQL are no placeholders."""
    assert [] == read(fence("python", "print('<b>')"))[1]
    assert [] == read(fence("sql", "select 1 where a <b> c"))[1]


def test_a_name_where_nothing_runs_is_warned_of() -> None:
    """An author who names a block means it to run."""
    fences = [b for b in read_blocks(text_lines(fence("sh { name=a }"))) if isinstance(b, Fence)]
    findings: list[Finding] = []
    StepReader("a.md", fences, findings).flag_unread()
    assert [("step-outside-sections", 1)] == [(f.lint, f.place.line) for f in findings]


def test_the_command_has_the_line_on_which_it_begins() -> None:
    """Also where output stands above the first prompt."""
    (step,), _ = read("\n\n" + fence("console", "Last login: today\n\n$ df"))
    assert (3, 6) == (step.place.line, step.command_line)


def test_all_that_a_fence_says_arrives_in_the_step() -> None:
    """No attribute is dropped on the way."""
    (step,), findings = read(
        fence(
            "sh { name=s timeout=90s on=db idempotent=yes approve=2 retry=3 every=2s cwd=/tmp "
            "interpreter=dash background=true interactive=true excludeFromRunAll=true tag=a,b }"
        )
    )
    assert [] == findings
    assert ("s", 90, "db", True, 2, 3, 2) == (
        step.name, step.timeout_s, step.on, step.is_idempotent, step.approve, step.retry,
        step.every_s,
    )  # fmt: skip
    assert ("/tmp", "dash", True, True, True, ("a", "b")) == (
        step.cwd, step.interpreter, step.is_background, step.is_interactive, step.is_excluded,
        step.tags,
    )  # fmt: skip


def findings_in(text: str) -> list[Finding]:
    """With the lines of the file at hand, so that places are exact."""
    lines = text_lines(text)
    fences = [block for block in read_blocks(lines) if isinstance(block, Fence)]
    findings: list[Finding] = []
    reader = StepReader("a.md", fences, findings, lines)
    for each in fences:
        reader.read(each, "title")
    return findings


def marked(text: str, finding: Finding) -> str:
    """What stands at its place."""
    place = finding.place
    return text_lines(text)[place.line - 1][place.column - 1 : place.end_column - 1]


def test_the_placeholder_itself_is_marked() -> None:
    """Also in a fence that stands in a list."""
    text = "1. Look:\n\n   ```sh\n   true\n   kill <pid>\n   ```\n"
    (finding,) = findings_in(text)
    assert (5, "<pid>") == (finding.place.line, marked(text, finding))


@pytest.mark.parametrize("language", [each for each in SHELLS if each != "console"])
def test_a_block_with_prompts_may_be_called_console(language: str) -> None:
    """Which runs the same: the fix replaces the language alone."""
    text = f"- x\n\n  ~~~~ {language} {{ name=a }}\n  $ true\n  ok\n  ~~~~\n"
    (finding,) = findings_in(text)
    assert finding.fix is not None
    place = finding.fix.place
    line = text_lines(text)[place.line - 1]
    mended = line[: place.column - 1] + finding.fix.text + line[place.end_column - 1 :]
    assert "  ~~~~ console { name=a }" == mended
    assert [] == findings_in(text.replace(line, mended))
