"""Findings as JSON, as the published schema describes it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from drillbook.model.finding import Fix, Severity
from drillbook.model.lint import Lint, Rung
from drillbook.model.linted import Linted, Showing, Silence
from drillbook.report.lint_json import lint_json
from findings import ANY_TEXT, finding_at, place_at, showing_of

SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "lint.schema.json"
PLACE = place_at("a.md", 4, 3, 9)
FINDING = finding_at(PLACE, severity=Severity.ERROR, fix=Fix(place=PLACE, text="text"))
LINTED = Linted(
    findings=(FINDING, finding_at(place_at("b.md", 1, 1), "never-heard-of")),
    silenced={finding_at(place_at("b.md", 2, 1)): Silence.SNOOZE},
    fingerprints={FINDING: "abc"},
    paths=("a.md", "b.md", "c.md"),
    notes_hidden=4,
    baseline_gone=2,
)
LINTS = {"runbook-without-owner": Lint(name="x", summary="y", rung=Rung.RUNNABLE)}


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    """The published schema, itself sound."""
    document = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


def body(linted: Linted) -> Any:
    """What is printed, read again."""
    return json.loads(lint_json(linted, Showing(lints=LINTS, version="1.2.3")))


@pytest.mark.parametrize("linted", [Linted(), LINTED], ids=["nothing", "much"])
def test_it_is_as_the_schema_says(schema: Draft202012Validator, linted: Linted) -> None:
    """Also where nothing was found."""
    assert [] == [error.message for error in schema.iter_errors(body(linted))]


@pytest.mark.parametrize(
    ("key", "value"),
    [("schema_version", 2), ("findings", [{}]), ("extra", 1), ("fail_on", "fatal")],
)
def test_the_schema_refuses(schema: Draft202012Validator, key: str, value: object) -> None:
    """What is not as it says."""
    assert not schema.is_valid({**body(LINTED), key: value})


def test_what_is_counted() -> None:
    """Everything that a badge or a dashboard needs without going through the Findings."""
    document = body(LINTED)
    assert {"error": 1, "warning": 1, "note": 0} == document["counts"]
    assert {"comment": 0, "snooze": 1, "baseline": 0} == document["silenced"]
    assert [3, 4, 2] == [document[key] for key in ("files", "notes_hidden", "baseline_gone")]
    assert [True, "error", "1.2.3"] == [
        document[key] for key in ("is_failed", "fail_on", "drillbook")
    ]


def test_a_finding_is_told_whole() -> None:
    """Its place, its cure, its page, and how it is mended."""
    assert {
        "lint": "runbook-without-owner",
        "severity": "error",
        "rung": "runnable",
        "path": "a.md",
        "line": 4,
        "column": 3,
        "end_line": 4,
        "end_column": 9,
        "message": "nobody owns it",
        "help": 'add "owner: TEAM"',
        "page": "docs/lints/runbook-without-owner.md",
        "fingerprint": "abc",
        "fix": {
            "path": "a.md",
            "line": 4,
            "column": 3,
            "end_line": 4,
            "end_column": 9,
            "text": "text",
        },
    } == body(LINTED)["findings"][0]


def test_what_is_not_known_is_null() -> None:
    """And never 0, which could be taken for a line."""
    finding = body(LINTED)["findings"][1]
    keys = ("rung", "end_line", "end_column", "fingerprint", "fix")
    assert [None] * 5 == [finding[key] for key in keys]


@pytest.mark.parametrize(
    ("fail_on", "is_failed"),
    [(Severity.ERROR, False), (Severity.WARNING, True), (Severity.NOTE, True), (None, False)],
)
def test_whether_it_failed_is_by_severity(fail_on: Severity | None, is_failed: bool) -> None:
    """The same rule as that of the exit code."""
    linted = Linted(findings=(finding_at(PLACE),), fail_on=fail_on)
    assert is_failed is body(linted)["is_failed"]


@given(ANY_TEXT, ANY_TEXT)
def test_hostile_text_stays_json(path: str, message: str) -> None:
    """Half a character, a direction, a control."""
    finding = finding_at(place_at(path, 1, 1), message=message)
    text = lint_json(Linted(findings=(finding,)), showing_of({}))
    assert 1 == len(json.loads(text.encode())["findings"])
