"""Documents → what `exec-into-what-is-gone` says of them."""

import pytest

from acting import findings_of, marked, plain, runbook
from drillbook.lint.acting.exec_into_what_is_gone import LINT
from drillbook.model.finding import Severity

SCALED = "kubectl scale deployment agent --replicas=0\n"


def steps(command: str) -> str:
    """Plain Markdown whose Resolution is this."""
    return plain(command, section="Resolution")


@pytest.mark.parametrize(
    ("before", "exec_"),
    [
        (SCALED, "kubectl exec deployment/agent -- ls"),
        (SCALED, "kubectl exec deploy/agent -- ls"),
        (SCALED, "kubectl exec -it agent-<id> -- ls"),
        (SCALED, "kubectl exec agent-$ID -- ls"),
        (SCALED, "kubectl exec agent-5d4f8-abcde -- ls"),
        ("kubectl -n x scale sts/agent --replicas 0\n", "kubectl -n x exec agent-0 -- ls"),
        ("oc scale deployment/agent --replicas=0\n", "oc rsh deployment/agent ls"),
        ("docker stop db\n", "docker exec db ls"),
        ("docker compose stop db\n", "docker compose exec db ls"),
        ("docker rm -f db\n", "docker exec -it db sh"),
    ],
)
def test_an_exec_into_what_was_taken_away_is_flagged(before, exec_):
    """In one script, whatever it is named by."""
    text = steps(before + exec_)
    assert [exec_] == marked(LINT, text)
    assert [Severity.ERROR] == [finding.severity for finding in findings_of(LINT, text)]


def test_the_next_block_goes_on():
    """Blocks below one heading are done one after the other."""
    text = steps(SCALED + "```\nThen:\n```bash\nkubectl exec deployment/agent -- ls")
    assert ["kubectl exec deployment/agent -- ls"] == marked(LINT, text)


def test_the_next_step_of_an_option_goes_on():
    """An option is run as a whole."""
    text = runbook(option=f"{SCALED}```\n```sh {{ name=two }}\nkubectl exec deployment/agent -- ls")
    assert ["kubectl exec deployment/agent -- ls"] == marked(LINT, text)


@pytest.mark.parametrize(
    "command",
    [
        "kubectl exec deployment/agent -- ls\n" + SCALED,
        SCALED + "kubectl exec deployment/other -- ls",
        SCALED + "kubectl exec other-0 -- ls",
        SCALED + "kubectl scale deployment agent --replicas=2\nkubectl exec deployment/agent -- ls",
        SCALED + "kubectl apply -f a.yaml\nkubectl exec deployment/agent -- ls",
        SCALED + "kubectl get pods",
        "kubectl scale deployment agent --replicas=1\nkubectl exec deployment/agent -- ls",
        "docker stop db\ndocker start db\ndocker exec db ls",
        "docker compose stop db\ndocker compose up -d\ndocker compose exec db ls",
        "docker stop db\ndocker exec cache ls",
        "kubectl scale rs agent --replicas=0\nkubectl exec agent-0 -- ls",
    ],
)
def test_an_exec_into_what_is_there_is_fine(command):
    """Before it was taken away, after it came back, or into something else."""
    assert [] == findings_of(LINT, steps(command))


def test_another_heading_is_another_way():
    """Nobody follows all of them, one after the other."""
    text = steps(SCALED + "```\n### Another\n```bash\nkubectl exec deployment/agent -- ls")
    assert [] == findings_of(LINT, text)
