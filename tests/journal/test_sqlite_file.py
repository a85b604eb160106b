"""Files that are no journal of ours get one clear line; ours are set up once."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from drillbook.journal.sqlite_file import open_engine
from drillbook.journal.version import NEWEST_NUMBER
from drillbook.model.clock import SystemClock
from drillbook.model.journal import JournalError


def refusal(path: Path) -> str:
    """The one line that opening the file gives."""
    with pytest.raises(JournalError) as caught:
        open_engine(path, clock=SystemClock())
    assert 1 == len(str(caught.value).splitlines())
    return str(caught.value)


@pytest.fixture
def made(path: Path) -> Path:
    """A journal's file that was made and closed."""
    open_engine(path, clock=SystemClock()).dispose()
    return path


def pragma(path: Path, name: str) -> object:
    """What the file itself says."""
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute(f"PRAGMA {name}").fetchone()[0]


def test_the_file_is_in_wal_mode_and_says_whose_it_is(made: Path) -> None:
    """The mode, the owner and the version stand in the file."""
    values = [pragma(made, name) for name in ("journal_mode", "application_id", "user_version")]
    assert ["wal", 0x44626F6B, NEWEST_NUMBER] == values


def test_every_connection_waits_for_the_disk(made: Path) -> None:
    """Synchronous is FULL (2) and erased pages are overwritten."""
    engine = open_engine(made, clock=SystemClock())
    with engine.connect() as connection:
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        secure_delete = connection.exec_driver_sql("PRAGMA secure_delete").scalar_one()
    engine.dispose()
    assert (2, 1) == (synchronous, secure_delete)


def test_an_empty_file_becomes_a_journal(path: Path) -> None:
    """A crash between the making of the file and of its tables is mended by the next start."""
    path.parent.mkdir()
    path.touch()
    open_engine(path, clock=SystemClock()).dispose()
    assert NEWEST_NUMBER == pragma(path, "user_version")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET body = '{}'",
        "DELETE FROM entries",
        "UPDATE ledger SET seq = 2",
        "DELETE FROM ledger",
        "UPDATE blobs SET at_ns = 2",
    ],
)
def test_the_guards_refuse(made: Path, statement: str) -> None:
    """Even raw SQL cannot change an entry, a ledger's line or a blob while the guards stand."""
    with closing(sqlite3.connect(made)) as raw:
        raw.execute("INSERT INTO entries VALUES (1, 's', 1, 'k', 1, '{}', 'p', 'h')")
        raw.execute("INSERT INTO ledger VALUES (1, 's', 1, 'h', 1, 'p', 'h')")
        raw.execute("INSERT INTO blobs VALUES ('h', x'00', 0, 1)")
        with pytest.raises(sqlite3.IntegrityError, match="is append-only"):
            raw.execute(statement)


def test_there_is_a_test_for_every_guard(made: Path) -> None:
    """Whoever adds a guard adds its statement above."""
    with closing(sqlite3.connect(made)) as raw:
        query = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%refuse%'"
        assert 5 == raw.execute(query).fetchone()[0]


def test_a_newer_journal_is_refused(made: Path) -> None:
    """An older Drillbook does not write into what it does not know."""
    with closing(sqlite3.connect(made)) as raw:
        raw.execute("PRAGMA user_version = 99")
    assert refusal(made) == (
        f"{made}: a newer Drillbook wrote this journal (version 99, this one reads 2); "
        "use the newer Drillbook"
    )


def test_the_database_of_another_program_is_refused(path: Path) -> None:
    """Nothing is written into a file that is not ours."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE bookmarks (url TEXT)")
    assert "the database of another program" in refusal(path)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    """A text in the journal's place stays as it is."""
    path.parent.mkdir()
    path.write_text("these are my notes\n" * 100)
    assert "file is not a database; name another file" in refusal(path)
    assert "these are my notes\n" * 100 == path.read_text()


def test_a_cut_database_is_refused(made: Path) -> None:
    """A file that ends in the middle of a page is damaged, and said to be."""
    made.write_bytes(made.read_bytes()[:5_000])
    assert "the journal cannot be opened" in refusal(made)


def test_a_folder_in_the_place_of_the_file_is_refused(path: Path) -> None:
    """The line names the place."""
    path.mkdir(parents=True)
    assert f"{path}: the journal is no file; name another state folder" == refusal(path)


def test_a_file_in_the_place_of_the_folder_is_refused(path: Path) -> None:
    """A state folder that cannot be made is one line, not a traceback."""
    path.parent.write_text("")
    assert f"{path}: the journal cannot be made: " in refusal(path)
