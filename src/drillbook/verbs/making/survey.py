"""A folder of a team's → what of it is runbooks, rules, packs and scrape configurations."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path, PurePosixPath

from drillbook.convert.globs import globs_of
from drillbook.convert.settings import KnownTree
from drillbook.link.address import ANNOTATION
from drillbook.link.leads import is_templated
from drillbook.link.prefixes import Prefix, prefixes_of
from drillbook.model.inspected import Inspected
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances
from drillbook.read.file import read_text
from drillbook.read.ignored import ignored_below
from drillbook.read.tree import FileKind, Found, Tree, files_of, is_skipped
from drillbook.verbs.linting.inspect import Manner, inspect_text
from drillbook.verbs.linting.library import Looking, library_of

Tell = Callable[[int], None]
# Some minutes of reading; whoever has more begins in a folder below.
FILES_MAX = 200_000
# What lies in such a folder and shows what to type is meant as a runbook, whatever its titles say.
_SHELVES = frozenset(("runbook", "runbooks", "playbook", "playbooks"))
_NO_RUNBOOK = frozenset(("readme", "index", "_index", "contributing", "changelog"))
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """`tree` is what the settings say; counts are of files, but for `urls`, `runbooks` and `rules`.

    `unread` files could not be read, `left_out` runbooks and rule files fit no glob. `is_cut`:
    there are more files than are looked at.
    """

    tree: KnownTree
    prefixes: tuple[Prefix, ...] = ()
    documents: int = 0
    runbook_files: int = 0
    runbooks: int = 0
    rule_files: int = 0
    rules: int = 0
    alerts: tuple[str, ...] = ()
    urls: int = 0
    unread: int = 0
    left_out: int = 0
    is_cut: bool = False


@dataclass(slots=True)
class _Seen:
    """What was looked at; paths that are wanted or not, by their kind."""

    documents: dict[str, bool] = field(default_factory=dict)
    rules: dict[str, bool] = field(default_factory=dict)
    scrape: list[str] = field(default_factory=list)
    packs: list[str] = field(default_factory=list)
    inspected: list[Inspected] = field(default_factory=list)
    unread: int = 0


def survey(folder: Path, today: date, tell: Tell, *, files_max: int = FILES_MAX) -> Survey:
    """The same for the same files. `tell` hears how many files were looked at so far."""
    ignored = tuple(each for each in ignored_below(folder) if _may_be_walked(each))
    tree = Tree(root=folder, paths=(".",), exclude=tuple(f"{folder}/{each}" for each in ignored))
    found = list(islice(files_of(tree), files_max + 1))
    manner = Manner(root=folder, lints=(), around=Circumstances(today=today), folder=folder)
    seen = _Seen()
    for count, each in enumerate(found[:files_max], 1):
        _look(each, manner, seen)
        tell(count)
    library = library_of(seen.inspected, manner, Looking(folder).has_file)
    # What an alert leads to is a runbook, whatever its titles are called.
    for lead in library.leads.values():
        if lead.path in seen.documents:
            seen.documents[lead.path] = True
    surveyed = _surveyed(seen, library)
    return replace(
        surveyed, tree=_without(surveyed.tree, ignored, folder), is_cut=len(found) > files_max
    )


def _without(known: KnownTree, ignored: tuple[str, ...], folder: Path) -> KnownTree:
    """With those of the ignored folders left out that a glob would look into."""
    roots = [glob.partition("*")[0] for glob in (*known.runbooks, *known.rules)]
    inside = [
        each
        for each in ignored
        if (folder / each).is_dir() and any(f"{each}/".startswith(root) for root in roots)
    ]
    return replace(known, exclude=(*known.exclude, *inside))


def _look(found: Found, manner: Manner, seen: _Seen) -> None:
    if found.kind is FileKind.PACK:
        seen.packs.append(str(PurePosixPath(found.path).parent))
    text, _ = read_text(manner.root / found.path, found.path)
    if text is None:
        seen.unread += 1
        return
    each = inspect_text(text, found, manner)
    if found.kind is FileKind.DOCUMENT:
        is_runbook = each.card is not None and each.card.is_runbook
        seen.documents[found.path] = is_runbook or _is_meant(found.path, text)
    elif found.kind is FileKind.YAML:
        file = each.rule_file
        seen.rules[found.path] = file is not None and bool(file.rules or file.records)
        # What a test of rules names as `rule_files` scrapes nothing.
        scrapes = each.scrape_config is not None and bool(each.scrape_config.jobs)
        seen.scrape += [found.path] if scrapes else []
    # Of Findings nothing is wanted here, and a large tree has many.
    seen.inspected.append(replace(each, findings=(), marks=()))


def _is_meant(path: str, text: str) -> bool:
    """Whether its folder is called for runbooks, and it shows something to type."""
    *folders, name = PurePosixPath(path).parts
    is_shelved = not _SHELVES.isdisjoint(map(str.lower, folders))
    is_named_otherwise = name.partition(".")[0].lower() in _NO_RUNBOOK
    return is_shelved and not is_named_otherwise and _FENCE.search(text) is not None


def _surveyed(seen: _Seen, library: Library) -> Survey:
    packs = tuple(sorted(seen.packs))
    runbooks = globs_of(_outside(seen.documents, packs))
    rules = globs_of(_outside(seen.rules, packs))
    prefixes = tuple(each for each in prefixes_of(library) if not _is_of_pack(each, library))
    alerts = [rule for file in library.rule_files for rule in file.rules]
    urls = {rule.annotations.get(ANNOTATION, "").strip() for rule in alerts}
    return Survey(
        tree=KnownTree(
            runbooks=runbooks.wanted,
            rules=rules.wanted,
            exclude=tuple(dict.fromkeys((*runbooks.excluded, *rules.excluded))),
            scrape=tuple(_quiet(seen.scrape)),
            packs=packs,
            runbook_urls={each.url: each.folder for each in prefixes},
        ),
        prefixes=prefixes,
        documents=len(seen.documents),
        runbook_files=sum(seen.documents.values()),
        runbooks=sum(
            max(1, len(card.runbooks)) for card in library.cards if seen.documents.get(card.path)
        ),
        rule_files=sum(seen.rules.values()),
        rules=len(alerts),
        alerts=tuple(sorted({rule.name for rule in alerts})),
        urls=len({url for url in urls if url and not is_templated(url)}),
        unread=seen.unread,
        left_out=runbooks.left_out + rules.left_out,
    )


def _outside(files: dict[str, bool], packs: Iterable[str]) -> dict[str, bool]:
    """A pack is looked at as a whole; but for the pack that is this folder itself."""
    prefixes = tuple("" if pack == "." else f"{pack}/" for pack in packs)
    return {path: wanted for path, wanted in files.items() if not path.startswith(prefixes)}


def _is_of_pack(prefix: Prefix, library: Library) -> bool:
    """Whether a pack says it already."""
    return prefix.url.rstrip("/") in {url.rstrip("/") for url in library.runbook_urls}


def _quiet(paths: Iterable[str]) -> list[str]:
    return sorted(path for path in paths if _is_plain(path))


def _may_be_walked(path: str) -> bool:
    return _is_plain(path) and not any(map(is_skipped, path.split("/")))


def _is_plain(path: str) -> bool:
    """Whether the path as a glob fits itself alone."""
    return path.isprintable() and not set("*?") & set(path)
