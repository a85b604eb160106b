"""Documents → what `undo-of-another-object` says of them."""

import pytest

from acting import findings_of, marked, plain
from drillbook.lint.acting.undo_of_another_object import LINT

BLUE = "kubectl scale deployment/api-blue --replicas=0\n"


def steps(command: str) -> str:
    """Plain Markdown whose Resolution is this."""
    return plain(command, section="Resolution")


@pytest.mark.parametrize(
    "undo",
    [
        "kubectl rollout undo deployment/api",
        "kubectl -n orders rollout undo deployment api",
        "oc rollout undo deploy/api --to-revision=3",
    ],
)
def test_an_undo_of_what_was_not_changed_is_flagged(undo):
    """The traffic stays where it is."""
    assert [undo] == marked(LINT, steps(BLUE + undo))


@pytest.mark.parametrize(
    "command",
    [
        BLUE + "kubectl rollout undo deployment/api-blue",
        "kubectl rollout undo deployment/api",
        "kubectl set image deployment/api a=b\nkubectl rollout undo deployment/api",
        "kubectl scale deployment/db --replicas=1\nkubectl rollout undo deployment/api",
        "kubectl apply -f a.yaml\n" + BLUE + "kubectl rollout undo deployment/api",
        BLUE + "kubectl rollout undo deployment/$NAME",
        BLUE + "kubectl rollout undo deployment/<name>",
        BLUE + "kubectl rollout status deployment/api",
        BLUE + "echo kubectl rollout undo deployment/api",
    ],
)
def test_an_undo_that_may_be_meant_is_fine(command):
    """In doubt nothing is said."""
    assert [] == findings_of(LINT, steps(command))


def test_another_heading_is_another_way():
    """What is changed there is not undone here."""
    text = steps(BLUE + "```\n### Other\n```bash\nkubectl rollout undo deployment/api")
    assert [] == findings_of(LINT, text)
