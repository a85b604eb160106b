"""Notebooks of Runme keep their names and what our format has."""

import pytest

from drillbook.convert.formats import runme
from sources import only, sample, source_of, steps_of


def test_a_notebook_becomes_a_procedure():
    """Its own front matter stays, Runme's goes."""
    runbook, text, leftovers = only(runme.convert(sample("notebook.md")))
    assert "01ABC" not in text
    assert "title: Notes" in text
    steps = steps_of(runbook)
    assert {"look", "restart", "then-restart"} == steps.keys()
    assert 'kubectl get pods --namespace "${NAMESPACE}"' == steps["look"].command
    assert (True, ("ops",)) == (steps["restart"].is_background, steps["restart"].tags)
    assert "kubectl get events" == steps["then-restart"].command
    assert ["namespace", "deployment"] == [one.name for one in runbook.inputs]
    assert 2 == len(leftovers)
    assert any("cwd: /srv" in message for message in leftovers)
    assert any("interactive=true" in message for message in leftovers)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("---\nrunme:\n  id: x\n---\n# A\n", True),
        ('# A\n\n```sh {"id":"x"}\na\n```\n', True),
        ("# A\n\n```sh { name=x interactive=false }\na\n```\n", True),
        ("# A\n\n```sh { name=x timeout=5s }\na\n```\n", False),
        ("# A\n\n```sh\na\n```\n", False),
        ("", False),
    ],
)
def test_a_notebook_is_known_by_what_only_runme_writes(text, is_one):
    """In front matter or behind the ticks."""
    assert is_one is runme.may_be(source_of(text, "a.md"))


def test_a_shell_that_is_none_of_ours_is_said():
    """bash, sh and zsh run as they are."""
    text = "---\nrunme: {id: x}\nshell: fish\n---\n# A\n\n```sh\ntrue\n```\n"
    _, _, leftovers = only(runme.convert(source_of(text, "a.md")))
    assert ["all steps have shell: fish, and a runbook says it of none"] == leftovers
