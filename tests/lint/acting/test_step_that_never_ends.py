"""Documents → what `step-that-never-ends` says of them."""

import pytest

from acting import findings_of, marked, plain, runbook
from drillbook.lint.acting.step_that_never_ends import LINT
from drillbook.model.finding import Severity


@pytest.mark.parametrize(
    "command",
    [
        "tail -f /var/log/syslog",
        "tail -n 100 -F a",
        "tail --follow a",
        "journalctl -f -u orders",
        "kubectl logs -f deployment/orders",
        "kubectl -n x logs --follow orders-0",
        "kubectl get pods -w",
        "oc get pods --watch",
        "docker logs -f db",
        "docker compose logs -f",
        "docker compose logs --follow db",
        "watch kubectl get pods",
        "watch -n 5 'df -h'",
        "ssh db-1 tail -f /var/log/syslog",
        "while true; do curl a; sleep 1; done",
        "while :; do df; done",
    ],
)
def test_a_step_without_an_end_is_flagged(command):
    """It always takes its whole time limit, and has failed then."""
    (finding,) = findings_of(LINT, runbook(check=command))
    assert Severity.ERROR is finding.severity


@pytest.mark.parametrize(
    "command",
    [
        "tail -100 a",
        "timeout 30s tail -f a",
        "tail -f a &",
        "tail -f a | grep -m 1 ready",
        "tail --pid 42 -f a",
        "journalctl -u orders",
        "kubectl logs orders-0",
        "kubectl get pods",
        "kubectl get pods -o wide",
        "kubectl apply -f a.yaml",
        "kubectl get -f a.yaml",
        "docker compose -f a.yml logs",
        "docker logs --tail 10 db",
        "watch -g kubectl get pods",
        "while true; do if ready; then break; fi; done",
        "grep -f words a",
        "echo tail -f a",
    ],
)
def test_a_step_that_ends_is_fine(command):
    """By itself, by a limit, or behind us."""
    assert [] == findings_of(LINT, runbook(check=command))


def test_the_command_is_underlined():
    """Also a loop's beginning."""
    assert ["tail -f a"] == marked(LINT, runbook(check="ls\ntail -f a"))
    assert ["while true; do"] == marked(LINT, runbook(check="while true; do ls; done"))


@pytest.mark.parametrize("attribute", ["background=yes", "interactive=yes"])
def test_a_step_that_says_so_is_fine(attribute):
    """It may go on."""
    text = runbook(option="tail -f a").replace("name=act", f"name=act {attribute}")
    assert [] == findings_of(LINT, text)


def test_plain_markdown_is_stopped_by_hand():
    """A person reads along."""
    assert [] == findings_of(LINT, plain("tail -f a"))
