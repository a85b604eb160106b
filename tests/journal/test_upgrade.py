"""Journals of earlier versions are brought to today's in place, whatever happens meanwhile."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from drillbook.journal import upgrade
from drillbook.journal.chain import BEGINNING, Link, body_text, link_hash
from drillbook.journal.sqlite import SqliteJournal
from drillbook.journal.version import NEWEST, NEWEST_NUMBER, VERSIONS
from drillbook.model.clock import SystemClock
from drillbook.model.journal import JournalError
from stores import Databases, Kept, raw

PROCESS_TIMEOUT_S = 120

# What the first version of Drillbook made, as its file holds it.
FIRST = """
CREATE TABLE entries (
    position INTEGER NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL,
    at_ns INTEGER NOT NULL, body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL,
    PRIMARY KEY (position), UNIQUE (stream, seq), CHECK (seq >= 1)
) STRICT;
CREATE TABLE ledger (
    position INTEGER NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL, head TEXT NOT NULL,
    at_ns INTEGER NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (position)
) STRICT;
CREATE TABLE blobs (
    hash TEXT NOT NULL, data BLOB NOT NULL, is_zlib INTEGER NOT NULL, at_ns INTEGER NOT NULL,
    PRIMARY KEY (hash)
) STRICT;
CREATE INDEX first_entries ON entries (stream) WHERE seq = 1;
CREATE TRIGGER entries_refuse_update BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END;
CREATE TRIGGER entries_refuse_delete BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END;
CREATE TRIGGER ledger_refuse_update BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'ledger is append-only'); END;
CREATE TRIGGER ledger_refuse_delete BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'ledger is append-only'); END;
CREATE TRIGGER blobs_refuse_update BEFORE UPDATE ON blobs
    BEGIN SELECT RAISE(ABORT, 'blobs is append-only'); END;
PRAGMA application_id = 0x44626f6b;
PRAGMA user_version = 1;
"""

OPENER = """
import sys
from pathlib import Path
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
print("ready", flush=True)
sys.stdin.readline()
journal = SqliteJournal(Path(sys.argv[1]), clock=SystemClock())
print(len(journal.entries("run/b")), journal.unended("run/", "run-ended"), flush=True)
"""


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A journal of the first version: `run/a` has ended, `run/b` has not."""
    path = tmp_path / "journal.db"
    make_first(path, streams={"run/a": ["run-started", "run-ended"], "run/b": ["run-started", "x"]})
    return path


def make_first(path: Path, *, streams: dict[str, list[str]]) -> None:
    """A file of the first version with these kinds of entries."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw_file:
        raw_file.execute("PRAGMA journal_mode = WAL")
        raw_file.executescript(FIRST)
        raw_file.execute("BEGIN")
        for stream, kinds in streams.items():
            previous = BEGINNING
            for seq, kind in enumerate(kinds, 1):
                link = Link(
                    previous=previous,
                    stream=stream,
                    seq=seq,
                    kind=kind,
                    at_ns=seq,
                    body=body_text({"n": seq}),
                )
                row = (stream, seq, kind, seq, link.body, previous, link_hash(link))
                raw_file.execute(
                    "INSERT INTO entries (stream, seq, kind, at_ns, body, previous, hash) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?)",
                    row,
                )
                previous = row[-1]
        raw_file.execute("COMMIT")


def opened(path: Path) -> SqliteJournal:
    """The journal in that file."""
    return SqliteJournal(path, clock=SystemClock())


def schema(path: Path) -> dict[str, str]:
    """What the file's tables, indices and triggers are, by name, blanks aside."""
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        return {name: " ".join(sql.replace('"', "").split()) for name, sql in rows}


def versions(path: Path) -> tuple[int, list[str]]:
    """What SQLite and Alembic say of the version."""
    with closing(sqlite3.connect(path)) as file:
        number = file.execute("PRAGMA user_version").fetchone()[0]
        found = file.execute(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'alembic_version'"
        ).fetchone()[0]
        rows = file.execute("SELECT version_num FROM alembic_version") if found else ()
        return number, [row[0] for row in rows]


def test_every_version_has_its_migration() -> None:
    """What Alembic finds in the folder is what the program knows, in this order."""
    folder = Path(upgrade.__file__).parent / "migrations"
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    found = list(ScriptDirectory.from_config(config).walk_revisions())
    assert list(reversed(VERSIONS)) == [script.revision for script in found]
    assert [VERSIONS[script.revision].split(".")[-1] for script in found] == [
        Path(script.path).stem for script in found
    ]
    assert (NEWEST, NEWEST_NUMBER) == (list(VERSIONS)[-1], int(list(VERSIONS)[-1]))


def test_a_journal_of_the_first_version_is_upgraded_in_place(first: Path) -> None:
    """Its entries are there, its open run is found, and it is as one that was made today."""
    with closing(opened(first)) as journal:
        assert [] == list(journal.verify())
        assert ("run/b",) == journal.unended("run/", "run-ended")
        assert [1, 2] == [entry.seq for entry in journal.entries("run/a")]
        assert 3 == journal.append("run/b", "run-ended", {}, if_head=2).seq
        assert () == journal.unended("run/", "run-ended")
    assert (NEWEST_NUMBER, [NEWEST]) == versions(first)


def test_an_upgraded_journal_is_as_one_that_was_made_today(first: Path, tmp_path: Path) -> None:
    """The same indices and triggers, the same columns."""
    opened(first).close()
    opened(tmp_path / "new.db").close()
    upgraded, made = schema(first), schema(tmp_path / "new.db")
    tables = {"entries", "ledger", "blobs"}
    assert made.keys() == upgraded.keys()
    assert {name: made[name] for name in made.keys() - tables} == {
        name: upgraded[name] for name in upgraded.keys() - tables
    }
    for table in tables:
        assert columns(tmp_path / "new.db", table) == columns(first, table)


def columns(path: Path, table: str) -> list[Any]:
    """Name, type, whether it may be null, default and place in the key of each column."""
    with closing(sqlite3.connect(path)) as file:
        return [row[1:] for row in file.execute(f"PRAGMA table_info({table})")]


def test_two_processes_upgrade_at_once(first: Path) -> None:
    """Both find the journal upgraded, and it was done once."""
    command = [sys.executable, "-c", OPENER, str(first)]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout
        assert "ready\n" == process.stdout.readline()
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=PROCESS_TIMEOUT_S)[0].strip() for process in processes]
    assert ["2 ('run/b',)"] * 2 == answers
    assert (NEWEST_NUMBER, [NEWEST]) == versions(first)


def test_kill_9_in_an_upgrade_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    """Whenever it strikes, the next start finds a whole journal and brings it on."""
    chance = random.Random(4)
    seen = set()
    streams = {f"run/{n:04d}": ["run-started", "note"] for n in range(4_000)}
    make_first(tmp_path / "big.db", streams=streams)
    original = (tmp_path / "big.db").read_bytes()
    for number in range(5):
        path = tmp_path / f"{number}.db"
        path.write_bytes(original)
        with subprocess.Popen(
            [sys.executable, "-c", OPENER, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin
            assert process.stdout
            process.stdout.readline()
            process.stdin.write("go\n")
            process.stdin.flush()
            time.sleep(chance.uniform(0.0, 0.6))
            os.kill(process.pid, signal.SIGKILL)
        found = versions(path)
        seen.add(found[0])
        assert found in ((1, []), (NEWEST_NUMBER, [NEWEST]))
        with closing(opened(path)) as journal:
            assert len(streams) == len(journal.unended("run/", "run-ended"))
    assert seen


def test_an_error_in_an_upgrade_leaves_the_old(
    first: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a version made before it failed is taken back with it."""
    before = schema(first)
    in_the_way = "CREATE TABLE open_streams (in_the_way TEXT)"
    with closing(sqlite3.connect(first)) as file:
        file.execute(in_the_way)
    with pytest.raises(JournalError, match="open_streams already exists"):
        opened(first)
    assert {**before, "open_streams": in_the_way} == schema(first)
    assert (1, []) == versions(first)


@pytest.mark.lab
def test_an_empty_database_becomes_a_journal_once(server: Databases, tmp_path: Path) -> None:
    """Four processes that come at once make one schema; whoever comes later only looks."""
    script = "import sys; sys.path.insert(0, sys.argv[1])\nfrom stores import opened\n"
    script += "print(opened(sys.argv[2]).append('run/1', 'k', {}).seq)"
    with server.fresh(is_empty=True) as url:
        kept = Kept(state=tmp_path, url=url)
        support = str(Path(sys.modules["stores"].__file__ or "").parent)
        command = [sys.executable, "-c", script, support, kept.told()]
        processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        answers = [process.communicate(timeout=PROCESS_TIMEOUT_S)[0] for process in processes]
        with raw(url) as connection:
            row = connection.execute("SELECT version_num FROM drillbook.alembic_version").fetchall()
    assert ([(NEWEST,)], [1, 2, 3, 4]) == (row, sorted(map(int, answers)))


@pytest.mark.lab
def test_another_version_of_postgresql_tables_is_one_line(
    server: Databases, tmp_path: Path
) -> None:
    """An older one is left to its owner, a newer one to the newer Drillbook."""
    with server.fresh() as url:
        kept = Kept(state=tmp_path, url=url)
        said = []
        for version in ("0001", "0099"):
            kept.alter("UPDATE alembic_version SET version_num = ?", version)
            with pytest.raises(JournalError) as caught:
                kept.open()
            said.append(str(caught.value).split(": ", 1)[1])
    older, newer = said
    assert older == (
        f"the journal's tables are of version 1, this Drillbook needs {NEWEST_NUMBER}; "
        "run `drillbook store migrate` as their owner"
    )
    assert newer == (
        f"a newer Drillbook made this journal (version 99, this one reads {NEWEST_NUMBER}); "
        "use the newer Drillbook"
    )


def test_alembic_is_loaded_only_where_a_version_is_missing(tmp_path: Path) -> None:
    """A start that finds today's version imports neither it nor psycopg."""
    script = (
        "import sys, json\nfrom pathlib import Path\n"
        "from drillbook.journal.open import open_journal\n"
        "from drillbook.model.clock import SystemClock\n"
        "from drillbook.read.settings import default_settings\n"
        "here = default_settings(Path(sys.argv[1]))\n"
        "open_journal(here, clock=SystemClock(), secrets={}).close()\n"
        "print(json.dumps([name in sys.modules for name in ('alembic', 'psycopg')]))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    answers = [json.loads(subprocess.check_output(command, timeout=60)) for _ in range(2)]
    assert [[True, False], [False, False]] == answers
