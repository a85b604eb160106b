"""The journal on SQLite: what was appended is there, whatever happens around it."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from drillbook.journal import sqlite_file
from drillbook.journal.chain import BEGINNING
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.journal import Entry, JournalError

PROCESS_TIMEOUT_S = 120

# Forks writers, one for each line that it reads; a writer says the seq of what it appended.
WRITERS = """
import os, sys
from pathlib import Path
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        journal = SqliteJournal(Path(sys.argv[1]), clock=SystemClock())
        while True:
            entry = journal.append("run/storm", "step", {"round": line.strip(), "pad": "x" * 500})
            os.write(1, b"%d\\n" % entry.seq)
            if entry.seq % 7 == 0:
                journal.anchor("run/storm")
    os.write(1, b"pid %d\\n" % child)
    os.waitpid(child, 0)
    os.write(1, b"dead\\n")
"""

COUNTERS = """
import sys
from pathlib import Path
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
journal = SqliteJournal(Path(sys.argv[1]), clock=SystemClock())
for count in range(100):
    stream = f"run/{count % 2}"
    journal.append(stream, "step", {"writer": sys.argv[2], "count": count})
    if count % 20 == 0:
        journal.anchor(stream)
journal.close()
"""

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


class StoppedClock(SystemClock):
    """A clock that always says the same."""

    at_ns = 1_795_255_200_123_456_789

    def now_ns(self) -> int:
        return self.at_ns


def opened(path: Path) -> SqliteJournal:
    """The journal in that file."""
    return SqliteJournal(path, clock=SystemClock())


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


def test_an_entry_comes_back_as_it_was_appended(journal: SqliteJournal) -> None:
    """What append answers is what every reader finds."""
    first = journal.append("run/1", "started", {"b": [1, 2.5, None], "a": {"ä": True}})
    second = journal.append("run/1", "ended", {})
    assert (first, second) == journal.entries("run/1")
    assert {"b": [1, 2.5, None], "a": {"ä": True}} == first.body
    assert [(1, "started", BEGINNING), (2, "ended", first.hash)] == [
        (entry.seq, entry.kind, entry.previous) for entry in (first, second)
    ]


def test_entries_after_a_seq(journal: SqliteJournal) -> None:
    """A reader goes on where it stopped."""
    written = [journal.append("run/1", "k", {"n": n}) for n in range(5)]
    assert written[3:] == list(journal.entries("run/1", after=3))
    assert () == journal.entries("run/1", after=5)
    assert () == journal.entries("run/2")


def test_streams_by_prefix_oldest_first(journal: SqliteJournal) -> None:
    """Letters, case and the signs of LIKE are taken as they are."""
    for stream in ("run/b", "run/a", "RUN/c", "drill/1", "run_x", "run/b"):
        journal.append(stream, "k", {})
    assert ("run/b", "run/a") == journal.streams("run/")
    assert ("run_x",) == journal.streams("run_")
    assert ("run/b", "run/a", "RUN/c", "drill/1", "run_x") == journal.streams()


def test_a_journal_is_opened_again(path: Path) -> None:
    """The chain goes on after the process that began it."""
    with closing(opened(path)) as journal:
        first = journal.append("run/1", "k", {})
    with closing(opened(path)) as journal:
        second = journal.append("run/1", "k", {})
        assert first.hash == second.previous
        assert [] == list(journal.verify())


def test_a_wrong_body_leaves_no_trace(journal: SqliteJournal) -> None:
    """After a refused entry the next one takes its seq."""
    with pytest.raises(JournalError, match="put_blob"):
        journal.append("run/1", "k", {"a": "x" * 1_000_000})
    with pytest.raises(JournalError, match="type set"):
        journal.append("run/1", "k", {"a": {1}})
    assert 1 == journal.append("run/1", "k", {}).seq


def test_folder_and_files_are_for_the_owner_alone(journal: SqliteJournal, path: Path) -> None:
    """Also the files that SQLite makes beside the database."""
    journal.append("run/1", "k", {})
    journal.anchor("run/1")
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    names = ("journal.db", "journal.db-shm", "journal.db-wal", "journal.ledger")
    assert dict.fromkeys(names, 0o600) == modes
    assert 0o700 == path.parent.stat().st_mode & 0o777


def test_a_stream_without_an_entry_cannot_be_anchored(journal: SqliteJournal) -> None:
    """There is no head to write down."""
    with pytest.raises(JournalError, match="nothing to anchor"):
        journal.anchor("run/1")


def test_a_blob_comes_back(journal: SqliteJournal) -> None:
    """The same bytes have the same hash and are kept once."""
    digests = {journal.put_blob(b"output\n" * 100) for _ in range(2)}
    assert 1 == len(digests)
    assert b"output\n" * 100 == journal.blob(digests.pop())
    assert None is journal.blob("0" * 64)


def test_an_erased_blob_is_gone_from_the_disk(journal: SqliteJournal, path: Path) -> None:
    """Not even the write-ahead log holds it, and the journal stays sound."""
    digest = journal.put_blob(b"a secret that slipped through")
    assert journal.erase_blob(digest)
    assert not journal.erase_blob(digest)
    assert None is journal.blob(digest)
    assert [] == list(journal.verify())
    holding = [file for file in path.parent.iterdir() if b"slipped through" in file.read_bytes()]
    assert [] == holding


def test_an_erased_blob_can_be_kept_again(journal: SqliteJournal) -> None:
    """Erasing is no ban."""
    digest = journal.put_blob(b"x")
    journal.erase_blob(digest)
    assert digest == journal.put_blob(b"x")
    assert b"x" == journal.blob(digest)


def test_a_closed_journal_says_so(journal: SqliteJournal) -> None:
    """Closing twice is fine, using it afterwards is one clear line."""
    journal.close()
    journal.close()
    with pytest.raises(JournalError, match="closed already"):
        journal.append("run/1", "k", {})
    with pytest.raises(JournalError, match="closed already"):
        journal.entries("run/1")


def test_a_tail_cut_under_a_writer_stops_it(journal: SqliteJournal, alter: object) -> None:
    """Who wrote an entry a moment ago does not chain on without it."""
    assert callable(alter)
    for _ in range(3):
        journal.append("run/1", "k", {})
    alter("DELETE FROM entries WHERE seq = 3")
    with pytest.raises(JournalError, match=r"entry 3 of run/1, .* is gone"):
        journal.append("run/1", "k", {})


def test_a_head_altered_under_a_writer_stops_it(journal: SqliteJournal, alter: object) -> None:
    """Nothing is chained to a hash that was put in the place of ours."""
    assert callable(alter)
    journal.append("run/1", "k", {})
    alter("UPDATE entries SET hash = 'f00'")
    with pytest.raises(JournalError, match=r"entry 1 of run/1, .* is altered"):
        journal.append("run/1", "k", {})


def test_an_unreadable_body_is_one_line(journal: SqliteJournal, alter: object) -> None:
    """A reader of an altered entry is sent to verify."""
    assert callable(alter)
    journal.append("run/1", "k", {})
    alter("UPDATE entries SET body = '{'")
    with pytest.raises(JournalError, match="entry 1 of run/1 was altered"):
        journal.entries("run/1")


def test_an_altered_blob_is_not_given_back(journal: SqliteJournal, alter: object) -> None:
    """A report never shows bytes that are not what a step printed."""
    assert callable(alter)
    digest = journal.put_blob(b"what was printed")
    alter("UPDATE blobs SET data = ?", b"something else")
    with pytest.raises(JournalError, match="was altered"):
        journal.blob(digest)


def test_the_time_is_that_of_the_clock(path: Path) -> None:
    """An entry's moment comes from the clock that was handed in, in nanoseconds."""
    with closing(SqliteJournal(path, clock=StoppedClock())) as journal:
        assert StoppedClock.at_ns == journal.append("run/1", "k", {}).at_ns
        assert [StoppedClock.at_ns] == [entry.at_ns for entry in journal.entries("run/1")]


def test_an_entry_is_not_changed_by_its_author(journal: SqliteJournal) -> None:
    """What a caller does with its body after the append reaches nobody."""
    body = {"list": [1]}
    entry = journal.append("run/1", "k", body)
    body["list"].append(2)
    assert {"list": [1]} == entry.body == journal.entries("run/1")[0].body


@pytest.mark.parametrize(
    ("stream", "kind"),
    [("", "k"), ("run/1\n", "k"), ("run/1", ""), ("run/1", "k\0"), ("x" * 300, "k")],
)
def test_unfit_names_are_refused(journal: SqliteJournal, stream: str, kind: str) -> None:
    """Neither a stream nor a kind may break a line or be endless."""
    with pytest.raises(JournalError, match="cannot be the name of a"):
        journal.append(stream, kind, {})
    assert () == journal.streams()


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


def test_verify_finds_nothing_while_others_write(path: Path) -> None:
    """A journal that grows and is anchored under the reader's eyes is sound all the time."""
    is_over = threading.Event()

    def write() -> None:
        with closing(opened(path)) as journal:
            while not is_over.is_set():
                journal.append("run/1", "k", {})
                journal.anchor("run/1")

    with closing(opened(path)) as journal:
        writers = [threading.Thread(target=write) for _ in range(2)]
        for writer in writers:
            writer.start()
        found = [flaw for _ in range(20) for flaw in journal.verify()]
        is_over.set()
        for writer in writers:
            writer.join(PROCESS_TIMEOUT_S)
        assert [] == found
        assert [] == list(journal.verify())
        assert len(journal.entries("run/1")) > 2


def test_many_threads_never_fork_a_chain(journal: SqliteJournal) -> None:
    """Eight threads on two streams: every entry is there and the chain holds."""
    answers: list[Entry] = []

    def write(thread: int) -> None:
        answers.extend(
            journal.append(f"run/{n % 2}", "k", {"thread": thread, "n": n}) for n in range(25)
        )

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PROCESS_TIMEOUT_S)
    stored = [*journal.entries("run/0"), *journal.entries("run/1")]
    assert sorted(answers, key=lambda entry: (entry.stream, entry.seq)) == stored
    assert 200 == len(stored)
    assert [] == list(journal.verify())


def test_four_processes_never_fork_a_chain(path: Path) -> None:
    """All of them open a journal that does not exist yet, and write to the same streams."""
    commands = [[sys.executable, "-c", COUNTERS, str(path), str(n)] for n in range(4)]
    processes = [subprocess.Popen(command) for command in commands]
    assert [0] * 4 == [process.wait(PROCESS_TIMEOUT_S) for process in processes]
    with closing(opened(path)) as journal:
        assert [] == list(journal.verify())
        stored = [*journal.entries("run/0"), *journal.entries("run/1")]
    written = sorted((entry.body["writer"], entry.body["count"]) for entry in stored)
    assert sorted((str(n), count) for n in range(4) for count in range(100)) == written


def test_kill_9_loses_nothing_that_was_answered(path: Path) -> None:
    """Thirty writers are killed at random moments; what append had answered is there."""
    chance = random.Random(9)
    command = [sys.executable, "-c", WRITERS, str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as storm:
        answered = [kill_one_writer(storm, number, chance) for number in range(30)]
        assert storm.stdin
        storm.stdin.close()
        assert 0 == storm.wait(PROCESS_TIMEOUT_S)
    with closing(opened(path)) as journal:
        stored = {(entry.body["round"], entry.seq) for entry in journal.entries("run/storm")}
        assert [] == list(journal.verify())
    promised = {(str(n), seq) for n, seqs in enumerate(answered) for seq in seqs}
    assert set() == promised - stored
    # One entry of each writer may be on disk without its answer having been said.
    assert len(stored - promised) <= 30
    assert len(promised) > 100


def kill_one_writer(storm: subprocess.Popen[str], number: int, chance: random.Random) -> list[int]:
    """Start a writer, kill it after some of its answers; all the answers that it gave."""
    assert storm.stdin
    assert storm.stdout
    storm.stdin.write(f"{number}\n")
    storm.stdin.flush()
    patience = chance.randrange(25)
    pid: int | None = None
    seqs: list[int] = []
    while (line := storm.stdout.readline().strip()) != "dead":
        if line.startswith("pid "):
            pid = int(line.removeprefix("pid "))
        else:
            seqs.append(int(line))
        if pid and len(seqs) >= patience:
            os.kill(pid, signal.SIGKILL)
            pid = None
    return seqs


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


class Histories(RuleBasedStateMachine):
    """Any appends through two doors of one file, anchored and opened again at any moment."""

    streams = st.sampled_from(["run/1", "run/ü", "drill/x"])
    bodies = st.dictionaries(st.text(max_size=5), st.text() | st.integers(-9, 9), max_size=3)

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name, "journal.db")
        self.doors = [opened(self.path), opened(self.path)]
        self.model: dict[str, list[tuple[str, str]]] = {}

    @rule(door=st.integers(0, 1), stream=streams, kind=st.sampled_from("ab"), body=bodies)
    def append(self, door: int, stream: str, kind: str, body: dict[str, object]) -> None:
        entry = self.doors[door].append(stream, kind, body)
        self.model.setdefault(stream, []).append((kind, json.dumps(body, sort_keys=True)))
        assert len(self.model[stream]) == entry.seq

    @rule(door=st.integers(0, 1))
    def anchor(self, door: int) -> None:
        for stream in self.model:
            self.doors[door].anchor(stream)

    @rule(door=st.integers(0, 1), data=st.binary(max_size=600), is_erased=st.booleans())
    def blob(self, door: int, data: bytes, is_erased: bool) -> None:
        digest = self.doors[door].put_blob(data)
        assert data == self.doors[1 - door].blob(digest)
        if is_erased:
            self.doors[door].erase_blob(digest)

    @rule(door=st.integers(0, 1))
    def reopen(self, door: int) -> None:
        self.doors[door].close()
        self.doors[door] = opened(self.path)

    @invariant()
    def everything_is_there_and_sound(self) -> None:
        if not hasattr(self, "doors"):
            return
        assert list(self.model) == list(self.doors[0].streams())
        for stream, expected in self.model.items():
            stored = self.doors[1].entries(stream)
            assert expected == [
                (entry.kind, json.dumps(entry.body, sort_keys=True)) for entry in stored
            ]
        assert [] == list(self.doors[0].verify())

    def teardown(self) -> None:
        for door in self.doors:
            door.close()
        self.folder.cleanup()


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=15, stateful_step_count=12)


def following(*kinds):
    """Says one kind after the other, then nothing; and the entries that it was told of."""
    left = list(kinds)
    told = []

    def follow(entry):
        told.append(entry)
        return (left.pop(0), {"after": entry.body}) if left else None

    return follow, told


def test_what_follows_is_appended_in_the_same_transaction(journal, path):
    """All of them are chained, and nobody sees one without the others."""
    follow, told = following("b", "c")
    with closing(SqliteJournal(path, clock=SystemClock())) as reader:
        seen = []

        def look_and_follow(entry):
            seen.append(len(reader.entries("run/1")))
            return follow(entry)

        entries = journal.append_all("run/1", ("a", {"n": (1,)}), look_and_follow)
        assert ([0, 0, 0], entries) == (seen, reader.entries("run/1"))
    assert [("a", 1), ("b", 2), ("c", 3)] == [(entry.kind, entry.seq) for entry in entries]
    assert (list(entries), []) == (told, list(journal.verify()))


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_an_error_in_between_undoes_all(journal, error):
    """Nothing is there, and the journal can be written to again."""

    def fail(_):
        raise error

    with pytest.raises(error):
        journal.append_all("run/1", ("a", {}), fail)
    assert () == journal.entries("run/1")
    assert (1, []) == (journal.append("run/1", "b", {}).seq, list(journal.verify()))


def test_a_body_that_follows_must_be_json_too(journal):
    """Else the first is not kept either."""
    with pytest.raises(JournalError, match="only JSON values can be kept"):
        journal.append_all("run/1", ("a", {}), lambda _: ("b", {"n": {1}}))
    assert () == journal.entries("run/1")
