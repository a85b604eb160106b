"""Paths and settings → how far the runbooks there stand, what they lack, and the figures."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from drillbook.cover.matrix import Facts, coverage_of
from drillbook.link.leads import leads_of
from drillbook.lint.choose import Choice, chosen
from drillbook.lint.registry import LINTS
from drillbook.model.coverage import Coverage, DrillCover, Studied
from drillbook.model.lab import LabKind
from drillbook.model.library import Card, Lead, Library
from drillbook.model.lint import Circumstances
from drillbook.model.settings import ProofSettings, Settings
from drillbook.read.tree import FileKind, files_of
from drillbook.verbs.covering.studying import StudiedFile, study_files
from drillbook.verbs.covering.tree import CoverTree, cover_tree
from drillbook.verbs.covering.weighing import Weigher
from drillbook.verbs.linting.inspect import Manner
from drillbook.verbs.linting.remembered import Remembered, remembered
from drillbook.verbs.linting.tree import tree_of
from drillbook.verbs.running.workplace import Workplace

Tell = Callable[[int, int], None]


def _silent(_done: int, _total: int) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for. `paths` count from `root`; `labs` by name are those that we know.

    `open_place` opens the journal, None where it is to be left alone. `tell` hears how many of
    how many files are done.
    """

    root: Path
    now_ns: int
    paths: tuple[str, ...] = ()
    labs: Mapping[str, LabKind] = field(default_factory=dict)
    open_place: Callable[[], AbstractContextManager[Workplace | None]] = nullcontext
    tell: Tell = _silent


def cover(asked: Asked, settings: Settings) -> Coverage:
    """Nothing that a user wrote raises; CannotProveError where signatures cannot be checked."""
    settings = replace(settings, folder=settings.folder.absolute(), state=settings.state.absolute())
    manner = _manner(asked, settings)
    files = list(files_of(tree_of(asked.root, asked.paths, settings)))
    tree = cover_tree(files, manner)
    documents = [each for each in files if each.kind is FileKind.DOCUMENT]
    alerts = frozenset(rule.name for rule in tree.rules)
    shelves = tuple(f"{pack.prefix}runbooks/" for pack in tree.packs)
    studied = list(
        study_files(
            documents,
            manner,
            lambda done: asked.tell(done, len(documents)),
            alerts=alerts,
            shelves=shelves,
        )
    )
    facts = _facts(studied, tree, asked.root)
    # Opened only now: studying forks, and a journal is not to be shared.
    with asked.open_place() as place:
        return coverage_of(_with_proofs(facts, asked, settings.proofs, tree, place))


def _facts(studied: Sequence[StudiedFile], tree: CoverTree, root: Path) -> Facts:
    """What the texts say."""
    leads = _leads(studied, tree.library, root)
    return Facts(
        studied=_runbooks(studied, {lead.path for lead in leads.values()}),
        rules=tree.rules,
        leads=leads,
        unread=(*tree.unread, *(flaw for each in studied for flaw in each.flaws)),
    )


def _leads(studied: Sequence[StudiedFile], library: Library, root: Path) -> Mapping[str, Lead]:
    """Where the URLs of the rules lead, to paths as they are shown.

    It is found out among whole paths: those that are shown may lead upwards, as `../rules` does.
    """
    shown = {_whole(root, each.path): each.path for each in studied}
    urls = {url: _whole(root, folder) for url, folder in library.runbook_urls.items()}
    leads = leads_of(
        replace(
            library,
            cards=tuple(
                Card(path=_whole(root, each.path), anchors=each.anchors) for each in studied
            ),
            runbook_urls=urls,
            has_file=lambda path: Path("/", path).exists(),
        )
    )
    return {url: replace(lead, path=shown.get(lead.path, lead.path)) for url, lead in leads.items()}


def _whole(root: Path, path: str) -> str:
    return os.path.normpath(root / path)


def _with_proofs(
    facts: Facts, asked: Asked, settings: ProofSettings, tree: CoverTree, place: Workplace | None
) -> Facts:
    """What the texts say, with what proofs and journal know of them."""
    told = Remembered()
    if place is not None:
        names = [(one.pack.name, one.drill.name) for one in tree.drills]
        told = remembered(place, asked.root, facts.studied, tree.packs, names)
    journal = place.journal if place is not None else None
    weigher = Weigher(tree, asked.root, asked.labs, settings, journal)
    return replace(
        facts,
        drills=tuple(_drills(asked, tree, weigher, facts.studied, told)),
        tallies=told.tallies,
        runs=told.runs,
        unread=(*facts.unread, *weigher.findings),
    )


def _manner(asked: Asked, settings: Settings) -> Manner:
    today = datetime.fromtimestamp(asked.now_ns // 1_000_000_000, UTC).date()
    lints, _ = chosen(LINTS, settings.lint, Choice())
    return Manner(
        root=asked.root,
        lints=lints,
        around=Circumstances(today=today, settings=settings.lint),
        folder=settings.folder,
    )


def _runbooks(files: Iterable[StudiedFile], led_to: set[str]) -> tuple[Studied, ...]:
    """Of files that are runbooks, and of whatever an alert leads to."""
    wanted = (each for each in files if each.is_runbook or each.path in led_to)
    return tuple(runbook for each in wanted for runbook in each.runbooks)


def _drills(
    asked: Asked,
    tree: CoverTree,
    weigher: Weigher,
    runbooks: Sequence[Studied],
    told: Remembered,
) -> Iterator[DrillCover]:
    acting = {each.name: each.acting_hash for each in runbooks}
    for one in tree.drills:
        drill, name = one.drill, one.pack.prefix + one.drill.runbook
        state, at_ns = told.verdicts.get((one.pack.name, drill.name), (None, 0))
        yield DrillCover(
            name=drill.name,
            pack=one.pack.folder or ".",
            runbook=name,
            option=drill.option,
            place=drill.place,
            weighed=weigher.weighed(one, acting.get(name, ""), asked.now_ns),
            last=state,
            last_at_ns=at_ns,
        )
