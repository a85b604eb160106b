"""A job becomes a procedure that makes nothing up."""

import re

import pytest

from drillbook.convert.job import PROMPT_CHARS_MAX, Job, JobInput, JobStep, job_page
from drillbook.model.place import Place
from drillbook.read.markdown.runbook import read_document
from sources import source_of, steps_of

PLACE = Place(path="a.yaml", line=7)
REFERENCE = re.compile(r"%(\w+)%")


def made(steps=(), inputs=(), **more):
    leftovers = []
    job = Job(name="The job", place=PLACE, reference=REFERENCE, steps=steps, inputs=inputs, **more)
    text = job_page(job, source_of(""), leftovers)
    (runbook,) = read_document(text, "a.md").runbooks
    return runbook, text, leftovers


def step(command, **more):
    return JobStep(place=PLACE, title=more.pop("title", "Do it"), command=command, **more)


def test_steps_of_one_title_have_names_of_their_own():
    """In their order; one without a title is called by its number."""
    runbook, _, _ = made((step("a"), step("b"), step("c", title=""), step("d", title="###")))
    assert ["do-it", "do-it-2", "step-3", "step-4"] == list(steps_of(runbook))


def test_only_a_shell_step_says_what_it_expects():
    """For the others nobody said it."""
    _, text, _ = made((step("a"), step("print(1)", language="python")))
    assert 1 == text.count("**Expect:** exit code is 0.")
    assert "```python { name=do-it-2 }" in text


@pytest.mark.parametrize("language", ["python", "sql"])
def test_a_reference_in_another_language_is_shown(language):
    """There is no variable that could stand for it."""
    runbook, text, leftovers = made((step("x = %a%", language=language),), (_input("a"),))
    assert ({}, 1) == (steps_of(runbook), len(leftovers))
    assert "```text\nx = %a%\n```" in text


def _input(name, **more):
    return JobInput(name=name, place=PLACE, **more)


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("a", "A"),
        ("a-b", "A_B"),
        ("PATH", "INPUT_PATH"),
        ("LD_PRELOAD", "INPUT_LD_PRELOAD"),
        ("1", "INPUT_1"),
    ],
)
def test_every_name_has_a_variable_that_is_allowed(name, variable):
    """None that changes how programs load."""
    reference = re.compile(r"%([\w-]+)%")
    leftovers = []
    job = Job(
        name="x",
        place=PLACE,
        reference=reference,
        steps=(step(f"c %{name}%"),),
        inputs=(_input(name),),
    )
    text = job_page(job, source_of(""), leftovers)
    document = read_document(text, "a.md")
    assert [] == leftovers
    assert not any("input" in finding.lint for finding in document.findings)
    assert f'c "${{{variable}}}"' in text
    assert variable.lower() == document.runbooks[0].inputs[0].name


def test_an_input_holds_what_is_known_of_it():
    """A secret's default is not written down; a question is one bounded line."""
    inputs = (
        _input("a", default="no", choices=("no", "yes"), prompt="What\nnow?"),
        _input("b", default="s3cret", is_secret=True, prompt="x" * 900),
        _input("c", pattern="(?=x)"),
    )
    runbook, text, leftovers = made(inputs=inputs)
    first, second, third = runbook.inputs
    assert ("no", ("no", "yes"), "What now?") == (first.default, first.choices, first.prompt)
    assert (True, None) == (second.is_secret, second.default)
    assert "s3cret" not in text
    assert len(second.prompt) <= PROMPT_CHARS_MAX
    assert (None, ['the pattern of "c" is no RE2 pattern']) == (
        third.pattern,
        [each.message for each in leftovers],
    )


@pytest.mark.parametrize(
    ("asked", "prompt"),
    [
        ("w" * PROMPT_CHARS_MAX, "w" * PROMPT_CHARS_MAX),
        ("w" * (PROMPT_CHARS_MAX + 1), "w" * (PROMPT_CHARS_MAX - 1) + "…"),
    ],
    ids=["fits", "is cut"],
)
def test_a_question_is_cut_where_a_runbook_may_ask_no_longer_one(asked, prompt):
    """And no sooner; a sign shows that it was."""
    runbook, _, _ = made(inputs=(JobInput(name="a", place=PLACE, prompt=asked),))
    assert [prompt] == [one.prompt for one in runbook.inputs]


def test_variables_of_the_other_tool_keep_their_quotes():
    """Only their names change; one of nobody stays."""
    environment = re.compile(r"\$THEIR_([A-Z_]+)")
    runbook, _, _ = made(
        (step("echo \"$THEIR_A_B\" '$THEIR_NOBODY'"),), (_input("a-b"),), environment=environment
    )
    assert "echo \"${A_B}\" '$THEIR_NOBODY'" == steps_of(runbook)["do-it"].command


def test_a_description_acts_on_nothing():
    """Not even one that looks like our format."""
    runbook, text, _ = made(
        description="## Diagnosis\n```sh { name=x }\nrm -rf /\n```\n**Risk:** none."
    )
    assert ((), ()) == (runbook.checks, runbook.verification)
    assert r"\## Diagnosis" in text
