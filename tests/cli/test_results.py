"""How a run that ended, or is open, is printed, and the exit code that it comes to."""

import json

import pytest

from drillbook.cli.results import run_code, show_run
from drillbook.model.run import Run, RunState
from drillbook.model.sentence import CheckStatus

HEALTHY, UNHEALTHY, UNKNOWN = CheckStatus.HEALTHY, CheckStatus.UNHEALTHY, CheckStatus.UNKNOWN


def run(state: RunState, **fields) -> Run:
    return Run(id="r1", state=state, **fields)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (RunState.RECOVERED, 0),
        (RunState.ESCALATED, 1),
        (RunState.UNKNOWN, 4),
        (RunState.CANCELLED, 130),
        (RunState.ASKING, 4),
        (RunState.APPROVING, 4),
        (RunState.GUIDING, 4),
        (RunState.WAITING, 4),
    ],
)
def test_code(state, expected):
    """What is open is unknown."""
    assert expected == run_code(run(state))


@pytest.mark.parametrize(
    ("checks", "would_choose", "expected"),
    [
        ({"a": HEALTHY, "b": HEALTHY}, None, 0),
        ({"a": HEALTHY, "b": UNHEALTHY}, None, 1),
        ({"a": HEALTHY, "b": UNHEALTHY}, "mend", 1),
        ({"a": HEALTHY}, "mend", 1),
        ({"a": HEALTHY, "b": UNKNOWN}, None, 4),
        ({"a": UNHEALTHY, "b": UNKNOWN}, None, 1),
        ({}, None, 4),
    ],
)
def test_code_of_checks_alone(checks, would_choose, expected):
    """Something found, something not known, or all healthy; nothing looked at is not known."""
    observed = run(RunState.OBSERVED, checks=checks, would_choose=would_choose)
    assert expected == run_code(observed)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (RunState.ASKING, "go on with `drillbook resume r1` at a terminal, or with --yes"),
        (RunState.WAITING, "go on with `drillbook resume r1` at a terminal"),
        (
            RunState.APPROVING,
            "of others: `drillbook approve r1`; then go on with `drillbook resume r1`",
        ),
        (RunState.GUIDING, "it is open; go on with `drillbook resume r1` at a terminal"),
    ],
)  # fmt: skip
def test_an_open_run_says_how_it_goes_on(state, told, capsys):
    """In text and in JSON the same words."""
    show_run(run(state), "text")
    assert f"{state.value}: " in (text := capsys.readouterr().out)
    assert f"{told} (run r1)\n" in text
    show_run(run(state), "json")
    assert json.loads(capsys.readouterr().out)["because"].endswith(told)


def test_a_run_that_has_ended_says_why(capsys):
    """Whatever braces stand in its words."""
    show_run(run(RunState.UNKNOWN, because="it said {run} {0}", ended_at_ns=1), "text")
    assert "unknown: it said {run} {0} (run r1)\n" == capsys.readouterr().out


def test_what_would_be_chosen_is_told(capsys):
    """For machines by its own key."""
    observed = run(RunState.OBSERVED, would_choose="mend", because="so", ended_at_ns=1)
    show_run(observed, "json")
    assert "mend" == json.loads(capsys.readouterr().out)["would_choose"]
