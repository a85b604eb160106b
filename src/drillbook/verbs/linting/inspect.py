"""One file of a tree → what its lints say of it, and what other files may have to know of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from drillbook.lint.ask import as_adopted, is_of_ours, of_document, of_rule, readable
from drillbook.lint.card import card_of
from drillbook.lint.mending.placing import placed
from drillbook.lint.registry import BY_NAME
from drillbook.model.document import Document
from drillbook.model.drill import Drill
from drillbook.model.finding import Finding
from drillbook.model.inspected import DrillNames, Inspected, PackPart
from drillbook.model.library import ScrapeConfig
from drillbook.model.lint import Circumstances, Lint
from drillbook.model.target import Target
from drillbook.read.drill import read_drill
from drillbook.read.markdown.runbook import read_document
from drillbook.read.marks import marks_of_document, marks_of_yaml
from drillbook.read.pack_file import read_pack_file
from drillbook.read.rules import read_rule_file
from drillbook.read.scrape import may_be_scrape_config, read_scrape_config
from drillbook.read.tree import FileKind, Found, fits, whole_path
from drillbook.verbs.linting.would_run import would_not_run

_GROUPS = re.compile(r"^[ \t]*(?:-[ \t]+)?[\"']?groups[\"']?[ \t]*:", re.MULTILINE)
_RULE = re.compile(r"[\"']?\b(?:alert|record)[\"']?[ \t]*:")
# Go templates that a chart makes YAML of; `{{ $labels.x }}` in an annotation is none.
_TEMPLATED = re.compile(
    r"^[ \t]*\{\{-?|\{\{-|-\}\}|\{\{-?[ \t]*(?:\.Values|include|tpl|toYaml)", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How every file of a tree is looked at. Paths count from `root`, globs from `folder`."""

    root: Path
    lints: tuple[Lint, ...]
    around: Circumstances
    folder: Path
    targets: Mapping[str, Target] = field(default_factory=dict)

    def whole(self, path: str) -> str:
        """The path that globs are held against."""
        return whole_path(self.root, path)

    def is_meant(self, found: Found, globs: tuple[str, ...]) -> bool:
        """Whether the user says that the file is what these globs are for."""
        wide = (f"{self.folder}/{glob}" for glob in globs)
        return found.is_named or (bool(globs) and fits(self.whole(found.path), wide))


def inspect_text(text: str, found: Found, manner: Manner) -> Inspected:
    """Whatever the file holds: this raises nothing over it."""
    seen = _inspected(text, found, manner)
    return replace(seen, findings=tuple(map(readable, seen.findings))) if seen.findings else seen


def _inspected(text: str, found: Found, manner: Manner) -> Inspected:
    if found.kind is FileKind.DOCUMENT:
        return _document(text, found, manner)
    if found.kind is FileKind.PACK:
        return _pack(text, found)
    if found.kind is FileKind.DRILL:
        return _drill(text, found)
    return _yaml(text, found, manner)


def _document(text: str, found: Found, manner: Manner) -> Inspected:
    document = read_document(text, found.path)
    if manner.is_meant(found, manner.around.settings.runbooks):
        document = replace(document, is_runbook=True)
    marks, flaws = marks_of_document(document)
    findings = (
        *_of_reading(document, manner),
        *of_document(document, manner.lints, manner.around),
        *flaws,
    )
    return Inspected(path=found.path, findings=findings, marks=marks, card=card_of(document))


def _of_reading(document: Document, manner: Manner) -> Iterator[Finding]:
    """What reading found, and what a plan would; of Markdown that is no runbook, only its size."""
    for finding in document.findings:
        if (document.is_runbook or not document.lines) and is_of_ours(finding, document):
            yield placed(as_adopted(finding, BY_NAME.get(finding.lint), document), document)
    if document.is_adopted:
        for runbook in document.runbooks:
            for finding in would_not_run(runbook, manner.targets):
                yield placed(finding, document)


def _pack(text: str, found: Found) -> Inspected:
    folder = PurePosixPath(found.path).parent
    said, flaws = read_pack_file(text, found.path, folder.name)
    part = PackPart(folder=str(folder), runbook_urls=said.runbook_urls, is_whole=not found.is_named)
    marks, more = marks_of_yaml(text, found.path)
    return Inspected(path=found.path, findings=(*flaws, *more), marks=marks, pack=part)


def _drill(text: str, found: Found) -> Inspected:
    drill, flaws = read_drill(text, found.path)
    names = _names(drill) if drill is not None else None
    marks, more = marks_of_yaml(text, found.path)
    return Inspected(path=found.path, findings=(*flaws, *more), marks=marks, drill=names)


def _names(drill: Drill) -> DrillNames:
    return DrillNames(
        place=drill.place, runbook=drill.runbook, option=drill.option, alert=drill.alert
    )


def _yaml(text: str, found: Found, manner: Manner) -> Inspected:
    """A rule file, if it is one; most YAML is none of ours."""
    if not (_GROUPS.search(text) and _RULE.search(text)):
        config = _scrape_config(text, found)
        if config is not None or not manner.is_meant(found, manner.around.settings.rules):
            return Inspected(path=found.path, scrape_config=config)
    file, flaws = read_rule_file(text, found.path)
    if flaws and not file.rules and _TEMPLATED.search(text):
        return Inspected(path=found.path)
    said = (each for rule in file.rules for each in of_rule(rule, manner.lints, manner.around))
    marks, more = marks_of_yaml(text, found.path)
    return Inspected(path=found.path, findings=(*flaws, *said, *more), marks=marks, rule_file=file)


def _scrape_config(text: str, found: Found) -> ScrapeConfig | None:
    """Of a Prometheus's own configuration; what is wrong in it, Prometheus says."""
    return read_scrape_config(text, found.path)[0] if may_be_scrape_config(text) else None
