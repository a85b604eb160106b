"""Documents → what `check-that-changes` says of them."""

import pytest

from acting import findings_of, marked, plain, runbook
from drillbook.lint.acting.check_that_changes import LINT
from drillbook.model.finding import Severity


@pytest.mark.parametrize(
    "command",
    [
        "systemctl restart postgresql",
        "kubectl delete pod orders-0",
        "kubectl annotate pod orders-0 seen=yes",
        "psql -c 'DELETE FROM sessions'",
        "redis-cli FLUSHDB",
        "rm -rf /var/cache/orders",
        "psql -c 'SELECT pg_terminate_backend(1)'",
    ],
)
def test_a_check_that_changes_is_flagged(command):
    """Checks are run by themselves, before anybody has decided anything."""
    (finding,) = findings_of(LINT, runbook(check=f"true\n{command}"))
    assert Severity.ERROR is finding.severity
    assert 'the check "look"' in finding.message


def test_the_command_is_underlined():
    """Not the whole block."""
    assert ["kubectl delete pod a"] == marked(LINT, runbook(check="ls\nkubectl delete pod a | cat"))


def test_the_worst_of_a_check_is_told():
    """One flaw for each step."""
    text = runbook(check="systemctl start a\nsystemctl restart b\nrm -r /data")
    assert ["rm -r /data"] == marked(LINT, text)


@pytest.mark.parametrize(
    "command",
    ["pg_isready", "grep -c 'systemctl restart' log", "kubectl get pods", "psql -c 'SELECT 1'"],
)
def test_a_check_that_looks_is_fine(command):
    """What it prints or searches for is not done."""
    assert [] == findings_of(LINT, runbook(check=command))


def test_a_verification_may_write_but_not_destroy():
    """Whether something can be written is seen by writing it."""
    assert [] == findings_of(LINT, runbook(verify="kubectl annotate pod a seen=yes"))
    assert ["redis-cli DEL a"] == marked(LINT, runbook(verify="redis-cli DEL a"))


def test_an_option_may_change():
    """That is what it is for."""
    assert [] == findings_of(LINT, runbook(option="systemctl restart postgresql"))


def test_plain_markdown_has_no_checks_that_are_run():
    """Another lint looks at it."""
    assert [] == findings_of(LINT, plain("systemctl restart postgresql"))
