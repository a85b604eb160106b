"""The labelled questions of `find`'s benchmark: names are masked, answers are the right ones."""

import pytest

from bench.alert_questions import Question, labelled

RULES = """groups:
- name: disks
  rules:
  - alert: NodeDiskFull
    expr: a > 1
    annotations:
      summary: A disk of the node is full.
      description: "{{ $labels.device }} of {{ $labels.node }} has no room (NodeDiskFull)."
      runbook_url: https://wiki.example/runbooks/node/nodediskfull
  - alert: NodeDiskFull
    expr: a > 2
    annotations:
      description: Worse.
      runbook_url: https://wiki.example/runbooks/node/nodediskfull
  - alert: NodeLost
    expr: a > 1
    annotations: {summary: Gone., runbook_url: https://wiki.example/runbooks/node/nodelost}
  - alert: WithoutLink
    expr: a > 1
"""
FULL = """---
title: Node Disk Full
weight: 20
---
# NodeDiskFull
The `NodeDiskFull` alert, or node disk full as some say, is not NodeDiskSlow.
```sh
# a comment stays
```
"""


@pytest.fixture
def found(tmp_path):
    """Two documents of one name in two folders, and a third."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text(RULES)
    for folder, name in (
        ("node", "NodeDiskFull"),
        ("old", "NodeDiskFull"),
        ("node", "NodeDiskSlow"),
    ):
        (tmp_path / "docs" / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / folder / f"{name}.md").write_text(FULL)
    return labelled("x", tmp_path / "rules", tmp_path / "docs")


def test_an_alert_is_asked_once_and_only_where_its_document_is_there(found):
    """By its first rule, and the document in the folder that the address names."""
    assert [("NodeDiskFull", "node/NodeDiskFull.md")] == [
        (question.alert, question.document) for question in found.questions
    ]


def test_a_question_holds_neither_the_name_nor_what_is_filled_in(found):
    """Only what the alert says of itself."""
    (question,) = found.questions
    assert "of has no room ( )." == question.description
    assert "A disk of the node is full." == question.summary


def test_documents_hold_no_names_and_no_titles(found):
    """In no way of writing; and nothing else is missing."""
    text = found.documents["node/NodeDiskFull.md"]
    assert "full" not in text.lower()
    assert "slow" not in text.lower()
    assert "title" not in text
    assert "weight: 20" in text
    assert "as some say, is not" in text
    assert "# a comment stays" in text


def test_about_half_of_all_alerts_are_held_out():
    """By a hash of the name, so that it is always the same half."""
    names = [f"Alert{number}" for number in range(1_000)]
    held = [
        name
        for name in names
        if Question(alert=name, document="", description="", summary="").is_held_out
    ]
    assert 400 < len(held) < 600
