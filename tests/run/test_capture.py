"""Values taken from a step's output."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.sentence import Capture, CaptureKind
from drillbook.run.capture import VALUE_BYTES_MAX, take
from nouns import HERE, outcome


def capture(kind, pattern="", group=0):
    return Capture(place=HERE, name="value", kind=kind, pattern=pattern, group=group)


def test_a_number_is_taken_as_it_is_written():
    """No digit is rounded away."""
    number = capture(CaptureKind.NUMBER)
    assert take(number, outcome(0, "lag: 123456789.25\n")) == "123456789.25"


def test_two_numbers_are_no_number():
    """Which of them was meant is not known."""
    assert take(capture(CaptureKind.NUMBER), outcome(0, "1 2")) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.a.b[1]", "two"),
        (".a.b[0]", "1"),
        ("a.c", "null"),
        ("$['a']['b'][1]", "two"),
        ("$.a.b[9]", None),
        ("$.x", None),
        ("$..a", None),
        ("$.a[*]", None),
    ],
)
def test_a_json_path_leads_to_one_value_or_to_none(path, expected):
    """Names and indices; a path that could mean several values means none."""
    text = json.dumps({"a": {"b": [1, "two"], "c": None}})
    assert expected == take(capture(CaptureKind.JSON_PATH, path), outcome(0, text))


def test_a_group_is_what_its_brackets_matched():
    """``is group 1 of `…` ``."""
    group = capture(CaptureKind.GROUP, r"leader: (\w+)", 1)
    assert (
        take(capture(CaptureKind.GROUP, r"leader: (\S+)", 1), outcome(0, "leader: db-2")) == "db-2"
    )
    assert take(group, outcome(0, "nobody leads")) is None


@pytest.mark.parametrize(
    "bad", [outcome(1, "5"), outcome(127, "5"), outcome(0, "5", missing=("x",))]
)
def test_nothing_is_taken_from_a_step_that_failed(bad):
    """The number in an error message is no value."""
    assert take(capture(CaptureKind.NUMBER), bad) is None


@given(st.text())
def test_what_is_taken_always_fits_an_environment_variable(text):
    """No NUL and no more than 4 KiB gets through, whatever the step printed."""
    value = take(capture(CaptureKind.GROUP, r"(?s)(.*)", 1), outcome(0, text))
    assert value is None or ("\0" not in value and len(value.encode()) <= VALUE_BYTES_MAX)


@given(st.text(max_size=200))
def test_hostile_json_gives_no_value_and_never_raises(text):
    """Output is text from outside."""
    take(capture(CaptureKind.JSON_PATH, "$.a"), outcome(0, text))
    assert take(capture(CaptureKind.JSON_PATH, "$.a"), outcome(0, "[" * 100_000)) is None
