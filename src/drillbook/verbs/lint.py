"""Paths and settings → what the lints say of all that lies there."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from drillbook.lint.ask import of_library
from drillbook.lint.choose import Choice, chosen, heard
from drillbook.lint.registry import BY_NAME, LINTS
from drillbook.lint.silence import Silencers, silence, unknown_names
from drillbook.model.finding import Finding, Severity
from drillbook.model.inspected import Inspected
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances
from drillbook.model.linted import Linted
from drillbook.model.settings import Settings
from drillbook.read.drill_names import missing_names
from drillbook.read.tree import Tree, files_of, fits
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
    settings = replace(settings, folder=settings.folder.absolute(), state=settings.state.absolute())
    lints, slips = chosen(LINTS, settings.lint, wanted.choice)
    around = Circumstances(today=wanted.today, settings=settings.lint)
    tree = tree_of(wanted, settings)
    manner = Manner(
        root=wanted.root,
        lints=lints,
        around=around,
        targets=settings.targets,
        folder=settings.folder,
    )
    files = [inspect(found, manner) for found in files_of(tree)]
    silencers = Silencers(
        marks=tuple(mark for file in files for mark in file.marks),
        snoozes=settings.lint.snooze,
        today=wanted.today,
        fits=lambda path, glob: fits(manner.whole(path), (f"{settings.folder}/{glob}",)),
    )
    found = heard((*slips, *_findings(files, manner)), lints, settings.lint)
    done = silence(found, silencers, lints)
    more = (*done.of_marks, *unknown_names(silencers.marks, BY_NAME))
    findings = [*done.heard, *heard(more, lints, settings.lint)]
    shown = [each for each in findings if each.severity.is_at_least(wanted.severity)]
    return Linted(
        findings=tuple(sorted(shown, key=lambda each: each.place)),
        silenced=done.silenced,
        paths=tuple(file.path for file in files),
        notes_hidden=len(findings) - len(shown),
        fail_on=wanted.fail_on or settings.lint.fail_on,
    )


def tree_of(wanted: Wanted, settings: Settings) -> Tree:
    """Where to look: the paths, else the packs and globs of the settings, else everything."""
    said = settings.lint
    exclude = tuple(f"{settings.folder}/{glob}" for glob in said.exclude)
    tree = Tree(
        root=wanted.root, paths=wanted.paths or (".",), exclude=(*exclude, str(settings.state))
    )
    globs = (*said.runbooks, *said.rules, *said.scrape)
    if wanted.paths or not (settings.packs or globs):
        return tree
    packs = tuple(map(str, settings.packs))
    paths = (settings.folder,) if globs else settings.packs
    return replace(
        tree,
        paths=tuple(_from_root(path, wanted.root) for path in paths),
        globs=(*packs, *(f"{settings.folder}/{glob}" for glob in globs)) if globs else (),
    )


def _from_root(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()


def _joined(folder: str, glob: str) -> str:
    return glob if folder == "." else f"{folder}/{glob}"


def _findings(files: Sequence[Inspected], manner: Manner) -> Iterator[Finding]:
    for file in files:
        yield from file.findings
    yield from _of_drills(files)
    yield from of_library(library_of(files, manner), manner.lints, manner.around)


def _of_drills(files: Sequence[Inspected]) -> Iterator[Finding]:
    """What the drills of whole packs name, and these do not have."""
    for part in (file.pack for file in files if file.pack and file.pack.is_whole):
        inside = "" if part.folder == "." else f"{part.folder}/"
        drills = [f.drill for f in files if f.drill and f.path.startswith(f"{inside}drills/")]
        if drills:
            yield from missing_names(
                drills,
                dict(_options(files, inside)),
                [
                    rule.name
                    for file in files
                    if file.rule_file and file.path.startswith(f"{inside}rules/")
                    for rule in file.rule_file.rules
                ],
            )


def _options(files: Iterable[Inspected], inside: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The Options of each runbook, by the name that a drill of the pack has for it."""
    for file in files:
        if file.card and file.path.startswith(f"{inside}runbooks/"):
            for runbook in file.card.runbooks:
                path = file.path.removeprefix(inside)
                yield f"{path}#{runbook.anchor}" if runbook.anchor else path, runbook.options


def library_of(files: Sequence[Inspected], manner: Manner) -> Library:
    """All that was looked at, for lints that ask what one file says of another."""
    here = _from_root(manner.folder, manner.root)
    said = manner.around.settings.runbook_urls
    urls = {url: _joined(here, path) for url, path in said.items()}
    for part in (file.pack for file in files if file.pack):
        urls |= {url: _joined(part.folder, path) for url, path in part.runbook_urls.items()}
    configs = tuple(file.scrape_config for file in files if file.scrape_config is not None)
    return Library(
        cards=tuple(file.card for file in files if file.card is not None),
        rule_files=tuple(file.rule_file for file in files if file.rule_file is not None),
        has_file=lambda path: (manner.root / path).exists(),
        jobs=frozenset().union(*(each.jobs for each in configs)) if configs else None,
        scrape_configs=configs,
        runbook_urls=urls,
    )
