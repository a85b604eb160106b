"""A cure is always a sentence that the grammar takes, with what the user gave."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.finding import Finding
from drillbook.model.place import Place
from drillbook.read.sentences.sentence import (
    read_capture,
    read_condition,
    read_expectation,
    read_loses,
    read_risk,
)

HERE = Place(path="a.md")
Read = Callable[[str, Place], tuple[object, tuple[Finding, ...]]]
# A Loses of any words is one, though without a bound.
READS: tuple[Read, ...] = (read_expectation, read_condition, read_capture, read_risk, read_loses)
WORDS = (
    "exit", "code", "is", "not", "0", "1", "999", "-5", "1.2.3", "95%", "10", "s", "10s", "for",
    "within", "and", "or", ",", ".", "(", ")", "`a`", "``", "`", "`a b`", "`(`", "healthy", "down",
    "unhealthy", "number", "below", "between", "output", "contains", "group", "of", "JSON", "path",
    "none", "high", "nothing", "last", "writes", "é", "$", "<", "server-ready", "\n",
)  # fmt: skip


def cure_of(read: Read, text: str) -> str:
    """What a Finding says to write instead."""
    understood, findings = read(text, HERE)
    assert understood is None
    return findings[0].help


@pytest.mark.parametrize(
    ("read", "text", "kept"),
    [
        (read_expectation, "returns 3", "exit code is 3"),
        (read_expectation, "number > 80", "number is above 80"),
        (read_expectation, "exit code is 0 and stdout has `ready`", "output contains `ready`"),
        (read_expectation, "exit code is 0, in 30 s", "30 s"),
        (read_condition, "`disk` fails", "`disk` is unhealthy"),
        (read_condition, "`disk` passes and `server` is down", "`server` is unhealthy"),
        (read_condition, "`lag` > 5", "`lag` is above 5"),
        (read_condition, "server is down", "`server` is unhealthy"),
        (read_risk, "high", "destructive"),
        (read_risk, "safe", "none"),
    ],
)
def test_the_users_own_values_are_in_the_cure(read: Read, text: str, kept: str) -> None:
    """It can be copied as it stands."""
    assert kept in cure_of(read, text)


@pytest.mark.parametrize("read", READS[:-1], ids=lambda read: read.__name__)
@pytest.mark.parametrize(
    "text", ["", " ", ".", "é" * 5_000, "(" * 5_000, "`" * 5_000, "and " * 900]
)
def test_a_text_that_is_like_nothing_has_a_cure_all_the_same(read: Read, text: str) -> None:
    """Short enough for a line, and none of it is the user's noise."""
    cure = cure_of(read, text)
    assert 0 < len(cure) < 400
    assert "(((" not in cure
    assert "\n" not in cure


@given(st.lists(st.sampled_from(WORDS), max_size=14), st.sampled_from(READS))
def test_what_is_not_understood_has_one_cure_of_one_line(words: list[str], read: Read) -> None:
    """Either it is understood, or an error says what would have been."""
    understood, findings = read(" ".join(words), HERE)
    assert understood is not None or findings
    for finding in findings:
        assert finding.help
        assert "\n" not in finding.help
