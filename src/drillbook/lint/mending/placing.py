"""A Finding of reading or planning, which knows where its step or heading begins → its words.

A plan knows nothing of columns; a reader looks for the very word.
"""

import re
from dataclasses import replace

from drillbook.model.document import Document
from drillbook.model.finding import Finding

# What is said of a step stands in the braces of its fence.
_ATTRIBUTES = {
    "duplicate-step-name": "name",
    "exports-without-shell": "exports",
    "export-name-refused": "exports",
    "interactive-step": "interactive",
    "repeated-step-not-idempotent": "retry",
    "step-outside-sections": "name",
    "time-limit-out-of-range": "timeout",
    "unknown-target": "on",
}
_VARIABLE = re.compile(r" uses \$([A-Za-z_]\w*),")
_WHOLE = ("#", "```", "~~~")


def placed(finding: Finding, document: Document) -> Finding:
    """With the end of its place, where only the beginning is known and the lines tell more."""
    place = finding.place
    if place.end_line or not 0 < place.line <= len(document.lines):
        return finding
    line = document.lines[place.line - 1]
    if finding.lint == "variable-without-value":
        return _at_variable(finding, document)
    key = _ATTRIBUTES.get(finding.lint)
    attribute = re.search(rf"(?<![\w-]){key}=[^\s}}]+", line) if key else None
    if attribute:
        return _on_line(finding, place.line, attribute.start(), attribute.end())
    if line[place.column - 1 :].startswith(_WHOLE):
        return _on_line(finding, place.line, place.column - 1, len(line.rstrip()))
    return finding


def _at_variable(finding: Finding, document: Document) -> Finding:
    """Where the block of the step first uses it."""
    said = _VARIABLE.search(finding.message)
    block = next((each for each in document.fences if each.line == finding.place.line), None)
    if said is None or block is None:
        return finding
    use = re.compile(rf"\$(?:{said[1]}(?!\w)|\{{[#!]?{said[1]}(?!\w)[^}}]*\}}?)")
    for number in range(block.content_line, block.end_line):
        found = use.search(document.lines[number - 1]) if number <= len(document.lines) else None
        if found:
            return _on_line(finding, number, found.start(), found.end())
    return finding


def _on_line(finding: Finding, line: int, start: int, end: int) -> Finding:
    place = replace(
        finding.place, line=line, column=start + 1, end_line=line, end_column=max(end, start) + 1
    )
    return replace(finding, place=place)
