"""Findings → one JSON document, as `docs/reference/lint.schema.json` describes it."""

import json
from collections import Counter

from drillbook.model.finding import Finding, Fix, Severity
from drillbook.model.linted import Linted, Showing, Silence
from drillbook.model.place import Place
from drillbook.report.clean import clean
from drillbook.report.json import Json

# Grows with every change that a reader must know of.
SCHEMA_VERSION = 1


def lint_json(linted: Linted, showing: Showing) -> str:
    """Keys in one order; lines and columns count characters from 1, the end column exclusive."""
    counts = Counter(each.severity for each in linted.findings)
    silenced = Counter(linted.silenced.values())
    document: Json = {
        "schema_version": SCHEMA_VERSION,
        "drillbook": showing.version,
        "files": len(linted.paths),
        "fail_on": linted.fail_on.value if linted.fail_on else None,
        "is_failed": bool(linted.failing),
        "counts": {each.value: counts[each] for each in Severity},
        "notes_hidden": linted.notes_hidden,
        "silenced": {each.value: silenced[each] for each in Silence},
        "baseline_gone": linted.baseline_gone,
        "findings": [_finding(each, linted, showing) for each in linted.findings],
    }
    return json.dumps(document, allow_nan=False, ensure_ascii=False, indent=2) + "\n"


def _finding(finding: Finding, linted: Linted, showing: Showing) -> Json:
    lint = showing.lints.get(finding.lint)
    return {
        "lint": finding.lint,
        "severity": finding.severity.value,
        "rung": lint.rung.value if lint else None,
        **_place(finding.place),
        "message": clean(finding.message),
        "help": clean(finding.help),
        "page": page_of(finding.lint),
        "fingerprint": linted.fingerprints.get(finding),
        "fix": _fix(finding.fix),
    }


def page_of(lint: str) -> str:
    """Where in Drillbook's own tree the lint's page lies."""
    return f"docs/lints/{lint}.md"


def _place(place: Place) -> dict[str, Json]:
    """The end is null where only the beginning is known."""
    return {
        "path": clean(place.path),
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line or None,
        "end_column": place.end_column or None,
    }


def _fix(fix: Fix | None) -> Json:
    return {**_place(fix.place), "text": clean(fix.text)} if fix else None
