"""Findings of an old tree → a file of them, by which only new ones count from then on."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from drillbook.lint.keeping.fingerprint import LineOf, Mark, mark_of
from drillbook.model.finding import Finding

SCHEMA_VERSION = 1
Baseline = Mapping[Mark, int]
_KEYS = {"path", "lint", "line", "count"}
_CURE = "write it by drillbook lint --write-baseline FILE"


class BaselineError(Exception):
    """The file is no baseline; one line says where, why and the cure."""


@dataclass(frozen=True, slots=True)
class Compared:
    """`old` stand in the baseline; `gone` is how many of it were not found again."""

    old: frozenset[Finding]
    gone: int


def baseline_text(findings: Iterable[Finding], line_of: LineOf) -> str:
    """The file: a line for each, in one order, so that a change of it reads well."""
    counts = Counter(mark_of(each, line_of) for each in findings)
    lines = [
        json.dumps({"path": mark.path, "lint": mark.lint, "line": mark.line, "count": counts[mark]})
        for mark in sorted(counts)
    ]
    body = ",\n".join(f"    {line}" for line in lines)
    inner = f"\n{body}\n  " if lines else ""
    return f'{{\n  "schema_version": {SCHEMA_VERSION},\n  "findings": [{inner}]\n}}\n'


def read_baseline(text: str, path: str) -> Baseline:
    """How many of which. Raises BaselineError."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{path}: this is no JSON; {_CURE}") from error
    findings = document.get("findings") if isinstance(document, dict) else None
    if not isinstance(findings, list) or document.get("schema_version") != SCHEMA_VERSION:
        raise BaselineError(f"{path}: this is no baseline of version {SCHEMA_VERSION}; {_CURE}")
    counts: Counter[Mark] = Counter()
    for number, entry in enumerate(findings, 1):
        if not _is_entry(entry):
            raise BaselineError(f"{path}: entry {number} is none of a baseline; {_CURE}")
        counts[Mark(entry["path"], entry["lint"], entry["line"])] += entry["count"]
    return counts


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and set(entry) == _KEYS
        and all(isinstance(entry[key], str) for key in ("path", "lint", "line"))
        and type(entry["count"]) is int
        and entry["count"] > 0
    )


def compare(
    findings: Iterable[Finding],
    baseline: Baseline,
    line_of: LineOf,
    was_asked: Callable[[Mark], bool],
) -> Compared:
    """The first so many Findings of a mark are old.

    What `was_asked` denies was not looked for this time, so that it cannot be gone.
    """
    left = dict(baseline)
    old: set[Finding] = set()
    for finding in findings:
        mark = mark_of(finding, line_of)
        if left.get(mark, 0) > 0:
            left[mark] -= 1
            old.add(finding)
    gone = sum(count for mark, count in left.items() if was_asked(mark))
    return Compared(frozenset(old), gone)
