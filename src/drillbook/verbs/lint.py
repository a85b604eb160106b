"""Paths and settings → what the lints say of all that lies there."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from drillbook.lint.choose import Choice, chosen, heard
from drillbook.lint.keeping.compact import CompactError
from drillbook.lint.keeping.kept import Kept
from drillbook.lint.registry import BY_NAME, LINTS
from drillbook.lint.silence import Silencers, silence, unknown_names
from drillbook.model.finding import Finding, Severity
from drillbook.model.inspected import Mark
from drillbook.model.library import Exposition
from drillbook.model.lint import Circumstances, Lint
from drillbook.model.linted import Linted
from drillbook.model.settings import Settings
from drillbook.read.exposition import merged
from drillbook.read.tree import Found, files_of, fits
from drillbook.verbs.linting.exporting import exposition_of_files
from drillbook.verbs.linting.inspect import Manner
from drillbook.verbs.linting.key import key_of
from drillbook.verbs.linting.look import Look
from drillbook.verbs.linting.rows import findings_in
from drillbook.verbs.linting.tree import tree_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for. `paths` count from `root`, as all paths that are shown do.

    Without paths: what the settings name, else everything below the root. `severity` is the
    mildest that is handed out. `keeps`: what was found is kept until the next time.
    """

    root: Path
    today: date
    paths: tuple[str, ...] = ()
    choice: Choice = field(default_factory=Choice)
    severity: Severity = Severity.WARNING
    fail_on: Severity | None = None
    exposition: Exposition | None = None
    keeps: bool = False


def lint_tree(wanted: Wanted, settings: Settings) -> Linted:
    """Everything that the lints say; nothing that a user wrote raises."""
    settings = replace(settings, folder=settings.folder.absolute(), state=settings.state.absolute())
    lints, slips = chosen(LINTS, settings.lint, wanted.choice)
    manner = manner_of(wanted.root, wanted.today, settings, lints)
    found = list(files_of(tree_of(wanted.root, wanted.paths, settings)))
    exported, flaws = exposition_of_files(settings, wanted.root)
    exporters = [each for each in (exported, wanted.exposition) if each is not None]
    wanted = replace(wanted, exposition=merged(exporters))
    kept = Kept(settings.state, key_of(manner)) if wanted.keeps else None
    try:
        heard_of = _looked(found, wanted, manner, kept)
    except CompactError:
        # Only what was kept can be none of ours; without it everything is looked at.
        heard_of = _looked(found, wanted, manner, None)
        if kept is not None:
            kept.forget()
    finally:
        if kept is not None:
            kept.close()
    heard_of.findings[:0] = heard((*slips, *flaws), lints, settings.lint)
    return _linted(heard_of, wanted, manner, [one.path for one in found])


@dataclass(slots=True)
class _Heard:
    """What all lints said, the marks among it, and how many notes were left where they are."""

    findings: list[Finding]
    marks: list[Mark]
    hidden: int = 0


def _looked(found: Sequence[Found], wanted: Wanted, manner: Manner, kept: Kept | None) -> _Heard:
    """Notes are handed out where they are asked for, or where a comment may silence them."""
    look = Look(manner, kept, wanted.exposition)
    said = _Heard(list(look.at(found)), [])
    for row in look.rows:
        said.findings += findings_in(row.loud)
        if row.has_marks:
            said.marks += look.inspected(row).marks
        if row.has_marks or wanted.severity is Severity.NOTE:
            said.findings += look.quiet(row)
        else:
            said.hidden += row.quiet_count
    return said


def _linted(said: _Heard, wanted: Wanted, manner: Manner, paths: Sequence[str]) -> Linted:
    settings = manner.around.settings
    silencers = Silencers(
        marks=tuple(said.marks),
        snoozes=settings.snooze,
        today=wanted.today,
        fits=lambda path, glob: fits(manner.whole(path), (f"{manner.folder}/{glob}",)),
    )
    done = silence(said.findings, silencers, manner.lints)
    more = (*done.of_marks, *unknown_names(silencers.marks, BY_NAME))
    findings = [*done.heard, *heard(more, manner.lints, settings)]
    shown = [each for each in findings if each.severity.is_at_least(wanted.severity)]
    return Linted(
        findings=tuple(sorted(shown, key=lambda each: each.place)),
        silenced=done.silenced,
        paths=tuple(paths),
        notes_hidden=said.hidden + len(findings) - len(shown),
        fail_on=wanted.fail_on or settings.fail_on,
    )


def manner_of(root: Path, today: date, settings: Settings, lints: Sequence[Lint]) -> Manner:
    """How every file is looked at."""
    return Manner(
        root=root,
        lints=tuple(lints),
        around=Circumstances(today=today, settings=settings.lint),
        targets=settings.targets,
        folder=settings.folder,
    )
