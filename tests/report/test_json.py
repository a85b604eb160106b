"""The Verdict as JSON, as its published schema describes it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from drillbook.model.verdict import PhaseSpan, Ruling, Times, Verdict, VerdictState
from drillbook.report.json import verdict_json

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
VerdictOf = Callable[[str], Verdict]
SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "verdict.schema.json"


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    """The published schema, itself sound."""
    document = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


@pytest.mark.parametrize("name", ["passed", "failed", "unknown", "hostile"])
def test_it_is_as_the_schema_says(
    schema: Draft202012Validator, verdict_of: VerdictOf, name: str
) -> None:
    """Also where times, names and numbers are missing, hostile or no numbers at all."""
    document = json.loads(verdict_json(verdict_of(name)))
    assert [] == [error.message for error in schema.iter_errors(document)]


@pytest.mark.parametrize(
    ("key", "value"),
    [("state", "green"), ("extra", 1), ("times", {}), ("schema_version", 2), ("rulings", [{}])],
)
def test_the_schema_refuses_what_is_not_so(
    schema: Draft202012Validator, verdict_of: VerdictOf, key: str, value: object
) -> None:
    """The schema is no open door."""
    document: dict[str, Any] = json.loads(verdict_json(verdict_of("passed")))
    document[key] = value
    assert not schema.is_valid(document)


@given(ANY_TEXT, st.floats(), st.none() | st.integers(-(10**18), 9 * 10**18))
def test_whatever_a_verdict_holds_is_as_the_schema_says(
    schema: Draft202012Validator, text: str, number: float, at_ns: int | None
) -> None:
    """Any text, any number and any moment make a document that can be encoded and is valid."""
    verdict = Verdict(
        drill=text,
        runbook=text,
        stream=text,
        state=VerdictState.UNKNOWN,
        rulings=(Ruling(name=text, state=VerdictState.PASSED, because=text),),
        times=Times(fault_at=at_ns),
        durations_s={text: number},
        objectives_s={text: number},
        compression=number,
        phases=(PhaseSpan(name=text, begin_ns=at_ns or 0, end_ns=at_ns),),
        counts={text: 3},
        overhead_s=number,
        hashes={text: text},
    )
    document = json.loads(verdict_json(verdict).encode())
    assert [] == [error.message for error in schema.iter_errors(document)]


def test_a_moment_is_exact_and_readable(verdict_of: VerdictOf) -> None:
    """Nanoseconds for arithmetic, ISO 8601 for people."""
    times = json.loads(verdict_json(verdict_of("passed")))["times"]
    expected = {"ns": 1_795_255_241_300_000_000, "utc": "2026-11-21T10:00:41.300000000Z"}
    assert expected == times["fault_at"]


def test_what_did_not_happen_is_null(verdict_of: VerdictOf) -> None:
    """Absent moments, durations and an unfinished phase are said to be absent."""
    document = json.loads(verdict_json(verdict_of("unknown")))
    assert None is document["times"]["resolved_at"]
    assert {"detect": None, "recover": None} == document["durations_s"]
    assert None is document["phases"][-1]["end"]
    assert None is document["detection"]


def test_keys_stand_in_one_order(verdict_of: VerdictOf) -> None:
    """Two reports of one Verdict are the same bytes, whatever order a judge counted in."""
    verdict = verdict_of("passed")
    assert verdict_json(verdict) == verdict_json(verdict_of("passed"))
    document = json.loads(verdict_json(verdict))
    assert ["schema_version", "drill", "runbook", "stream", "state"] == list(document)[:5]
    for name in ("durations_s", "counts", "hashes"):
        assert sorted(document[name]) == list(document[name])


def test_no_number_is_null(verdict_of: VerdictOf) -> None:
    """JSON cannot say NaN, so a reader never meets it."""
    assert None is json.loads(verdict_json(verdict_of("hostile")))["durations_s"]["detect"]
