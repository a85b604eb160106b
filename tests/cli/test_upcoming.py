"""A runbook + the step that runs → what comes next, in words."""

import pytest

from drillbook.cli.upcoming import names, option_named, overview, upcoming
from drillbook.read.markdown.runbook import read_document

STEP = "```sh {{ name={0} timeout=5s }}\ntrue\n```\n"
CHECK = "### {0}?\n" + STEP + "**Healthy:** exit code is 0. **Unhealthy:** exit code is 1.\n"
ALERT = (
    "# It is down\n## Diagnosis\n"
    + CHECK.format("up")
    + CHECK.format("full")
    + "## Resolution\n### Restart it\n**When:** `up` is unhealthy.\n**Risk:** disruptive.\n"
    + "**Loses:** nothing.\n"
    + STEP.format("stop")
    + STEP.format("start")
    + "## Verification\n"
    + STEP.format("is-back")
    + "**Recovered:** exit code is 0, for 2 s, within 20 s.\n"
)


@pytest.fixture
def runbook():
    (found,) = read_document(ALERT, "a.md").runbooks
    return found


def started(step, part, option=None):
    return {"step": step, "part": part, "option": option}


def test_an_overview_counts_what_there_is(runbook):
    """One is one, and two are several."""
    assert "2 checks, 1 option, 1 verification" == overview(runbook)


@pytest.mark.parametrize(
    ("step", "part", "option", "then"),
    [
        ("up", "check", None, "full"),
        ("full", "check", None, "the choice of an option"),
        ("stop", "option", "restart-it", "start"),
        ("start", "option", "restart-it", "the verification"),
        ("is-back", "verification", None, "the end"),
    ],
)
def test_a_step_is_followed_by_the_next_of_its_part(step, part, option, then, runbook):
    """The last one by what the part leads to."""
    assert then == upcoming(runbook, started(step, part, option))


@pytest.mark.parametrize("part", ["check", "option", "verification"])
def test_a_step_that_the_runbook_no_longer_has_is_followed_by_what_the_part_leads_to(part, runbook):
    """A run that is open for days may outlive its file."""
    last = {"check": "full", "option": "start", "verification": "is-back"}[part]
    expected = upcoming(runbook, started(last, part, "restart-it"))
    assert expected == upcoming(runbook, started("gone", part, "restart-it"))


def test_an_option_that_is_gone_leads_to_the_verification(runbook):
    """It has no steps that could follow."""
    assert option_named(runbook, "gone") is None
    assert "the verification" == upcoming(runbook, started("stop", "option", "gone"))


def test_a_step_that_is_excluded_does_not_follow():
    """It is shown and not performed."""
    text = ALERT.replace("name=full", "name=full excludeFromRunAll=yes")
    (runbook,) = read_document(text, "a.md").runbooks
    assert ["up"] == names(check.step for check in runbook.checks)
    assert "the choice of an option" == upcoming(runbook, started("up", "check"))
