"""Documents → what `destructive-step-not-marked` says of them."""

import pytest

from acting import findings_of, marked, plain, runbook
from drillbook.lint.acting.destructive_step_not_marked import LINT
from drillbook.model.finding import Severity


def with_risk(risk: str, command: str) -> str:
    """An option with this Risk."""
    return runbook(option=command).replace("**Risk:** none.", f"**Risk:** {risk}.")


@pytest.mark.parametrize(
    ("risk", "command", "better"),
    [
        ("none", "systemctl restart postgresql", "disruptive"),
        ("none", "kubectl delete pvc data", "destructive"),
        ("disruptive", "kubectl delete pvc data", "destructive"),
        ("disruptive", "psql -c 'DROP TABLE orders'", "destructive"),
        ("disruptive", "redis-cli FLUSHALL", "destructive"),
    ],
)
def test_a_risk_milder_than_the_steps_is_flagged(risk, command, better):
    """Whoever approves it is told less than what happens."""
    (finding,) = findings_of(LINT, with_risk(risk, command))
    assert f"write **Risk:** {better}." == finding.help
    assert Severity.WARNING is finding.severity


@pytest.mark.parametrize(
    ("risk", "command"),
    [
        ("none", "systemctl start postgresql"),
        ("none", "kubectl scale deployment a --replicas=3"),
        ("disruptive", "systemctl restart postgresql"),
        ("destructive", "kubectl delete pvc data"),
        ("destructive", "systemctl restart postgresql"),
    ],
)
def test_a_risk_of_the_steps_or_above_is_fine(risk, command):
    """More may be said than the table knows."""
    assert [] == findings_of(LINT, with_risk(risk, command))


def test_an_option_without_a_risk_counts_as_destructive():
    """Another lint asks for the sentence."""
    text = runbook(option="kubectl delete pvc data").replace("**Risk:** none.\n", "")
    assert [] == findings_of(LINT, text)


def test_undo_is_part_of_the_option():
    """What is rolled back may be lost as well."""
    undo = "ls\n```\n**Undo:** drop it.\n```sh { name=back }\ndropdb orders"
    assert ["dropdb orders"] == marked(LINT, runbook(option=undo))


@pytest.mark.parametrize("command", ["kubectl delete ns orders", "systemctl stop postgresql"])
def test_plain_markdown_that_says_nothing_of_it_is_flagged(command):
    """Under a title where people look for a cause."""
    text = plain(command, said="Look at the service:")
    assert [command] == marked(LINT, text)
    assert [Severity.WARNING] == [finding.severity for finding in findings_of(LINT, text)]


@pytest.mark.parametrize(
    "text",
    [
        plain("systemctl stop postgresql", said="Stop the service:"),
        plain("systemctl stop postgresql", said="Careful, this interrupts its clients:"),
        plain("systemctl stop postgresql", section="Resolution"),
        plain("systemctl stop postgresql", section="Troubleshooting"),
        plain("# this restarts it\nsystemctl restart postgresql"),
        plain("systemctl status postgresql"),
        plain("systemctl start postgresql", said="Look:"),
        plain("ls\n```\n### Restart\n```sh\nsystemctl restart postgresql"),
    ],
)
def test_plain_markdown_that_tells_it_is_fine(text):
    """In the title, in the sentence above, or in a comment."""
    assert [] == findings_of(LINT, text)
