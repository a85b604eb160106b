"""The SQLite file of jobs: made once, kept from others, refused in one line."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, suppress

import pytest

from drillbook.engine.file import APPLICATION_ID, JobsFile, make_folder
from drillbook.model.clock import SystemClock
from drillbook.model.engine import EngineError


def opened(path):
    return closing(JobsFile(path, clock=SystemClock()))


def refusal_of(path):
    with pytest.raises(EngineError) as refusal:
        JobsFile(path, clock=SystemClock())
    (line,) = str(refusal.value).splitlines()
    assert str(path) in line or str(path.parent) in line
    return line


def test_file_and_folder_are_for_their_owner_alone(tmp_path):
    """Whatever the umask."""
    path = tmp_path / "new" / "engine.db"
    with opened(path):
        assert (0o700, 0o600) == (path.parent.stat().st_mode & 0o777, path.stat().st_mode & 0o777)


def test_what_is_written_is_on_the_disk(tmp_path):
    """The journal mode and the synchronous level that promise it."""
    with opened(tmp_path / "engine.db") as file, file.read() as connection:
        assert [("wal",), (2,)] == [
            connection.execute(f"PRAGMA {name}").fetchone()
            for name in ("journal_mode", "synchronous")
        ]


def test_an_error_undoes_the_whole_transaction(tmp_path):
    """And the next one is not in it."""
    add = "INSERT INTO workers VALUES (?, 'n', '[]', 0, 0)"
    with opened(tmp_path / "engine.db") as file:
        with suppress(RuntimeError), file.write() as connection:
            connection.execute(add, ("a",))
            raise RuntimeError
        with file.write() as connection:
            connection.execute(add, ("b",))
        with file.read() as connection:
            assert [("b",)] == connection.execute("SELECT id FROM workers").fetchall()


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_file_that_was_taken_away_is_made_anew(tmp_path, is_replaced):
    """Jobs are made again from the journal; written into a deleted file, nobody would see them."""
    path = tmp_path / "engine.db"
    add = "INSERT INTO workers VALUES ('a', 'n', '[]', 0, 0)"
    with opened(path) as one:
        for each in tmp_path.glob("engine.db*"):
            each.unlink()
        if is_replaced:
            JobsFile(path, clock=SystemClock()).close()
        with one.write() as connection:
            connection.execute(add)
        with opened(path) as other, other.read() as connection:
            assert [("a",)] == connection.execute("SELECT id FROM workers").fetchall()


def test_a_file_that_is_taken_away_in_a_transaction_is_missed_after_it(tmp_path):
    """The transaction is not torn in two."""
    path = tmp_path / "engine.db"
    with opened(path) as file:
        with file.write() as connection:
            path.unlink()
            assert file.version() > 0
            connection.execute("INSERT INTO workers VALUES ('a', 'n', '[]', 0, 0)")
        with file.read() as connection:
            assert [] == connection.execute("SELECT id FROM workers").fetchall()


def test_another_process_is_noticed(tmp_path):
    """The version changes by what others write, not by what we do."""
    path = tmp_path / "engine.db"
    with opened(path) as one, opened(path) as other:
        before = one.version()
        with one.write() as connection:
            connection.execute("DELETE FROM jobs")
        assert before == one.version()
        with other.write() as connection:
            connection.execute("INSERT INTO workers VALUES ('a', 'n', '[]', 0, 0)")
        assert before != one.version()


def test_many_open_a_new_file_at_once(tmp_path):
    """Its tables are made by one of them."""
    path, errors, barrier = tmp_path / "engine.db", [], threading.Barrier(8)

    def use():
        barrier.wait(30)
        try:
            JobsFile(path, clock=SystemClock()).close()
        except EngineError as error:
            errors.append(error)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [] == errors


def test_a_closed_file_opens_again_when_it_is_used(tmp_path):
    """As after a command that shares it."""
    with opened(tmp_path / "engine.db") as file:
        file.close()
        assert isinstance(file.version(), int)


def test_another_programs_database_is_left_alone(tmp_path):
    """Not one table is added to it."""
    path = tmp_path / "engine.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    assert "this is the database of another program" in refusal_of(path)
    with closing(sqlite3.connect(path)) as connection:
        assert [("theirs",)] == connection.execute("SELECT name FROM sqlite_schema").fetchall()


def test_a_newer_file_is_left_alone(tmp_path):
    """It says which Drillbook is needed."""
    path = tmp_path / "engine.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 9")
    assert "a newer Drillbook wrote these jobs (version 9, this one reads 1)" in refusal_of(path)


def test_what_is_no_database_is_said(tmp_path):
    """Whatever it is instead."""
    path = tmp_path / "engine.db"
    path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 40)
    assert "file is not a database" in refusal_of(path)
    folder = tmp_path / "folder.db"
    folder.mkdir()
    assert "unable to open database file" in refusal_of(folder)


def test_a_state_folder_that_is_a_file_is_said(tmp_path):
    """With the cure."""
    (tmp_path / "state").write_text("")
    said = refusal_of(tmp_path / "state" / "engine.db")
    assert "name a state folder that can be written" in said
    with pytest.raises(EngineError, match="name a state folder"):
        make_folder(tmp_path / "state" / "slots")


def test_a_full_disk_is_said(tmp_path):
    """In one line; what was written before stays. The limit of a file's size stands for it."""
    path = tmp_path / "engine.db"
    program = f"""
import resource, signal
from pathlib import Path
from drillbook.engine.embedded import EmbeddedStore
from drillbook.model.clock import SystemClock
from drillbook.model.engine import EngineError, Job
store = EmbeddedStore(Path({str(path)!r}), Path({str(tmp_path)!r}, "w"), dead_after_s=60,
                      clock=SystemClock())
store.submit(Job(key="first", kind="run"))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    for number in range(1_000):
        store.submit(Job(key=f"run/{{number}}", kind="run", args={{"a": "x" * 9_000}}))
except EngineError as error:
    print(error)
print(store.jobs()[0].job.key)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    said, first = done.stdout.splitlines()
    assert said.startswith(f"{path}: the jobs cannot be used: ")
    assert "free some space" in said
    assert "first" == first
