"""A fence becomes the arguments of a program; its command is one argument and stays text."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.model.plan import PlannedStep
from drillbook.model.runbook import Step
from drillbook.model.target import Target
from drillbook.read.markdown.commands import RUNNABLE
from drillbook.run.actions.registry import ACTIONS
from nouns import step

HOSTILE = "echo '\"; rm -rf / #$(touch x)`touch y`\n\\"


# The others ask a server; each has its own tests.
PROGRAMS = ("sh", "bash", "shell", "console", "python")


def arguments_of(a_step: Step) -> tuple[str, ...]:
    """The argv that the step's action makes of it."""
    planned = PlannedStep(step=a_step, target=Target(name="local"), timeout_s=20.0)
    return ACTIONS[a_step.language].start(planned).argv


def performed(
    command: str, language: str = "sh", **environment: str
) -> subprocess.CompletedProcess[str]:
    """What comes of the arguments that the action makes."""
    return subprocess.run(
        arguments_of(step("s", command, language=language)),
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", **environment},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_every_language_that_has_an_action_is_one_that_a_fence_may_have() -> None:
    """And every fence that runs has an action."""
    assert ACTIONS.keys() == set(RUNNABLE)


@pytest.mark.parametrize("language", PROGRAMS)
@pytest.mark.parametrize("command", [HOSTILE, "", "-x", "--help", "\0", "x" * 100_000])
def test_a_command_is_one_whole_argument(language: str, command: str) -> None:
    """Whatever it holds, nothing of it becomes an option or a second word."""
    arguments = arguments_of(step("s", command, language=language))
    assert 1 == sum(command == argument for argument in arguments)
    assert len(arguments) == len(arguments_of(step("s", "true", language=language)))


@pytest.mark.parametrize("language", ["sh", "bash", "shell", "console"])
def test_all_shells_are_bash_that_stops_at_the_first_failure(language: str) -> None:
    """Also where a failure stands at the head of a pipe."""
    assert (1, "") == (performed("false; echo on", language).returncode, "")
    assert "" == performed("false; echo on", language).stdout
    assert 0 != performed("false | cat", language).returncode
    assert "bash\n" == performed('echo "${BASH_VERSION:+bash}"', language).stdout


def test_the_word_sh_as_interpreter_is_bash_as_well() -> None:
    """What the format promises of shells holds whichever of the two was written."""
    plain = arguments_of(step("s", "true"))
    assert [plain, plain] == [
        arguments_of(step("s", "true", interpreter=i)) for i in ("sh", "bash")
    ]


def test_another_interpreter_is_started_by_its_name() -> None:
    """With the command as its program."""
    assert ("dash", "-c", "true") == arguments_of(step("s", "true", interpreter="dash"))
    assert ("python3.11", "-I", "-c", "1") == arguments_of(
        step("s", "1", language="python", interpreter="python3.11")
    )


def test_python_takes_no_modules_from_where_it_stands() -> None:
    """Isolated: neither the folder nor the user's own packages nor PYTHON… variables."""
    command = "import sys; print(sys.flags.isolated, '' in sys.path)"
    done = performed(command, "python", PYTHONPATH="/tmp", PYTHONSTARTUP="/tmp/x")
    assert "1 False\n" == done.stdout


def test_a_value_is_never_command_text() -> None:
    """It comes by the environment, and bash expands it no second time."""
    value = "$(echo evil) `echo evil`; echo evil"
    assert f"{value}\n" == performed('echo "$VALUE"', VALUE=value).stdout
    shown = performed("import os; print(os.environ['VALUE'])", "python", VALUE=value)
    assert f"{value}\n" == shown.stdout


# Thirty starts of bash show as much as a hundred.
@settings(max_examples=30)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30))
def test_any_text_comes_through_as_it_is(value: str) -> None:
    """Every character that an environment variable can hold."""
    done = subprocess.run(
        arguments_of(step("s", 'printf %s "$VALUE"')),
        env={"PATH": "/usr/bin:/bin", "VALUE": value}, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert value.encode() == done.stdout
