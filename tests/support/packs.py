"""The pack erpgo → copies of it that are shorter, or wrong in one place, and drills of them.

A drill started here has a folder of its own for all that it leaves on disk while it runs, so
that a test can ask afterwards whether anything of it is still there.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.finding import Severity
from drillbook.model.journal import Entry
from drillbook.model.verdict import Ruling, Verdict
from drillbook.read.pack import read_pack
from drillbook.read.settings import default_settings
from drillbook.verbs.drill import cast, nobody, play_drill
from drillbook.verbs.running.executing import Company
from drillbook.verbs.running.workplace import open_workplace
from drillbook_labs.registry import LABS

ERPGO = Path(__file__).parents[2] / "packs/erpgo"
RUNBOOK = "runbooks/database-connectivity.md"
RULES = "rules/postgresql.yaml"
DRILL = "drills/postgresql-killed.yaml"
KILL = "fault: {kind: kill, process: postgresql}\n"
GENEROUS_S = 180.0


class PackCopy:
    """A copy of the pack in a folder of its own, whose texts can be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = shutil.copytree(ERPGO, folder)

    def swap(self, path: str, old: str, new: str) -> Self:
        """Put `new` where `old` stands, which must be there exactly once."""
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        assert 1 == text.count(old), f"{path} holds {old!r} {text.count(old)} times"
        file.write_text(text.replace(old, new), encoding="utf-8")
        return self


def short_pack(folder: Path) -> PackCopy:
    """The pack with all its waits made as short as the truth allows."""
    copy = PackCopy(folder)
    copy.swap(RUNBOOK, "for 10 s, within 60 s", "for 1 s, within 8 s")
    copy.swap(RULES, "for: 1m", "for: 10s")
    copy.swap(DRILL, "hold: 20s", "hold: 3s")
    return copy.swap(DRILL, "stays: 5s", "stays: 1s")


def commands_fault(
    *, on: str, inject: str, is_effective: str, revert: str, timeout: str = "20s"
) -> str:
    """The lines of a drill for a fault of commands; it is reverted where PostgreSQL runs."""
    commands = {
        "inject": inject,
        "is_effective": is_effective,
        "revert": revert,
        "is_reverted": "supervisorctl status postgresql",
    }
    head = f"fault:\n  kind: commands\n  on: {on}\n  timeout: {timeout}\n"
    return head + "".join(f"  {name}: '{text}'\n" for name, text in commands.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A drill that was played: its Verdict, and the entries of the drill and its run."""

    verdict: Verdict
    entries: tuple[Entry, ...]

    def ruling(self, name: str) -> Ruling:
        """The ruling of that name."""
        return next(each for each in self.verdict.rulings if each.name == name)

    def kinds(self) -> list[str]:
        """The kinds of all entries, in order."""
        return [entry.kind for entry in self.entries]


def play_short(pack: PackCopy, state: Path, *, compression: float = 10) -> Played:
    """Play the pack's one drill in this process, with the journal below `state`."""
    read = read_pack(pack.folder)
    assert [] == [each for each in read.findings if each.severity is Severity.ERROR]
    [drill] = read.drills
    company = Company(ask=nobody, watch=lambda _: None, on_output=lambda _: None)
    casting = cast(read, drill, LABS, compression=compression)
    with open_workplace(default_settings(state)) as place:
        verdict, entries = play_drill(place, casting, company)
    return Played(verdict=verdict, entries=entries)


@contextmanager
def scratch_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder of its own, which servers of other users may enter; it ends empty."""
    folder = Path(tempfile.mkdtemp(prefix="drillbook-test-"))
    # Only then can PostgreSQL, which refuses root, work below it.
    folder.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    try:
        yield folder
        left = [str(path.relative_to(folder)) for path in folder.rglob("*")]
        assert ([], []) == (left, processes_of(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def processes_of(scratch: Path) -> list[str]:
    """The command lines of all processes that work for a lab below this folder."""
    sign = f"{scratch}/".encode()
    return [_command(each) for each in Path("/proc").iterdir() if _is_of(each, sign)]


def _is_of(process: Path, sign: bytes) -> bool:
    if not process.name.isdecimal() or int(process.name) == os.getpid():
        return False
    return sign in _read(process / "environ") or sign in _read(process / "cmdline")


def _command(process: Path) -> str:
    return f"{process.name} {_read(process / 'cmdline').replace(bytes(1), b' ').decode()}"


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


class CommandLine:
    """`drillbook …` in processes of its own, in one folder with one journal."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder, self._scratch = folder, scratch

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command in a session of its own, as from a shell with job control."""
        return subprocess.Popen(
            [sys.executable, "-m", "drillbook", *arguments],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "drillbook", *arguments],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=GENEROUS_S,
        )

    def entries(self, prefix: str) -> Sequence[Entry]:
        """The entries of all streams that begin so, of this folder's journal."""
        path = default_settings(self.folder).state / "journal.db"
        if not path.exists():
            return ()
        journal = SqliteJournal(path, clock=SystemClock())
        try:
            streams = journal.streams(prefix)
            return [entry for stream in streams for entry in journal.entries(stream)]
        finally:
            journal.close()

    def _environment(self) -> dict[str, str]:
        # What lies under the checkout is found from there, and these processes run elsewhere.
        servers = {"DRILLBOOK_SERVERS": str(ERPGO.parents[1] / ".tools/debian/usr/bin")}
        return {**servers, **os.environ, "TMPDIR": str(self._scratch)}
