"""Inputs become environment variables, or Findings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.runbook import Input
from drillbook.model.target import Target
from drillbook.plan.inputs import MASK, VALUE_BYTES_MAX, bind_inputs
from nouns import HERE, runbook

DB = Target(name="orders-db", settings={"host": "127.0.0.1", "port": "5432"})


def bound(item, *, labels=None, given=None, secrets=None):
    return bind_inputs(
        runbook(inputs=(item,)), {"orders-db": DB}, labels or {}, given or {}, secrets or {}
    )


def an_input(name="value", **fields):
    return Input(place=HERE, name=name, **fields)


@pytest.mark.parametrize(
    ("item", "around", "expected"),
    [
        (an_input("pghost", source="target.orders-db.host"), {}, {"PGHOST": "127.0.0.1"}),
        (an_input(source="label.instance"), {"labels": {"instance": "db:1"}}, {"VALUE": "db:1"}),
        (an_input(source="secret.pw"), {"secrets": {"pw": "s3cret"}}, {"VALUE": "s3cret"}),
        (an_input(source="label.x", default="d"), {}, {"VALUE": "d"}),
        (an_input(default="d"), {"given": {"value": "g"}}, {"VALUE": "g"}),
    ],
)
def test_a_value_comes_from_where_its_input_says(item, around, expected):
    """A value given by name wins over the source, that over the default."""
    assert expected == bound(item, **around).env


def test_a_secret_is_shown_masked_and_named():
    """Its value reaches the steps' environment alone."""
    binding = bound(an_input(source="secret.pw"), secrets={"pw": "s3cret"})
    assert (binding.shown, binding.secret_names) == ({"value": MASK}, ("VALUE",))


@pytest.mark.parametrize(
    ("item", "around", "lint", "words"),
    [
        (an_input(source="target.orders-bd.host"), {}, "input-without-value", "`orders-db`?"),
        (an_input(source="target.orders-db.nam"), {}, "input-without-value", "no setting `nam`"),
        (an_input(source="label.instance"), {}, "input-without-value", "no label `instance`"),
        (an_input(source="elsewhere"), {}, "input-without-value", "is no source"),
        (an_input(), {}, "input-without-value", "no source and no default"),
        (an_input("path", default="/tmp"), {}, "refused-input-name", "PATH"),
        (an_input("ld_preload", default="x"), {}, "refused-input-name", "LD_PRELOAD"),
        (an_input("a b", default="x"), {}, "refused-input-name", "A B"),
        (an_input(default="a\0b"), {}, "input-value-refused", "no environment variable"),
        (an_input(default="x" * 5000), {}, "input-value-refused", "longer than"),
        (an_input(choices=("a", "b")), {"given": {"value": "c"}}, "input-value-refused", "none of"),
        (an_input(default="a;b", pattern="[a-z]+"), {}, "input-value-refused", "does not match"),
        (an_input(default="x"), {"given": {"other": "1"}}, "unknown-input", "no input `other`"),
    ],
)
def test_what_has_no_good_value_is_a_finding_with_its_cause(item, around, lint, words):
    """One Finding, at the input, that names what is wrong."""
    (finding,) = bound(item, **around).findings
    assert (lint, HERE) == (finding.lint, finding.place)
    assert words in finding.message + finding.help


@given(st.text(max_size=6000))
def test_a_label_that_does_not_match_whole_never_becomes_a_value(text):
    """Quotes, `$(…)`, newlines, NULs and a megabyte of anything: none gets past the pattern."""
    item = an_input(source="label.instance", pattern="[a-z0-9.:-]+")
    binding = bound(item, labels={"instance": text})
    value = binding.env.get("VALUE")
    assert (value is None) == bool(binding.findings)
    if value is not None:
        assert set(value) <= set("abcdefghijklmnopqrstuvwxyz0123456789.:-")
        assert len(value) <= VALUE_BYTES_MAX


def test_a_pattern_takes_linear_time():
    """A pattern that takes other engines for ever is answered at once."""
    item = an_input(source="label.instance", pattern="(a+)+b")
    assert bound(item, labels={"instance": "a" * 4000}).findings
