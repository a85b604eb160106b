"""What a rule says to people."""

import pytest

from drillbook.lint.texts.annotations import runbook_named_by, sentences_of
from lint_rules import annotated, rule_of


def test_sentences_are_told_with_where_they_stand() -> None:
    """Of all annotations that people read; a number with a point in it ends none."""
    more = annotated(summary="Above 1.5 s. Look at once", runbook_url="https://a.dev/x. y")
    found = [
        (each.text.strip(), each.key, each.place.line)
        for each in sentences_of(rule_of("a > 1", more=more))
    ]
    assert [("Above 1.5 s", "summary", 9), ("Look at once", "summary", 9)] == found


def test_comments_are_sentences_as_well() -> None:
    """They stand where people change the rule."""
    rule = rule_of("a > 1", more="# above 3\nlabels: {a: b}\n")
    assert [("above 3", "comment")] == [(each.text, each.key) for each in sentences_of(rule)]


def test_a_long_text_is_not_read() -> None:
    """Nobody reads it at night either."""
    assert [] == list(sentences_of(rule_of("a > 1", more=annotated(summary="a " * 3_000))))


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ({"runbook": "a", "runbook_url": "b"}, ("runbook_url", "b")),
        ({"playbook": " c "}, ("playbook", "c")),
        ({"runbook_url": " ", "summary": "x"}, None),
    ],
)
def test_teams_name_a_runbook_in_several_ways(
    annotations: dict[str, str], expected: tuple[str, str] | None
) -> None:
    """The usual one is believed first; an empty one names none."""
    assert expected == runbook_named_by(rule_of("a > 1", more=annotated(**annotations)))
