"""The files of a tree that are no Markdown → the rules, packs and drills in them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from drillbook.model.drill import Drill
from drillbook.model.finding import Finding
from drillbook.model.inspected import Inspected
from drillbook.model.library import Library
from drillbook.model.rule import Rule
from drillbook.read.drill import read_drill
from drillbook.read.file import read_text
from drillbook.read.pack_file import read_pack_file
from drillbook.read.tree import FileKind, Found
from drillbook.verbs.linting.inspect import Manner, inspect_text
from drillbook.verbs.linting.library import Looking, library_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFolder:
    """A pack by its name, and its folder as paths are shown; empty for the root itself."""

    name: str
    folder: str

    @property
    def prefix(self) -> str:
        """What stands before the paths of the pack."""
        return f"{self.folder}/" if self.folder else ""

    def inside(self, path: str) -> str | None:
        """The path as it counts from the pack, None where it lies elsewhere."""
        return path.removeprefix(self.prefix) if path.startswith(self.prefix) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackDrill:
    """A drill and its pack."""

    drill: Drill
    pack: PackFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverTree:
    """`unread` are Findings of files of which nothing can be used."""

    library: Library
    packs: tuple[PackFolder, ...]
    drills: tuple[PackDrill, ...]
    unread: tuple[Finding, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All alerting rules."""
        return tuple(rule for file in self.library.rule_files for rule in file.rules)

    def rule_of(self, one: PackDrill) -> Rule | None:
        """The rule of the drill's own pack, as `drillbook drill` finds it: the last of its name."""
        found = (rule for rule in self.rules if rule.name == one.drill.alert)
        inside = [rule for rule in found if one.pack.inside(rule.place.path) is not None]
        return inside[-1] if inside else None


def cover_tree(files: Sequence[Found], manner: Manner) -> CoverTree:
    """Whatever the files hold, this raises nothing over it."""
    # What stands in them is wanted, and no lint's opinion of it.
    quiet = replace(manner, lints=())
    unread: list[Finding] = []
    inspected = list(_inspected(files, quiet, unread))
    packs = tuple(_packs(files, manner))
    drills = tuple(_drills(files, manner, packs, unread))
    library = library_of(inspected, manner, Looking(manner.root).has_file)
    return CoverTree(library=library, packs=packs, drills=drills, unread=tuple(unread))


def _inspected(
    files: Iterable[Found], manner: Manner, unread: list[Finding]
) -> Iterator[Inspected]:
    for found in files:
        if found.kind is FileKind.DOCUMENT:
            continue
        text, flaws = read_text(manner.root / found.path, found.path)
        if text is None:
            unread += flaws
            continue
        each = inspect_text(text, found, manner)
        file = each.rule_file
        if file is not None and not (file.rules or file.records):
            unread += each.findings
        yield each


def _packs(files: Iterable[Found], manner: Manner) -> Iterator[PackFolder]:
    for found in files:
        if found.kind is FileKind.PACK:
            folder = str(PurePosixPath(found.path).parent)
            text, _ = read_text(manner.root / found.path, found.path)
            name = (manner.root / folder).resolve().name
            said, _ = read_pack_file(text or "", found.path, name)
            yield PackFolder(name=said.name, folder="" if folder == "." else folder)


def _drills(
    files: Iterable[Found], manner: Manner, packs: Sequence[PackFolder], unread: list[Finding]
) -> Iterator[PackDrill]:
    for found in files:
        if found.kind is FileKind.DRILL:
            text, _ = read_text(manner.root / found.path, found.path)
            drill, flaws = read_drill(text, found.path) if text is not None else (None, ())
            pack = next((each for each in packs if each.inside(found.path) is not None), None)
            if drill is None:
                unread += flaws
            elif pack is not None:
                yield PackDrill(drill=drill, pack=pack)
