"""One mapping of YAML is read key by key, and every value that is not as wanted is named."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.finding import Finding, Severity
from drillbook.read.fields import Fields
from drillbook.read.yaml import read_yaml


def fields(text: str) -> Fields:
    """The fields of a YAML text that holds one mapping."""
    (node,), _ = read_yaml(text, "a.yaml")
    return Fields(node, "the drill", [])


def flaws(found: Fields) -> list[tuple[str, int]]:
    """The lints and lines of what was found."""
    return [(finding.lint, finding.place.line) for finding in found.findings]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("word", "word"), ("two words", "two words"), ("7", "7"), ("007", "007"), ("1.50", "1.50"),
        ("no", "no"), ("true", "true"), ("'null'", "null"), ('""', ""),
        ("2026-10-01", "2026-10-01"),
        ("0x10", "0x10"), ("1e3", "1e3"), ("é", "é"),
    ],
)  # fmt: skip
def test_a_text_is_what_was_written(value: str, text: str) -> None:
    """A version 1.50 does not become 1.5, nor an answer `no` false."""
    found = fields(f"key: {value}\n")
    assert (text, []) == (found.text("key"), found.findings)


@pytest.mark.parametrize("value", ["", "~", "null", "Null"])
def test_an_empty_value_is_a_missing_one(value: str) -> None:
    """`owner:` with nothing behind it says nothing, for every kind of value."""
    found = fields(f"key: {value}\n")
    assert (None, None, None, (), None) == (
        found.text("key"), found.duration_s("key"), found.flag_value("key"), found.texts("key"),
        found.mapping("key"),
    )  # fmt: skip
    assert [] == found.findings
    assert not found.require("key")


@pytest.mark.parametrize("value", ["[a]", "{a: b}", "[]", "{}"])
def test_a_list_is_no_text(value: str) -> None:
    """It is named with what would have been right, and read as nothing."""
    found = fields(f"\nkey: {value}\n")
    assert (None, [("value-of-wrong-kind", 2)]) == (found.text("key"), flaws(found))
    assert '"key" of the drill is not one word or text' == found.findings[0].message


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("20s", 20), ("5m", 300), ("1h30m", 5_400), ("500ms", 0.5), ("'10 s'", 10), ("0s", 0)],
)
def test_a_duration_is_in_seconds(value: str, seconds: float) -> None:
    """With its unit, as everywhere in the format."""
    found = fields(f"key: {value}\n")
    assert (seconds, []) == (found.duration_s("key"), found.findings)


@pytest.mark.parametrize(
    "value", ["5", "0", "-5s", "soon", "5 apples", "[5s]", "true", "1e3s", ".5s"]
)
def test_what_is_no_duration_is_an_error(value: str) -> None:
    """A number without a unit is never taken for seconds."""
    found = fields(f"key: {value}\n")
    assert (None, [("value-of-wrong-kind", 1)]) == (found.duration_s("key"), flaws(found))


@pytest.mark.parametrize(
    ("value", "is_so"),
    [("true", True), ("True", True), ("yes", True), ("YES", True), ("false", False), ("No", False)],
)
def test_a_flag_in_the_words_of_people(value: str, is_so: bool) -> None:
    """Both the words of YAML 1.2 and those of YAML 1.1 that people still write."""
    found = fields(f"key: {value}\n")
    assert (is_so, []) == (found.flag_value("key"), found.findings)


@pytest.mark.parametrize("value", ["1", "0", "on", "off", "y", "ja", "[true]", "''"])
def test_what_is_no_flag_is_an_error(value: str) -> None:
    """`drillable: 1` never opens a system to a drill."""
    found = fields(f"key: {value}\n")
    assert (None, [("value-of-wrong-kind", 1)]) == (found.flag_value("key"), flaws(found))


@pytest.mark.parametrize(
    ("value", "texts", "is_flawed"),
    [
        ("[a, b]", ("a", "b"), False),
        ("a", ("a",), False),
        ("a, b", ("a, b",), False),
        ("[]", (), False),
        ("[1, no]", ("1", "no"), False),
        ("[a, [b]]", ("a",), True),
        ("[a, ~]", ("a",), True),
        ("{a: b}", (), True),
    ],
)
def test_a_list_of_texts(value: str, texts: tuple[str, ...], is_flawed: bool) -> None:
    """One text alone is a list of one; what is no text is flagged, and the others stay."""
    found = fields(f"key: {value}\n")
    assert texts == found.texts("key")
    assert is_flawed == bool(found.findings)


def test_a_mapping_inside_is_read_by_its_own_name() -> None:
    """A flaw in it names the inner mapping, not the outer."""
    found = fields("key:\n  inner: [1]\n")
    inner = found.mapping("key")
    assert inner is not None
    assert None is inner.text("inner")
    assert ['"inner" of "key" is not one word or text'] == [f.message for f in found.findings]


@pytest.mark.parametrize("value", ["word", "[a]", "5"])
def test_what_is_no_mapping_is_an_error(value: str) -> None:
    """`lab: erpgo` where settings are asked for."""
    found = fields(f"key: {value}\n")
    assert (None, [("value-of-wrong-kind", 1)]) == (found.mapping("key"), flaws(found))


def test_an_empty_mapping_is_a_mapping() -> None:
    """`settings: {}` has settings, though none."""
    found = fields("key: {}\n")
    assert (True, []) == (found.mapping("key") is not None, found.findings)


def test_every_key_that_is_missing_is_named_at_once() -> None:
    """Nobody mends a file one key at a time."""
    found = fields("b: 1\n")
    assert not found.require("a", "b", "c")
    assert ['the drill has no "a"', 'the drill has no "c"'] == [f.message for f in found.findings]
    assert fields("a: 1\nb: 2\n").require("a", "b")


@pytest.mark.parametrize(
    ("key", "cure"),
    [
        ("timout", 'write "timeout"'),
        ("TIMEOUT", "remove it; known are name, timeout"),
        ("x", "remove it; known are name, timeout"),
    ],
)
def test_a_key_that_nothing_reads_is_an_error_at_its_place(key: str, cure: str) -> None:
    """A misspelt bound must not be silently without effect."""
    found = fields(f"name: a\n{key}: 5s\n")
    found.refuse_others(("name", "timeout"))
    assert [("unknown-key", 2)] == flaws(found)
    assert (cure, Severity.ERROR) == (found.findings[0].help, found.findings[0].severity)


@pytest.mark.parametrize("text", ["- a\n- b\n", "word\n", "5\n"])
def test_what_is_no_mapping_has_no_keys(text: str) -> None:
    """A list where a mapping should be is asked without raising."""
    found = fields(text)
    assert None is found.get("key")
    assert not found.require("key")


READS: tuple[Callable[[Fields], object], ...] = (
    lambda found: found.text("a"),
    lambda found: found.duration_s("a"),
    lambda found: found.flag_value("a"),
    lambda found: found.texts("a"),
    lambda found: found.mapping("a"),
    lambda found: found.refuse_others(("b",)),
)


@given(st.text(alphabet="abc:[]{}-'\"&*!|>\n #,~%@`\\\t0", max_size=60), st.sampled_from(READS))
def test_no_yaml_makes_a_reader_raise(text: str, read: Callable[[Fields], object]) -> None:
    """Whatever stands under a key: a value, or a Finding with its cure."""
    nodes, _ = read_yaml(f"a: {text}\n", "a.yaml")
    for node in nodes:
        findings: list[Finding] = []
        read(Fields(node, "the drill", findings))
        assert all(finding.help and finding.place.line >= 1 for finding in findings)
