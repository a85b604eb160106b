"""Findings as SARIF."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from drillbook.model.finding import Fix, Severity
from drillbook.model.lint import Lint, Rung
from drillbook.model.linted import Linted, Showing, Silence
from drillbook.model.place import Place
from drillbook.report.lint_sarif import lint_sarif
from findings import ANY_TEXT, finding_at, place_at, showing_of

EXCERPT = json.loads(Path(__file__).with_name("sarif-2.1.0.excerpt.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(EXCERPT)
FILES = {"run books/a.md": "🚑🚑 of é\n"}
PLACE = place_at("run books/a.md", 1, 4, 6)
FINDING = finding_at(PLACE, severity=Severity.ERROR, fix=Fix(place=PLACE, text="at"))
OTHER = finding_at(place_at("b.md", 3, 1), "another-lint", severity=Severity.NOTE)
LINTED = Linted(
    findings=(FINDING,), silenced={OTHER: Silence.BASELINE}, fingerprints={FINDING: "abc"}
)


def run_of(linted: Linted, showing: Showing | None = None) -> Any:
    """The one run of a document that is valid."""
    document = json.loads(lint_sarif(linted, showing or showing_of(FILES)))
    assert [] == [error.message for error in VALIDATOR.iter_errors(document)]
    return document["runs"][0]


@pytest.mark.parametrize("linted", [Linted(), LINTED], ids=["nothing", "much"])
def test_it_is_valid(linted: Linted) -> None:
    """Also where nothing was found: then there is a run without results."""
    assert len(linted.findings) + len(linted.silenced) == len(run_of(linted)["results"])


@pytest.mark.parametrize(
    ("where", "value"), [("columnKind", "bytes"), ("results", [{}]), ("tool", {}), ("x", 1)]
)
def test_the_excerpt_of_the_schema_refuses(where: str, value: object) -> None:
    """What SARIF does not know."""
    document = json.loads(lint_sarif(LINTED, showing_of(FILES)))
    document["runs"][0][where] = value
    assert not VALIDATOR.is_valid(document)


def test_columns_are_utf_16_code_units() -> None:
    """As it says itself: a picture beyond the first plane counts two."""
    run = run_of(LINTED)
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert "utf16CodeUnits" == run["columnKind"]
    assert [1, 6, 1, 8] == [
        region[key] for key in ("startLine", "startColumn", "endLine", "endColumn")
    ]
    line = FILES["run books/a.md"].split("\n")[0].encode("utf-16-le")
    assert "of" == line[2 * (6 - 1) : 2 * (8 - 1)].decode("utf-16-le")
    assert FILES["run books/a.md"].rstrip() == region["snippet"]["text"]


def test_a_path_is_a_uri_below_the_root() -> None:
    """A space, and a colon that would begin with a scheme, are escaped."""
    location = run_of(LINTED)["results"][0]["locations"][0]["physicalLocation"]
    assert {"uri": "run%20books/a.md", "uriBaseId": "%SRCROOT%"} == location["artifactLocation"]
    absolute = Linted(findings=(finding_at(place_at("/x/a:b.md", 1, 1)),))
    location = run_of(absolute)["results"][0]["locations"][0]["physicalLocation"]
    assert {"uri": "/x/a%3Ab.md"} == location["artifactLocation"]


def test_a_rule_is_described_once() -> None:
    """With its page as a property: a helpUri would have to be absolute."""
    lints = {
        FINDING.lint: Lint(
            name=FINDING.lint, summary="a runbook that names no owner", rung=Rung.RUNNABLE
        )
    }
    linted = Linted(findings=(FINDING, finding_at(place_at("b.md", 1, 1))))
    (rule,) = run_of(linted, Showing(lints=lints, version="1.2.3"))["tool"]["driver"]["rules"]
    assert {
        "id": "runbook-without-owner",
        "shortDescription": {"text": "a runbook that names no owner"},
        "help": {"text": "a runbook that names no owner. Keeps a runbook from being runnable."},
        "defaultConfiguration": {"level": "warning", "enabled": True},
        "properties": {"page": "docs/lints/runbook-without-owner.md", "rung": "runnable"},
    } == rule


def test_a_result_points_at_its_rule() -> None:
    """By its number among the rules."""
    run = run_of(LINTED)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [each["ruleId"] for each in run["results"]] == [
        rules[each["ruleIndex"]] for each in run["results"]
    ]


def test_what_is_silenced_is_a_suppressed_result() -> None:
    """And every other result says that it is not."""
    heard, silenced = run_of(LINTED)["results"]
    assert [] == heard["suppressions"]
    (suppression,) = silenced["suppressions"]
    assert ["external", "accepted"] == [suppression["kind"], suppression["status"]]


def test_a_comment_in_the_file_suppresses_in_source() -> None:
    """As SARIF calls it."""
    run = run_of(Linted(silenced={OTHER: Silence.COMMENT}))
    assert "inSource" == run["results"][0]["suppressions"][0]["kind"]


def test_a_fingerprint_is_told_by_both_names() -> None:
    """GitHub reads its own name alone."""
    assert {"primaryLocationLineHash": "abc:1", "drillbookLine/v1": "abc:1"} == run_of(LINTED)[
        "results"
    ][0]["partialFingerprints"]


def test_a_fix_replaces_its_place() -> None:
    """In the same units as every other place."""
    (fix,) = run_of(LINTED)["results"][0]["fixes"]
    (change,) = fix["artifactChanges"]
    assert {
        "deletedRegion": {"startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 8},
        "insertedContent": {"text": "at"},
    } == change["replacements"][0]


def test_a_place_of_several_lines_has_no_snippet() -> None:
    """For a snippet would have to be all of it."""
    finding = finding_at(Place(path="run books/a.md", line=1, column=4, end_line=2))
    region = run_of(Linted(findings=(finding,)))["results"][0]["locations"][0]["physicalLocation"][
        "region"
    ]
    assert {"startLine": 1, "startColumn": 6, "endLine": 2, "endColumn": 1} == region


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_hostile_text_stays_valid(path: str, message: str, line: str) -> None:
    """In paths, messages and lines of source."""
    finding = finding_at(place_at(path, 1, 2, 3), message=message, help_text=message)
    assert 1 == len(run_of(Linted(findings=(finding,)), showing_of({path: line}))["results"])
