"""What a Check asks of an alert's expression follows from its comparison."""

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.convert.expression import EXPRESSION_CHARS_MAX, question_of
from drillbook.model.place import Place
from drillbook.read.sentences.sentence import read_expectation

EMPTY = ("output is empty", "output matches `.`")


@pytest.mark.parametrize(
    ("expr", "asked", "healthy", "unhealthy"),
    [
        ("sum(a) / sum(b) > 0.05", "sum(a) / sum(b)", "at most 0.05", "above 0.05"),
        ("sum(a) > .5", "sum(a)", "at most 0.5", "above 0.5"),
        ("a >= 3", "max(a)", "below 3", "at least 3"),
        ("a < 3", "min(a)", "at least 3", "below 3"),
        ("a <= 1e3", "min(a)", "above 1000", "at most 1000"),
        ("max by (job) (a) > 0", "max(max by (job) (a))", "at most 0", "above 0"),
        ("topk(3, a) > 1", "max(topk(3, a))", "at most 1", "above 1"),
        ("-sum(a) > 1", "-sum(a)", "at most 1", "above 1"),
        ("(sum(a) + 2) * 3 > 1.50", "(sum(a) + 2) * 3", "at most 1.5", "above 1.5"),
        ("rate(a[5m])\n  >\n  10", "max(rate(a[5m]))", "at most 10", "above 10"),
        ("a > 3 > 1", "max(a > 3)", "at most 1", "above 1"),
    ],
)
def test_a_comparison_with_a_number_asks_for_the_number(expr, asked, healthy, unhealthy):
    """Of several values the worst one decides."""
    question = question_of(expr)
    assert asked == question.expression
    assert (f"number is {healthy}", f"number is {unhealthy}") == (
        question.healthy,
        question.unhealthy,
    )


@pytest.mark.parametrize(
    "expr",
    [
        "a == 0",
        "a != 1",
        "absent(a)",
        "a > 1 and b < 2",
        "a > b",
        "3 < a",
        "a > bool 1",
        "a > 1 # c > 2",
        "a > (1 + 2)",
        "a >",
        "",
        "((((",
        "a > 0x",
    ],
)
def test_every_other_expression_is_asked_as_it_stands(expr):
    """It is unhealthy where it gives anything, as the alert fires then."""
    question = question_of(expr)
    assert (expr.strip(), *EMPTY) == (question.expression, question.healthy, question.unhealthy)


@pytest.mark.parametrize(
    ("expr", "asked"),
    [
        ("up == 0", 'up{instance="$INSTANCE"} == 0'),
        ('up{job="x"} == 0', 'up{instance="$INSTANCE", job="x"} == 0'),
        ("up{} == 0", 'up{instance="$INSTANCE"} == 0'),
        ("rate(a[5m]) == 0", 'rate(a{instance="$INSTANCE"}[5m]) == 0'),
        ("(a - 1) == 0", '(a{instance="$INSTANCE"} - 1) == 0'),
    ],
)
def test_labels_narrow_the_only_selector(expr, asked):
    """So that the Check is about what the alert is about."""
    question = question_of(expr, ("instance",))
    assert (asked, ("instance",)) == (question.expression, question.labels)


@pytest.mark.parametrize(
    "expr",
    [
        "a == b",
        "sum(a) == 0",
        "sum by (instance) (a) == 0",
        'up{instance="x"} == 0',
        "absent(a)",
        'label_replace(a, "b", "$1", "a", "(.*)") == 0',
        '{__name__="a"} == 0',
    ],
)
def test_where_a_label_may_not_be_there_nothing_is_narrowed(expr):
    """Joins, aggregations, a label that is asked for already,."""
    assert () == question_of(expr, ("instance",)).labels


def test_dollars_of_the_expression_stay_dollars():
    """What looks like a variable of ours is none, and means what it meant."""
    assert 'max(a{x=~"b$$FOO|c$"})' == question_of('a{x=~"b$FOO|c$"} > 1', ("instance",)).expression


@pytest.mark.parametrize("expr", ["a > 1" * 100_000, "(" * 5_000, "a+" * 900 + "a > 1"])
def test_a_huge_expression_is_not_taken_apart(expr):
    """Its parser would go as deep as it is."""
    assert EMPTY[0] == question_of(expr).healthy
    assert len(expr) > 1_000
    assert EXPRESSION_CHARS_MAX == 20_000


# Not `nan`, `inf` or `or`, which are words of PromQL.
METRIC = st.from_regex(r"m_[a-z_]{1,8}", fullmatch=True)
OPERATOR = st.sampled_from([">", ">=", "<", "<="])
NUMBER = st.decimals(min_value=0, max_value=10**9, allow_nan=False, places=3).map(str)


@given(METRIC, OPERATOR, NUMBER)
def test_what_is_asked_parses_and_its_sentences_are_understood(metric, operator, number):
    """Whatever the numbers are."""
    question = question_of(f"rate({metric}[5m]) {operator} {number}", ("instance",))
    assert promql_parser.parse(question.expression) is not None
    for sentence in (question.healthy, question.unhealthy):
        noun, findings = read_expectation(sentence, Place(path="a.md"))
        assert noun is not None
        assert not findings
