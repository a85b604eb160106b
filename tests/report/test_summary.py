"""The sentences that all reports share."""

from collections.abc import Callable

import pytest

from drillbook.model.verdict import Verdict
from drillbook.report.summary import conclusion, effort, length, reason

VerdictOf = Callable[[str], Verdict]
NAMES = "drill postgresql-down", "runbook runbooks/database-connectivity.md"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("passed", "{} proves {}"),
        ("failed", "{} does not prove {}"),
        ("unknown", "{} cannot tell whether {} works"),
    ],
)
def test_the_conclusion_of_each_state(verdict_of: VerdictOf, name: str, expected: str) -> None:
    """Unknown says neither that the runbook works nor that it does not."""
    assert expected.format(*NAMES) == conclusion(verdict_of(name))


def test_the_reason_is_the_first_of_the_worst(verdict_of: VerdictOf) -> None:
    """A passed ruling is no reason, and a passed Verdict needs none."""
    assert "" == reason(verdict_of("passed"))
    assert reason(verdict_of("failed")).startswith("option: restart-the-machine recovered")
    assert reason(verdict_of("unknown")).startswith("control: Prometheus is not running")


def test_compression_is_said_plainly(verdict_of: VerdictOf) -> None:
    """A compressed run names what detection would take at full length."""
    assert "compressed 10x: detection at full length computed as 70.0 s to 100.0 s" == length(
        verdict_of("passed")
    )
    assert "run at full length" == length(verdict_of("failed"))
    assert "compressed 3x" == length(verdict_of("hostile"))


def test_the_tools_own_time_is_named(verdict_of: VerdictOf) -> None:
    """The overhead stands beside the whole."""
    assert "71.3 s in all, 0.4 s of it the tool's own" == effort(verdict_of("passed"))
