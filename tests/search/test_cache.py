"""The cache: broken, foreign and old files are made anew, and no process harms another."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from drillbook.search import cache
from drillbook.search.cache import (
    APPLICATION_ID,
    BrokenError,
    is_of_ours,
    made_anew,
    open_cache,
    said,
    say,
    told_apart,
    writing,
)


def kept(path, value=None):
    with closing(open_cache(path)) as connection:
        if value is not None:
            say(connection, [("word", value)])
        return said(connection, "word")


def test_what_is_kept_is_there_again(tmp_path):
    """For the owner alone: runbooks may be secret."""
    path = tmp_path / "state" / "find.db"
    assert "" == kept(path)
    kept(path, "here")
    assert "here" == kept(path)
    assert (0o600, 0o700) == (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777)


def test_without_a_path_it_is_in_memory():
    """Nothing is left of it."""
    assert "x" == kept(None, "x")
    assert "" == kept(None)


@pytest.mark.parametrize("data", [b"no database" * 99, b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_broken_file_is_told_and_can_be_made_anew(tmp_path, data):
    """Whatever stands in it."""
    path = tmp_path / "find.db"
    path.write_bytes(data)
    with pytest.raises((BrokenError, sqlite3.Error)):
        open_cache(path)
    made_anew(path).close()
    assert "" == kept(path)


def test_an_empty_file_is_filled(tmp_path):
    """As one that was cut before its first byte."""
    (tmp_path / "find.db").touch()
    assert "x" == kept(tmp_path / "find.db", "x")


def test_a_database_of_another_program_is_foreign(tmp_path):
    """Nothing is added to it."""
    path = tmp_path / "find.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (a)")
    with pytest.raises(BrokenError, match="other tables"):
        open_cache(path)


def test_another_version_is_made_anew(tmp_path, monkeypatch):
    """Its weights would be others."""
    path = tmp_path / "find.db"
    kept(path, "old")
    monkeypatch.setattr(cache, "VERSION", cache.VERSION + 1)
    with pytest.raises(BrokenError):
        open_cache(path)


def test_the_file_says_whose_it_is(tmp_path):
    """`file` and `sqlite3` can tell."""
    kept(tmp_path / "find.db")
    with closing(sqlite3.connect(tmp_path / "find.db")) as other:
        assert (APPLICATION_ID,) == other.execute("PRAGMA application_id").fetchone()


def test_what_fails_in_the_middle_is_undone(tmp_path):
    """All of a change is kept, or nothing."""
    connection = open_cache(tmp_path / "find.db")

    def fail():
        with writing(connection):
            say(connection, [("word", "half")])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert "" == said(connection, "word")
    connection.close()


def test_busy_is_not_broken(tmp_path, monkeypatch):
    """A file that another process writes is not thrown away."""
    monkeypatch.setattr(cache, "BUSY_TIMEOUT_S", 0.05)
    path = tmp_path / "find.db"
    one, other = open_cache(path), open_cache(path)
    with writing(one), pytest.raises(sqlite3.OperationalError, match="locked"), told_apart():
        other.execute("BEGIN IMMEDIATE")
    one.close()
    other.close()


@pytest.mark.parametrize(
    "error", [sqlite3.DatabaseError("malformed"), ValueError("cut"), IndexError("out")]
)
def test_what_a_damaged_file_makes_of_us_is_broken(error):
    """The caller has one thing to look for."""
    with pytest.raises(BrokenError), told_apart():
        raise error


KILLED = """
import os, sys
from pathlib import Path
from drillbook.search.cache import open_cache, say, writing
connection = open_cache(Path(sys.argv[1]))
with writing(connection):
    say(connection, [("word", "x" * 500_000), ("other", "y" * 5_000_000)])
    os.kill(os.getpid(), 9)
"""


def test_a_process_killed_while_it_writes_leaves_what_was(tmp_path):
    """The next one that opens the file finds the old state, whole."""
    path = tmp_path / "find.db"
    kept(path, "before")
    done = subprocess.run([sys.executable, "-c", KILLED, path], check=False, timeout=60)
    assert -9 == done.returncode
    assert "before" == kept(path)
    with closing(sqlite3.connect(path)) as other:
        assert ("ok",) == other.execute("PRAGMA integrity_check").fetchone()


def test_a_folder_in_its_place_is_an_error_of_the_system(tmp_path):
    """Which the caller answers by an index in memory."""
    (tmp_path / "find.db").mkdir()
    with pytest.raises((OSError, sqlite3.Error, BrokenError)):
        open_cache(tmp_path / "find.db")
    with pytest.raises(IsADirectoryError):
        made_anew(tmp_path / "find.db")


def test_a_folder_that_nobody_may_write_is_too(tmp_path):
    """As on a disk that is read only."""
    if os.getuid() == 0:
        (tmp_path / "state").write_text("a file where the folder should be")
    else:
        tmp_path.chmod(0o500)
    with pytest.raises((FileExistsError, PermissionError)):
        open_cache(tmp_path / "state" / "find.db")


def test_an_index_of_ours_is_told_by_its_head(tmp_path):
    """So that no file of another program is taken for it."""
    open_cache(tmp_path / "a.db").close()
    sqlite3.connect(tmp_path / "b.db").execute("CREATE TABLE x (y)").connection.close()
    (tmp_path / "c.db").write_bytes(b"")
    found = {path.name: is_of_ours(path) for path in tmp_path.glob("*.db")}
    assert {"a.db": True, "b.db": False, "c.db": False} == found
