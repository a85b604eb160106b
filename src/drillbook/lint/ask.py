"""Lints + what they are asked of → Findings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from drillbook.model.document import Document
from drillbook.model.finding import Finding, Severity
from drillbook.model.library import Library
from drillbook.model.lint import (
    Circumstances,
    DocumentLint,
    Flaw,
    LibraryLint,
    Lint,
    RuleLint,
    Rung,
)
from drillbook.model.rule import Rule

# What is wrong in front matter, whoever reads it; and what makes it a template.
_OF_ANY_YAML = ("duplicate-yaml-key", "yaml-key-not-a-word", "yaml-not-readable")
_TEMPLATE = ("{{", "{%")
_OF_OUR_SENTENCES = ("option-without-risk", "option-without-when")
# Braces of others are for how their site shows the block; only a slip of ours is told.
_OF_OUR_BRACES = "unknown-fence-attribute"
# A message quotes names, and a name may be as long as the file.
SAID_CHARS_MAX = 400


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The lints by what they are asked of, so that this is not asked for every file."""

    lints: Iterable[Lint]
    of_documents: tuple[DocumentLint, ...]
    of_any_markdown: tuple[DocumentLint, ...]
    of_rules: tuple[RuleLint, ...]


# The same lints are asked of thousands of files.
_kinds_kept: list[_Kinds] = []


def _kinds(lints: Iterable[Lint]) -> _Kinds:
    if isinstance(lints, tuple) and _kinds_kept and _kinds_kept[0].lints is lints:
        return _kinds_kept[0]
    every = tuple(lints)
    of_documents = tuple(lint for lint in every if isinstance(lint, DocumentLint))
    kinds = _Kinds(
        lints=lints,
        of_documents=of_documents,
        of_any_markdown=tuple(lint for lint in of_documents if lint.of_any_markdown),
        of_rules=tuple(lint for lint in every if isinstance(lint, RuleLint)),
    )
    _kinds_kept[:] = [kinds]
    return kinds


def of_document(
    document: Document, lints: Iterable[Lint], around: Circumstances
) -> Iterator[Finding]:
    """What the lints of documents say of this one. Markdown that is no runbook is asked less."""
    kinds = _kinds(lints)
    for lint in kinds.of_documents if document.is_runbook else kinds.of_any_markdown:
        for flaw in lint.check(document, around):
            yield finding_of(flaw, lint, is_note=_is_note(lint, document))


def of_rule(rule: Rule, lints: Iterable[Lint], around: Circumstances) -> Iterator[Finding]:
    """What the lints of rules say of this one."""
    for lint in _kinds(lints).of_rules:
        for flaw in lint.check(rule, around):
            yield finding_of(flaw, lint)


def of_library(library: Library, lints: Iterable[Lint], around: Circumstances) -> Iterator[Finding]:
    """What one file says of another that is not so."""
    for lint in lints:
        if isinstance(lint, LibraryLint):
            for flaw in lint.check(library, around):
                yield finding_of(flaw, lint)


def finding_of(flaw: Flaw, lint: Lint, *, is_note: bool = False) -> Finding:
    """The Finding with the lint's name and severity."""
    finding = Finding(
        place=flaw.place,
        lint=lint.name,
        message=flaw.message,
        help=flaw.help,
        severity=Severity.NOTE if is_note else flaw.severity or lint.severity,
        fix=flaw.fix,
    )
    return readable(finding)


def readable(finding: Finding) -> Finding:
    """The same with a message and a cure that people can read; of longer ones the middle is cut."""
    if len(finding.message) <= SAID_CHARS_MAX and len(finding.help) <= SAID_CHARS_MAX:
        return finding
    return replace(finding, message=_cut(finding.message), help=_cut(finding.help))


def _cut(text: str) -> str:
    half = (SAID_CHARS_MAX - 1) // 2
    return text if len(text) <= SAID_CHARS_MAX else f"{text[:half]}…{text[-half:]}"


def as_adopted(finding: Finding, lint: Lint | None, document: Document) -> Finding:
    """A NOTE where it is about running, and the document never said that it wants to be run."""
    if lint is None or not _is_note(lint, document):
        return finding
    return replace(finding, severity=Severity.NOTE)


def _is_note(lint: Lint, document: Document) -> bool:
    return lint.rung is Rung.RUNNABLE and not document.is_adopted


def is_of_ours(finding: Finding, document: Document) -> bool:
    """Whether what reading found matters here.

    Front matter of other tools has keys that are called as ours, templates are no YAML yet, and
    plain Markdown says when and at what risk in words of its own.
    """
    if document.is_adopted:
        return True
    if finding.place.line > document.front_lines:
        is_theirs = finding.lint == _OF_OUR_BRACES and finding.severity is not Severity.ERROR
        return finding.lint not in _OF_OUR_SENTENCES and not is_theirs
    front = document.lines[: document.front_lines]
    is_template = any(sign in line for line in front for sign in _TEMPLATE)
    return finding.lint in _OF_ANY_YAML and not is_template
