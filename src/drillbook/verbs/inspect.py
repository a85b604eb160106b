"""One file of a tree → what its lints say of it, and what other files may have to know of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from drillbook.lint.ask import as_adopted, of_document, of_rule
from drillbook.lint.registry import BY_NAME
from drillbook.model.document import Document
from drillbook.model.finding import Finding
from drillbook.model.inspected import Inspected
from drillbook.model.library import Card
from drillbook.model.lint import Circumstances, Lint
from drillbook.model.target import Target
from drillbook.read.file import read_text
from drillbook.read.markdown.runbook import read_document
from drillbook.read.rules import read_rule_file
from drillbook.read.tree import FileKind, Found, fits

_GROUPS = re.compile(r"^[ \t]*(?:-[ \t]+)?[\"']?groups[\"']?[ \t]*:", re.MULTILINE)
_RULE = re.compile(r"[\"']?\b(?:alert|record)[\"']?[ \t]*:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How every file of a tree is looked at. Paths count from `root`."""

    root: Path
    lints: tuple[Lint, ...]
    around: Circumstances
    targets: Mapping[str, Target] = field(default_factory=dict)


def inspect(found: Found, manner: Manner) -> Inspected:
    """Whatever the file holds, or if it is not there at all: this raises nothing over it."""
    text, flaws = read_text(manner.root / found.path, found.path)
    if text is None:
        return Inspected(path=found.path, findings=flaws)
    if found.kind is FileKind.DOCUMENT:
        return _document(text, found, manner)
    return _yaml(text, found, manner)


def _document(text: str, found: Found, manner: Manner) -> Inspected:
    document = read_document(text, found.path)
    if found.is_named or fits(found.path, manner.around.settings.runbooks):
        document = replace(document, is_runbook=True)
    findings = [*_of_reading(document), *of_document(document, manner.lints, manner.around)]
    return Inspected(path=found.path, findings=tuple(findings), card=_card(document))


def _of_reading(document: Document) -> Iterable[Finding]:
    """What reading found, as far as it concerns somebody who never heard of us."""
    if not document.is_runbook:
        return ()
    return [as_adopted(each, BY_NAME.get(each.lint), document) for each in document.findings]


def _card(document: Document) -> Card:
    return Card(path=document.path, is_runbook=document.is_runbook, is_adopted=document.is_adopted)


def _yaml(text: str, found: Found, manner: Manner) -> Inspected:
    """A rule file, if it is one; most YAML is none of ours."""
    if not found.is_named and not (_GROUPS.search(text) and _RULE.search(text)):
        return Inspected(path=found.path)
    file, flaws = read_rule_file(text, found.path)
    said = (each for rule in file.rules for each in of_rule(rule, manner.lints, manner.around))
    return Inspected(path=found.path, findings=(*flaws, *said), rule_file=file)
