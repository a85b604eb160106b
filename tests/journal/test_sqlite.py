"""What only the journal on SQLite has to bear: files, locks and disks."""

import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.dialects import sqlite

from drillbook.journal import sqlite_file
from drillbook.journal.reading import last_streams_query
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.journal import JournalError
from stores import Kept

PROCESS_TIMEOUT_S = 120
DIALECT = sqlite.dialect()

FULL_DISK = """
import resource, sys
from pathlib import Path
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.journal import JournalError
path = Path(sys.argv[1])
journal = SqliteJournal(path, clock=SystemClock())
journal.append("run/1", "step", {})
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (path.with_suffix(".db-wal").stat().st_size, limits[1]))
try:
    journal.append("run/1", "step", {"pad": "x" * 100_000})
except JournalError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
entry = journal.append("run/1", "step", {"after": "the disk was full"})
print(entry.seq, list(journal.verify()))
"""

READ_ONLY = """
import os, sys
from pathlib import Path
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.journal import JournalError
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    SqliteJournal(Path(sys.argv[1]), clock=SystemClock())
except JournalError as error:
    print(error)
"""


def opened(path: Path) -> SqliteJournal:
    """The journal in that file."""
    return SqliteJournal(path, clock=SystemClock())


@pytest.fixture
def store(tmp_path: Path) -> Kept:
    """SQLite alone."""
    return Kept(state=tmp_path / "state")


def printed(script: str, *arguments: str) -> list[str]:
    """The lines that a process of its own printed."""
    result = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        check=True,
        text=True,
        timeout=PROCESS_TIMEOUT_S,
    )
    return result.stdout.splitlines()


def test_folder_and_files_are_for_the_owner_alone(journal: SqliteJournal, path: Path) -> None:
    """Also the files that SQLite makes beside the database."""
    journal.append("run/1", "k", {})
    journal.anchor("run/1")
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    names = ("journal.db", "journal.db-shm", "journal.db-wal", "journal.ledger")
    assert dict.fromkeys(names, 0o600) == modes
    assert 0o700 == path.parent.stat().st_mode & 0o777


def test_an_erased_blob_is_gone_from_the_disk(journal: SqliteJournal, path: Path) -> None:
    """Not even the write-ahead log holds it, and the journal stays sound."""
    digest = journal.put_blob(b"a secret that slipped through")
    assert journal.erase_blob(digest)
    assert not journal.erase_blob(digest)
    assert None is journal.blob(digest)
    assert [] == list(journal.verify())
    holding = [file for file in path.parent.iterdir() if b"slipped through" in file.read_bytes()]
    assert [] == holding


def test_a_lock_that_is_held_too_long_is_one_line(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that waits for another process in vain says so, and works once it is gone."""
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT_S", 0.05)
    with closing(opened(path)) as journal, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match="database is locked; another process held it"):
            journal.append("run/1", "k", {})
        other.rollback()
        assert 1 == journal.append("run/1", "k", {}).seq


def test_a_reader_that_holds_the_log_is_named_when_a_blob_is_erased(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Erased bytes that are still in the log are not called gone."""
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT_S", 0.05)
    with closing(opened(path)) as journal, closing(sqlite3.connect(path)) as reader:
        digest = journal.put_blob(b"a secret")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM blobs").fetchone()
        with pytest.raises(JournalError, match="a reader still holds the log"):
            journal.erase_blob(digest)
        reader.rollback()
        journal.erase_blob(digest)
        holding = [file for file in path.parent.iterdir() if b"a secret" in file.read_bytes()]
        assert [] == holding


def test_a_full_disk_is_one_line_and_no_loss(path: Path) -> None:
    """When there is room again, the journal goes on where it stood."""
    failure, after = printed(FULL_DISK, str(path))
    assert f"{path}: the journal cannot be written: disk I/O error; free some space" in failure
    assert "2 []" == after


def test_a_read_only_file_is_one_line() -> None:
    """A user who may read the journal but not write it is told so."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder, "journal.db")
        opened(path).close()
        path.chmod(0o444)
        lines = printed(READ_ONLY, str(path))
    assert [f"{path}: the journal cannot be written; make the file writable"] == lines


def test_the_last_streams_are_found_by_an_index(tmp_path: Path) -> None:
    """In its order, from the end: neither bodies nor the names before are read."""
    path = tmp_path / "journal.db"
    SqliteJournal(path, clock=SystemClock()).close()
    query = last_streams_query("run/", 2, "run/9")
    asked = str(query.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))
    with closing(sqlite3.connect(path)) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {asked}")]
    assert 1 == len(plan), "nothing is sorted"
    assert "SEARCH entries USING COVERING INDEX" in plan[0]
    assert "(stream>? AND stream<?)" in plan[0]
