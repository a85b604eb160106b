"""Where a value may stand in PromQL, and how it is written there."""

import ast
from contextlib import suppress

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from drillbook.run.clients.expression import ExpressionError, filled, places_in


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ('up{job="$JOB"}', "api", 'up{job="api"}'),
        ("up{job='${JOB}'}", "it's", "up{job='it\\'s'}"),
        ('up{job!="x-$JOB"}', 'a"} or vector(1) #', 'up{job!="x-a\\"} or vector(1) #"}'),
        ('up{job=~ "$JOB.*"}', "a.b|c", 'up{job=~ "a\\\\.b\\\\|c.*"}'),
        ('up{job!~"$JOB"}', "(", 'up{job!~"\\\\("}'),
        ('up{job="$JOB"}', "a\\\n\x01", 'up{job="a\\\\\\n\\x01"}'),
        ('label_replace(up, "a", "$1", "b", "(.*)$")', "", None),
        ('up{job="$$JOB"}', "", None),
        ("up # $JOB\n", "", None),
    ],
)
def test_a_value_is_written_as_a_label_value(text, value, expected):
    """Escaped for its string, and for its regular expression; other dollars are text."""
    assert (text if expected is None else expected) == filled(text, lambda _: value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("$METRIC > 1", "outside of quotes"),
        ("rate(x[$RANGE])", "outside of quotes"),
        ('up{$LABEL="x"}', "outside of quotes"),
        ("up{job=`$JOB`}", "between backticks"),
        ('label_replace(up, "$A", "", "", "")', "no label is compared"),
        ('up{job="\\$JOB"}', "backslash"),
        ('up{job="$JOB}', "not closed"),
        ("up\0", "NUL"),
    ],
)
def test_elsewhere_a_value_is_refused(text, why):
    """It could become a metric, a label or a function."""
    with pytest.raises(ExpressionError, match=why):
        places_in(text)


def test_a_value_of_a_megabyte_is_refused():
    """No label is so long."""
    with pytest.raises(ExpressionError, match="longer than 4096 bytes"):
        filled('up{a="$A"}', lambda _: "x" * 1_000_000)


@given(st.text(alphabet="$A{}\"'`=~!#\\\n ", max_size=60))
def test_no_text_raises_anything_else(text):
    """A runbook is text from outside."""
    with suppress(ExpressionError):
        assert isinstance(filled(text, lambda _: "v"), str)


@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60),
    st.sampled_from("\"'"),
)
def test_behind_a_pattern_a_value_matches_itself_alone(value, quote):
    """In the engine that Prometheus has; the string's escapes are also those of Python."""
    expression = filled(f"up{{a=~{quote}$V{quote}}}", lambda _: value)
    pattern = ast.literal_eval(expression.removeprefix("up{a=~").removesuffix("}"))
    assert re2.fullmatch(pattern, value) is not None
    assert re2.fullmatch(pattern, f"{value}x") is None
    assert value == "" or re2.fullmatch(pattern, value[:-1]) is None


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60))
def test_a_value_ends_no_string(value):
    """What stands behind it is what the author wrote."""
    expression = filled('up{a="$V", b="1"} > 2', lambda _: value)
    string = expression.removeprefix("up{a=").removesuffix(', b="1"} > 2')
    assert value == ast.literal_eval(string)
