"""Paths and settings → what the lints say of all that lies there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from drillbook.link.leads import leads_of
from drillbook.lint.ask import of_library
from drillbook.lint.choose import Choice, chosen, heard
from drillbook.lint.registry import LINTS
from drillbook.model.finding import Finding, Severity
from drillbook.model.inspected import Inspected
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances
from drillbook.model.linted import Linted
from drillbook.model.settings import Settings
from drillbook.read.tree import Tree, files_of
from drillbook.verbs.inspect import Manner, inspect


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for. `paths` count from `root`, as all paths that are shown do.

    Without paths: what the settings name, else everything below the root.
    """

    root: Path
    today: date
    paths: tuple[str, ...] = ()
    choice: Choice = field(default_factory=Choice)
    severity: Severity = Severity.WARNING
    fail_on: Severity | None = None


def lint_tree(wanted: Wanted, settings: Settings) -> Linted:
    """Everything that the lints say; nothing that a user wrote raises."""
    lints, slips = chosen(LINTS, settings.lint, wanted.choice)
    around = Circumstances(today=wanted.today, settings=settings.lint)
    manner = Manner(root=wanted.root, lints=lints, around=around, targets=settings.targets)
    files = [inspect(found, manner) for found in files_of(tree_of(wanted, settings))]
    said = (*slips, *_findings(files, manner))
    findings = heard(said, lints, settings.lint)
    shown = [each for each in findings if each.severity.is_at_least(wanted.severity)]
    return Linted(
        findings=tuple(sorted(shown, key=lambda each: each.place)),
        paths=tuple(file.path for file in files),
        notes_hidden=len(findings) - len(shown),
        fail_on=wanted.fail_on or settings.lint.fail_on,
    )


def tree_of(wanted: Wanted, settings: Settings) -> Tree:
    """Where to look."""
    return Tree(root=wanted.root, paths=wanted.paths or (".",), exclude=settings.lint.exclude)


def _findings(files: Iterable[Inspected], manner: Manner) -> Iterator[Finding]:
    files = list(files)
    for file in files:
        yield from file.findings
    yield from of_library(library_of(files, manner), manner.lints, manner.around)


def library_of(files: Iterable[Inspected], manner: Manner) -> Library:
    """All that was looked at, for lints that ask what one file says of another."""
    library = Library(
        cards=tuple(file.card for file in files if file.card is not None),
        rule_files=tuple(file.rule_file for file in files if file.rule_file is not None),
        has_file=lambda path: (manner.root / path).exists(),
        runbook_urls=manner.around.settings.runbook_urls,
    )
    return replace(library, leads=leads_of(library))
