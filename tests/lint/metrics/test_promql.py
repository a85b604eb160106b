"""What lints ask of an expression."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.lint.metrics.promql import (
    DEPTH_MAX,
    Matcher,
    nodes,
    numbers,
    parse,
    per_second,
    selectors,
    series_of,
    thresholds,
)

RATIO = 'sum by (job) (rate(a_total{status=~"5..",x!="y"}[5m])) / sum(rate(b_total[5m])) > 0.05'


@pytest.mark.parametrize(
    "expr",
    ["", "a +", "$a > 1", "a" * 20_001, "-" * (DEPTH_MAX + 1) + "a", "(" * 5_000 + "a"],
)
def test_what_the_parser_is_not_sure_of_is_unchecked(expr: str) -> None:
    """None, and neither an exception nor the end of the process."""
    assert parse(expr) is None
    assert (frozenset(), (), ()) == (numbers(expr), thresholds(expr), selectors(expr))


def test_a_deep_expression_is_not_handed_to_the_parser() -> None:
    """Its stack would break, and with it the process."""
    assert parse(" or ".join("a" * DEPTH_MAX)) is not None
    assert parse(" or ".join("a" * 100_000)) is None


def test_selectors_say_where_they_stand() -> None:
    """Name, matchers, range and all around them, from the outside."""
    first, second = selectors(RATIO)
    assert ("a_total", 300.0, ("sum", "rate")) == (first.name, first.range_s, first.around)
    assert (Matcher("status", "=~", "5.."), Matcher("x", "!=", "y")) == first.matchers
    assert "b_total" == second.name


def test_the_name_may_be_a_matcher() -> None:
    """`{__name__="up"}` is `up`; an offset is told."""
    [selector] = selectors('{__name__="up", job="x"} offset 5m')
    assert ("up", (Matcher("job", "=", "x"),), True) == (
        selector.name,
        selector.matchers,
        selector.has_offset,
    )


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("a > 1", [(">", 1.0)]),
        ("1 < a", [(">", 1.0)]),
        ("a > 4 * 3600", [(">", 14400.0)]),
        ("a > -1", [(">", -1.0)]),
        ("a > 1 and b < 2 or (c == 3)", [(">", 1.0), ("<", 2.0), ("==", 3.0)]),
        ("a > 1 unless b > 2", [(">", 1.0)]),
        ("10 < a < 20", [("<", 20.0), (">", 10.0)]),
        ("sum(a > 1)", []),
        ("a > b", []),
        ("a > 1 / 0", []),
    ],
)
def test_thresholds_are_the_comparisons_that_decide(
    expr: str, expected: list[tuple[str, float]]
) -> None:
    """With a number, at the top, whichever way round."""
    assert expected == [(each.op, each.value) for each in thresholds(expr)]


def test_numbers_are_all_that_stand_there() -> None:
    """Also those inside, and the results of arithmetic."""
    assert {0.05, 2.0, 3.0, 6.0} == numbers("a > 0.05 and count(b == 2 * 3) > 3")


@pytest.mark.parametrize(
    ("expr", "name"),
    [
        ("rate(a[5m])", "a"),
        ("sum(irate(a[5m]))", "a"),
        ("(sum by (x) (rate(a[5m])))", "a"),
        ("rate(a[5m]) * 60", None),
        ("increase(a[5m])", None),
        ("a", None),
    ],
)
def test_per_second_is_a_rate_alone_or_summed_up(expr: str, name: str | None) -> None:
    """Anything else may be of another unit."""
    node = parse(expr)
    assert node is not None
    found = per_second(node)
    assert name == (found.name if found else None)


@pytest.mark.parametrize(
    ("expr", "name"), [("a", "a"), ("(rate(a[5m]))", "a"), ("sum(a)", None), ("abs(a)", None)]
)
def test_series_keep_their_labels_in_a_rate(expr: str, name: str | None) -> None:
    """A sum does not keep them."""
    node = parse(expr)
    assert node is not None
    found = series_of(node)
    assert name == (found.name if found else None)


def test_nodes_are_told_from_the_outside() -> None:
    """The comparison, its sides, what they are made of."""
    assert ["BinaryExpr", "Call", "MatrixSelector", "NumberLiteral"] == [
        type(node).__name__ for node in nodes(parse("rate(a[5m]) > 1"))
    ]


@given(st.text(alphabet="ab_{}()[]=~\"'<>!+-*/% 0159.m:,@#or\n", max_size=60))
def test_no_text_raises(expr: str) -> None:
    """Expressions are hostile text."""
    assert isinstance(selectors(expr), tuple)
    assert isinstance(thresholds(expr), tuple)
    assert isinstance(numbers(expr), frozenset)
