"""Annotations become sentences for people; their templates become names of labels."""

import pytest

from drillbook.convert.annotations import LABELS_MAX, labels_of, sentences_of
from drillbook.model.place import Place
from drillbook.model.rule import Rule


def rule(labels=None, **annotations):
    place = Place(path="rules.yaml")
    return Rule(
        place=place,
        name="A",
        group="g",
        expr="up == 0",
        expr_place=place,
        labels=labels or {},
        annotations=annotations,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ $labels.instance }} is down", "`instance` is down"),
        ("It is {{$value | humanize}} now", "It is the value now"),
        ("At {{ humanizePercentage $value }}.", "At the value."),
        ("x {{ with query }}y{{ end }}", "x …y…"),
        ("{{- $labels.a -}} b", "`a` b"),
        ("**Risk:** none. <b>", r"\*\*Risk:\*\* none. \<b\>"),
        ("a\n  b", "a b"),
        ("{{ never ends", "{{ never ends"),
    ],
)
def test_a_template_is_named(text, said):
    """And what stands around it acts on nothing."""
    assert (said,) == sentences_of(rule(summary=text))


def test_each_sentence_once_in_their_order():
    """Summary, description, message; what is empty says nothing."""
    assert ("a", "b") == sentences_of(rule(message="a", description="b", summary="a", other="c"))
    assert () == sentences_of(rule(summary=" ", runbook_url="https://x"))


def test_labels_are_those_that_are_named_and_not_set_by_the_rule():
    """A label that the rule sets is the same for all its alerts."""
    text = "{{ $labels.a }} {{ $labels.severity }} {{ $labels.b }} {{ $labels.a }}"
    assert ("a", "b") == labels_of(rule({"severity": "critical"}, summary=text))
    many = " ".join(f"{{{{ $labels.l{number} }}}}" for number in range(50))
    assert LABELS_MAX == len(labels_of(rule(summary=many)))
