"""Findings → SARIF 2.1.0, for code scanning and for editors that read it.

Columns count UTF-16 code units, as `columnKind` says; paths are URIs below %SRCROOT%.
"""

import json
from urllib.parse import quote

from drillbook.model.finding import Finding, Fix
from drillbook.model.lint import Lint
from drillbook.model.linted import Linted, Showing, Silence
from drillbook.model.place import Place
from drillbook.report.clean import clean
from drillbook.report.json import Json
from drillbook.report.lint_json import page_of

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "%SRCROOT%"
# The name that GitHub reads, and ours, which says how it is made.
FINGERPRINTS = ("primaryLocationLineHash", "drillbookLine/v1")
_SUPPRESSIONS = {
    Silence.COMMENT: ("inSource", "a comment ignores it"),
    Silence.SNOOZE: ("external", "drillbook.toml snoozes it"),
    Silence.BASELINE: ("external", "it stands in the baseline"),
}


def lint_sarif(linted: Linted, showing: Showing) -> str:
    """One run. What is silenced is in it as suppressed."""
    named = dict.fromkeys(each.lint for each in (*linted.findings, *linted.silenced))
    rules = [_rule(name, showing.lints.get(name)) for name in sorted(named)]
    index = {name: number for number, name in enumerate(sorted(named))}
    heard = [_result(each, None, linted, showing, index) for each in linted.findings]
    silenced = [_result(each, why, linted, showing, index) for each, why in linted.silenced.items()]
    driver: dict[str, Json] = {"name": "drillbook", "rules": list[Json](rules)}
    if showing.version:
        driver["version"] = showing.version
    run: Json = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "invocations": [{"executionSuccessful": True}],
        "results": [*heard, *silenced],
    }
    document: Json = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, allow_nan=False, ensure_ascii=False, indent=2) + "\n"


def _rule(name: str, lint: Lint | None) -> Json:
    """The page is a property: a helpUri must be absolute, and the pages lie in our own tree."""
    if lint is None:
        return {"id": name, "properties": {"page": page_of(name)}}
    summary = clean(lint.summary)
    return {
        "id": name,
        "shortDescription": {"text": summary},
        "help": {"text": f"{summary}. Keeps a runbook from being {lint.rung.value}."},
        "defaultConfiguration": {"level": lint.severity.value, "enabled": lint.is_on},
        "properties": {"page": page_of(name), "rung": lint.rung.value},
    }


def _result(
    finding: Finding,
    silence: Silence | None,
    linted: Linted,
    showing: Showing,
    index: dict[str, int],
) -> Json:
    fingerprint = linted.fingerprints.get(finding)
    result: dict[str, Json] = {
        "ruleId": finding.lint,
        "ruleIndex": index[finding.lint],
        "level": finding.severity.value,
        "message": {"text": clean(f"{finding.message}\nhelp: {finding.help}")},
        "locations": [{"physicalLocation": _location(finding.place, showing)}],
        # Either every result of a run says it, or none may.
        "suppressions": [_suppression(silence)] if silence else [],
    }
    if fingerprint:
        result["partialFingerprints"] = dict.fromkeys(FINGERPRINTS, f"{fingerprint}:1")
    if finding.fix:
        result["fixes"] = [_fix(finding, finding.fix, showing)]
    return result


def _suppression(silence: Silence) -> Json:
    kind, why = _SUPPRESSIONS[silence]
    return {"kind": kind, "status": "accepted", "justification": why}


def _location(place: Place, showing: Showing) -> Json:
    region = _region(place, showing)
    source = clean(showing.line_of(place.path, place.line))
    if source and place.end_line in (0, place.line):
        region["snippet"] = {"text": source}
    return {"artifactLocation": _artifact(place.path), "region": region}


def _artifact(path: str) -> Json:
    uri = quote(path.encode("utf-8", "surrogateescape"))
    return {"uri": uri, **({} if path.startswith("/") else {"uriBaseId": ROOT})}


def _region(place: Place, showing: Showing) -> dict[str, Json]:
    region: dict[str, Json] = {
        "startLine": place.line,
        "startColumn": _units(place.path, place.line, place.column, showing),
    }
    if place.end_line:
        region["endLine"] = place.end_line
        column = place.end_column or len(showing.line_of(place.path, place.end_line)) + 1
        region["endColumn"] = _units(place.path, place.end_line, column, showing)
    return region


def _units(path: str, line: int, column: int, showing: Showing) -> int:
    """The column in UTF-16 code units: a character beyond the first plane counts two."""
    before = showing.line_of(path, line)[: max(column - 1, 0)]
    return column + sum(character > "\uffff" for character in before)


def _fix(finding: Finding, fix: Fix, showing: Showing) -> Json:
    replacement: Json = {
        "deletedRegion": _region(fix.place, showing),
        "insertedContent": {"text": clean(fix.text)},
    }
    return {
        "description": {"text": clean(finding.help)},
        "artifactChanges": [
            {"artifactLocation": _artifact(fix.place.path), "replacements": [replacement]}
        ],
    }
