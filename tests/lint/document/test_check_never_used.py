"""A check that no When names."""

import pytest

from drillbook.lint.document.check_never_used import LINT
from told import FRONT, findings, option, severities, told


def runbook(when: str, *, said: str = "**Healthy:** exit code is 0.", command: str = "true") -> str:
    """Two checks, `one` and `two`, and an Option."""
    checks = (
        "```sh { name=one }\ndf\n```\n**Healthy:** exit code is 0.\n\n"
        f"```sh {{ name=two }}\nwho\n```\n{said}\n"
    )
    chosen = option("Act", f"**When:** {when}.", "**Risk:** none.", command=command)
    return f"{FRONT}# It\n\n## Diagnosis\n{checks}\n## Resolution\n{chosen}"


def test_its_name_is_underlined():
    """What it finds changes nothing."""
    text = runbook("`one` is unhealthy")
    assert ["13: two"] == told(LINT, text)
    assert "`two`" in findings(LINT, text)[0].message
    assert ["note"] == severities(LINT, text)


@pytest.mark.parametrize(
    "when",
    ["`one` is unhealthy and `two` is healthy", "`one` is unhealthy or not (`two` is healthy)"],
)
def test_a_check_that_any_part_of_a_when_names_is_used(when):
    """Brackets, `or` and `not` are looked through."""
    assert [] == told(LINT, runbook(when))


def test_a_value_that_a_when_compares_uses_its_check():
    """The check is named by what it takes."""
    captured = "**Capture:** `count` is number."
    assert [] == told(LINT, runbook("`one` is unhealthy and `count` is above 3", said=captured))


def test_a_value_that_a_step_uses_uses_its_check():
    """As a variable of the shell."""
    captured = "**Capture:** `pid` is number."
    used = runbook("`one` is unhealthy", said=captured, command='kill "$PID"')
    assert [] == told(LINT, used)
    assert ["13: two"] == told(LINT, runbook("`one` is unhealthy", said=captured))


def test_without_any_when_nothing_is_chosen_by_checks():
    """That the options lack theirs is told by itself."""
    text = runbook("`one` is unhealthy").replace("**When:** `one` is unhealthy.\n", "")
    assert [] == told(LINT, text)
