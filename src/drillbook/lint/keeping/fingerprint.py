"""Findings → what each is known by after its line has moved: lint, path and the line's words."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from drillbook.model.finding import Finding

HASH_CHARACTERS = 16
LineOf = Callable[[str, int], str]


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """What Findings of one line have in common. `line` is a hash: the line may hold a secret."""

    path: str
    lint: str
    line: str


def mark_of(finding: Finding, line_of: LineOf) -> Mark:
    """Neither the line's number nor its spaces count."""
    place = finding.place
    words = " ".join(line_of(place.path, place.line).split())
    return Mark(place.path, finding.lint, _hash(words))


def fingerprints(findings: Iterable[Finding], line_of: LineOf) -> dict[Finding, str]:
    """Of Findings that have all in common the first, the second … are told apart by their order."""
    seen: Counter[Mark] = Counter()
    found: dict[Finding, str] = {}
    for finding in findings:
        mark = mark_of(finding, line_of)
        seen[mark] += 1
        found[finding] = _hash("\0".join((mark.path, mark.lint, mark.line, str(seen[mark]))))
    return found


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_CHARACTERS]
