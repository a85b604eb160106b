"""A scope → its index, brought up to date: files that changed are read, the others are not."""

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path, PurePosixPath

from drillbook.link.address import ANNOTATION
from drillbook.link.leads import leads_of
from drillbook.model.library import Card, Library
from drillbook.model.place import Place
from drillbook.model.rule import Rule, RuleFile
from drillbook.model.settings import Settings
from drillbook.read.file import read_text
from drillbook.read.markdown.skim import skim_document
from drillbook.read.pack_file import read_pack_file
from drillbook.read.rules import read_rule_file
from drillbook.read.tree import FileKind, Found, Tree, files_of, fits, is_skipped, whole_path
from drillbook.search.cache import SCOPE, WATCHED, is_of_ours, say, writing
from drillbook.search.entries import Pointer, entries_of
from drillbook.search.indexing import Kept, files_kept, keep_files, replace_made
from drillbook.search.rows import Entry
from drillbook.search.watching import settled, stamp_of, watch
from drillbook.verbs.find import CACHE_NAME, Scope
from drillbook.verbs.indexing.work import made
from drillbook.verbs.linting.tree import tree_of

# So many files take long enough to be spoken of.
TOLD_FROM = 200
FOLDERS_MAX = 50_000
UNUSED_S = 30 * 86_400.0
_TEXTS = ("summary", "description", "message")
Tell = Callable[[str], None]


def index_tree(
    connection: sqlite3.Connection, scope: Scope, settings: Settings, *, tell: Tell
) -> None:
    """In one transaction, so that a kill leaves what was there. Raises sqlite3.Error."""
    with writing(connection):
        now_ns = time.time_ns()
        tree = tree_of(scope.root, scope.paths, settings)
        before = files_kept(connection)
        found = [each for each in files_of(tree) if each.kind in _READERS]
        files = {each.path: _looked_at(tree.root, each, before, now_ns) for each in found}
        documents = [each.path for each in found if each.kind is FileKind.DOCUMENT]
        pointers = _pointers(files, documents, tree.root, settings)
        files = _keyed(files, documents, pointers)
        changed = [path for path in documents if _is_changed(before.get(path), files[path])]
        if len(changed) >= TOLD_FROM:
            tell(f"indexing {len(changed):,} runbooks; this is done once")
        always = {each.path for each in found if _is_meant(tree.root, each, settings)}
        files_made = made(
            changed,
            lambda path: _entries(tree.root, path, pointers.get(path, ()), path in always),
        )
        replace_made(connection, [*(before.keys() - files.keys()), *changed], files_made)
        keep_files(connection, before, files)
        stamps = {str(tree.root / path): file.stamp for path, file in files.items()}
        watched = watch([*stamps.items(), *_around(tree, scope, now_ns)])
        say(connection, [(WATCHED, watched), (SCOPE, scope.said)])
    _prune(scope)


def _prune(scope: Scope) -> None:
    """Remove what was kept of other `--in PATH` that nobody indexed for so long."""
    oldest_s = time.time() - UNUSED_S
    for path in sorted(scope.state.glob(f"{CACHE_NAME}-*.db")):
        # Who cannot remove it, or is too late, loses nothing.
        with suppress(OSError):
            if path != scope.cache and is_of_ours(path) and path.stat().st_mtime < oldest_s:
                path.unlink()


def _is_meant(root: Path, found: Found, settings: Settings) -> bool:
    """Whether somebody said that it is a runbook."""
    globs = tuple(f"{settings.folder}/{glob}" for glob in settings.lint.runbooks)
    return found.is_named or (bool(globs) and fits(whole_path(root, found.path), globs))


def _is_changed(before: Kept | None, now: Kept) -> bool:
    return before is None or before.key != now.key


def _looked_at(root: Path, found: Found, before: Mapping[str, Kept], now_ns: int) -> Kept:
    """Opened only where its stamp is another one; read as rules only where its hash is."""
    stamp = stamp_of(root / found.path)
    known = before.get(found.path)
    if known is not None and known.stamp == stamp:
        return known
    text = _text(root, found.path)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    stamp = settled(stamp, now_ns)
    if known is not None and known.hash == digest:
        return replace(known, stamp=stamp)
    return Kept(stamp=stamp, hash=digest, kept=_READERS[found.kind](text, found.path))


def _text(root: Path, path: str) -> str:
    """Empty where it cannot be read: lint says so, and nothing can be found in it."""
    text, _ = read_text(root / path, path)
    return text or ""


def _nothing(_text: str, _path: str) -> str:
    return ""


def _rules_of(text: str, path: str) -> str:
    """Of each rule its alert, its URL and its text."""
    if "groups" not in text or "alert" not in text:
        return ""
    file, _ = read_rule_file(text, path)
    rules = [
        (rule.name, rule.annotations.get(ANNOTATION, ""), _said_of(rule)) for rule in file.rules
    ]
    return json.dumps({"rules": rules})


def _urls_of(text: str, path: str) -> str:
    """Where a pack says that its runbooks are published, with folders from the root."""
    folder = PurePosixPath(path).parent
    said, _ = read_pack_file(text, path, "")
    urls = {url: os.path.normpath(f"{folder}/{to}") for url, to in said.runbook_urls.items()}
    return json.dumps({"urls": urls})


def _said_of(rule: Rule) -> str:
    """What a person is told, and what is measured."""
    texts = [rule.annotations.get(name, "") for name in _TEXTS]
    return " ".join(" ".join([*texts, rule.expr]).split())


_READERS: Mapping[FileKind, Callable[[str, str], str]] = {
    FileKind.DOCUMENT: _nothing,
    FileKind.YAML: _rules_of,
    FileKind.PACK: _urls_of,
}


def _pointers(
    files: Mapping[str, Kept], documents: Iterable[str], root: Path, settings: Settings
) -> dict[str, list[Pointer]]:
    """By document: what the rules say that lead to it."""
    kept = {path: json.loads(file.kept) for path, file in files.items() if file.kept}
    said = [(path, *rule) for path, each in kept.items() for rule in each.get("rules", ())]
    urls = {url: to for each in kept.values() for url, to in each.get("urls", {}).items()}
    leads = leads_of(
        Library(
            cards=tuple(Card(path=path) for path in documents),
            rule_files=tuple(_rule_files(said)),
            has_file=lambda path: (root / path).exists(),
            runbook_urls={**_own_urls(root, settings), **urls},
        )
    )
    pointers: dict[str, list[Pointer]] = {}
    for _, alert, url, text in said:
        lead = leads.get(url.strip())
        if lead is not None and lead.path:
            pointer = Pointer(alert=alert, text=text, anchor=lead.anchor)
            pointers.setdefault(lead.path, []).append(pointer)
    return pointers


def _own_urls(root: Path, settings: Settings) -> dict[str, str]:
    here = os.path.relpath(settings.folder, root)
    said = settings.lint.runbook_urls
    return {url: os.path.normpath(f"{here}/{folder}") for url, folder in said.items()}


def _rule_files(said: Iterable[tuple[str, str, str, str]]) -> Iterator[RuleFile]:
    """As much of them as tells where their URLs lead."""
    for path, alert, url, _ in said:
        place = Place(path=path)
        annotations = {ANNOTATION: url}
        rule = Rule(
            place=place, name=alert, group="", expr="", expr_place=place, annotations=annotations
        )
        yield RuleFile(path=path, rules=(rule,))


def _keyed(
    files: Mapping[str, Kept], documents: Iterable[str], pointers: Mapping[str, list[Pointer]]
) -> dict[str, Kept]:
    """A document is indexed again where it changed, or what the rules say of it did."""
    keyed = dict(files)
    for path in documents:
        said = repr([(each.alert, each.text, each.anchor) for each in pointers.get(path, ())])
        mark = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
        keyed[path] = replace(files[path], key=f"{files[path].hash} {mark}")
    return keyed


def _entries(root: Path, path: str, pointers: Iterable[Pointer], is_meant: bool) -> Iterator[Entry]:
    text = _text(root, path)
    if not text.strip():
        return
    for entry in entries_of(skim_document(text, path), tuple(pointers)):
        yield replace(entry, is_runbook=True) if is_meant else entry


def _around(tree: Tree, scope: Scope, now_ns: int) -> Iterator[tuple[str, str]]:
    """The folders in which a file may turn up, and the settings."""
    if scope.settings_file is not None:
        path = str(scope.settings_file)
        yield path, settled(stamp_of(path), now_ns)
    for path in tree.paths:
        for folder in _folders(tree, tree.root / path):
            yield folder, settled(stamp_of(folder), now_ns)


def _folders(tree: Tree, top: Path) -> Iterator[str]:
    """Those that are walked; the state's own changes with every question."""
    for folder, inside, _ in islice(os.walk(top), FOLDERS_MAX):
        inside[:] = [
            name
            for name in sorted(inside)
            if not is_skipped(name) and not fits(f"{folder}/{name}", tree.exclude)
        ]
        yield folder
