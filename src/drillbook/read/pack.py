"""A folder → the Pack in it: runbooks, rules, drills, and all Findings of reading them."""

import os
from collections.abc import Iterator
from pathlib import Path

from drillbook.model.drill import Drill
from drillbook.model.finding import Finding, Severity
from drillbook.model.pack import Pack
from drillbook.model.place import Place
from drillbook.model.proof import PROOFS_FOLDER, Proof
from drillbook.model.rule import Rule
from drillbook.model.runbook import Runbook
from drillbook.read.drill import read_drill
from drillbook.read.drill_names import missing_names
from drillbook.read.file import read_text
from drillbook.read.markdown.runbook import read_runbook_file
from drillbook.read.pack_file import PACK_FILE, PackFile, read_pack_file
from drillbook.read.proof import read_proof
from drillbook.read.rules import read_rules

FILES_MAX = 10_000
YAML = (".yaml", ".yml")


def read_pack(folder: Path) -> Pack:
    """Paths in nouns and Findings are relative to the folder. A folder that is no pack is empty."""
    reader = _PackReader(folder)
    if not folder.is_dir():
        message = "there is no such folder"
        reader.flag(Place(path=str(folder)), "pack-not-found", message, "check the path")
        return Pack(name=folder.name, folder=str(folder), findings=tuple(reader.findings))
    said = reader.pack_file()
    runbooks = tuple(reader.runbooks())
    rule_files = dict(reader.texts("rules", YAML))
    rules = tuple(rule for path, text in rule_files.items() for rule in reader.rules(path, text))
    drills = tuple(reader.drills())
    proofs = tuple(reader.proofs())
    reader.flag_broken_references(runbooks, rules, drills)
    return Pack(
        name=said.name,
        folder=str(folder),
        runbooks=runbooks,
        rules=rules,
        drills=drills,
        proofs=proofs,
        rule_files=rule_files,
        runbook_urls=said.runbook_urls,
        checks_on_alert=said.checks_on_alert,
        findings=tuple(reader.findings),
    )


def read_proofs(folder: Path) -> tuple[tuple[Proof, ...], tuple[Finding, ...]]:
    """The proofs of a pack alone, with paths relative to it."""
    reader = _PackReader(folder)
    return tuple(reader.proofs()), tuple(reader.findings)


class _PackReader:
    """Reads the parts of one pack; Findings gather on the way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.findings: list[Finding] = []

    def flag(
        self,
        place: Place,
        lint: str,
        message: str,
        cure: str,
        severity: Severity = Severity.ERROR,
    ) -> None:
        self.findings.append(
            Finding(place=place, lint=lint, message=message, help=cure, severity=severity)
        )

    def pack_file(self) -> PackFile:
        """What pack.yaml says; the folder's name where there is none."""
        is_inside = self._is_inside(self._folder / PACK_FILE)
        text, flaws = read_text(self._folder / PACK_FILE, PACK_FILE) if is_inside else (None, ())
        if not is_inside:
            self._flag_link(PACK_FILE)
        if text is None:
            self.findings += flaws
            message, cure = "the folder is no pack", f'write a {PACK_FILE} with "name: …" into it'
            self.flag(Place(path=PACK_FILE), "pack-without-pack-file", message, cure)
            return PackFile(name=self._folder.name)
        said, flaws = read_pack_file(text, PACK_FILE, self._folder.name)
        self.findings += flaws
        return said

    def runbooks(self) -> Iterator[Runbook]:
        for path in self._files("runbooks", (".md",)):
            found, flaws = read_runbook_file(self._folder / path, path)
            self.findings += flaws
            yield from found

    def texts(self, part: str, endings: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """Each file of that part of the pack, with its text."""
        for path in self._files(part, endings):
            text, flaws = read_text(self._folder / path, path)
            self.findings += flaws
            if text is not None:
                yield path, text

    def rules(self, path: str, text: str) -> tuple[Rule, ...]:
        rules, flaws = read_rules(text, path)
        self.findings += flaws
        return rules

    def drills(self) -> Iterator[Drill]:
        for path, text in self.texts("drills", YAML):
            drill, flaws = read_drill(text, path)
            self.findings += flaws
            if drill is not None:
                yield drill

    def proofs(self) -> Iterator[Proof]:
        for path, text in self.texts(PROOFS_FOLDER, (".json",)):
            proof, flaws = read_proof(text, path)
            self.findings += flaws
            if proof is not None:
                yield proof

    def _files(self, part: str, endings: tuple[str, ...]) -> Iterator[str]:
        """Relative paths in order. Nothing outside the folder is read, whatever links to it."""
        count = 0
        if not self._is_inside(self._folder / part):
            self._flag_link(part)
            return
        for path in _walk(self._folder / part):
            shown = path.relative_to(self._folder).as_posix()
            if path.is_symlink() and not self._is_inside(path):
                self._flag_link(shown)
            elif path.suffix in endings and not path.is_dir():
                count += 1
                if count > FILES_MAX:
                    message = f"the pack has more than {FILES_MAX:,} files in {part}"
                    self.flag(Place(path=part), "pack-too-large", message, "split the pack")
                    return
                yield shown

    def _flag_link(self, shown: str) -> None:
        message = "this link leads out of the pack, so it is not followed"
        self.flag(Place(path=shown), "link-out-of-the-pack", message, "copy what it leads to")

    def _is_inside(self, path: Path) -> bool:
        try:
            return path.resolve().is_relative_to(self._folder.resolve())
        except (OSError, RuntimeError):
            return False

    def flag_broken_references(
        self, runbooks: tuple[Runbook, ...], rules: tuple[Rule, ...], drills: tuple[Drill, ...]
    ) -> None:
        """Drills that name a runbook, an Option or an alert that the pack does not have."""
        options = {
            _name_of(runbook): [option.anchor for option in runbook.options] for runbook in runbooks
        }
        self.findings += missing_names(drills, options, (rule.name for rule in rules))


def _name_of(runbook: Runbook) -> str:
    return f"{runbook.path}#{runbook.anchor}" if runbook.anchor else runbook.path


def _walk(folder: Path) -> Iterator[Path]:
    """All files below, and links as they are; folders in order, linked ones not entered."""
    for parent, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(
            [*files, *(one for one in folders if (Path(parent) / one).is_symlink())]
        ):
            yield Path(parent) / name
