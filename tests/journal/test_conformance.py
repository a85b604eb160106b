"""What every store of the journal does: the same tests on SQLite and on PostgreSQL."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

import stores
from drillbook.journal.chain import BEGINNING
from drillbook.model.clock import SystemClock
from drillbook.model.journal import Entry, FencedError, JournalError, MovedError
from stores import Databases, Kept

Alter = Callable[..., None]
PROCESS_TIMEOUT_S = 120
SUPPORT = str(Path(stores.__file__).parent)
KILLED = 12

# Forks writers, one for each line that it reads; a writer says the seq of what it appended.
WRITERS = """
import os, sys
sys.path.insert(0, sys.argv[1])
from stores import opened
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        journal = opened(sys.argv[2])
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
sys.path.insert(0, sys.argv[1])
from stores import opened
journal = opened(sys.argv[2])
for count in range(100):
    stream = f"run/{count % 2}"
    journal.append(stream, "step", {"writer": sys.argv[3], "count": count})
    if count % 20 == 0:
        journal.anchor(stream)
journal.close()
"""


class StoppedClock(SystemClock):
    """A clock that always says the same."""

    at_ns = 1_795_255_200_123_456_789

    def now_ns(self) -> int:
        return self.at_ns


def test_an_entry_comes_back_as_it_was_appended(journal: Any) -> None:
    """What append answers is what every reader finds."""
    first = journal.append("run/1", "started", {"b": [1, 2.5, None], "a": {"ä": True}})
    second = journal.append("run/1", "ended", {})
    assert (first, second) == journal.entries("run/1")
    assert {"b": [1, 2.5, None], "a": {"ä": True}} == first.body
    assert [(1, "started", BEGINNING), (2, "ended", first.hash)] == [
        (entry.seq, entry.kind, entry.previous) for entry in (first, second)
    ]


def test_entries_after_a_seq(journal: Any) -> None:
    """A reader goes on where it stopped."""
    written = [journal.append("run/1", "k", {"n": n}) for n in range(5)]
    assert written[3:] == list(journal.entries("run/1", after=3))
    assert () == journal.entries("run/1", after=5)
    assert () == journal.entries("run/2")


def test_streams_by_prefix_oldest_first(journal: Any) -> None:
    """Letters, case and the signs of LIKE are taken as they are."""
    for stream in ("run/b", "run/a", "RUN/c", "drill/1", "run_x", "run/b"):
        journal.append(stream, "k", {})
    assert ("run/b", "run/a") == journal.streams("run/")
    assert ("run_x",) == journal.streams("run_")
    assert ("run/b", "run/a", "RUN/c", "drill/1", "run_x") == journal.streams()


def test_the_last_streams_by_name(journal: Any) -> None:
    """In the order of their names; not more than were asked for, and not the one that is named."""
    for stream in ("run/2", "run/4", "run/1", "run/3", "runs/9", "RUN/5", "drill/1", "run/2"):
        journal.append(stream, "k", {})
    assert ("run/3", "run/4") == journal.last_streams("run/", 2)
    assert ("run/1", "run/2") == journal.last_streams("run/", 2, before="run/3")
    assert ("run/1", "run/2", "run/3") == journal.last_streams("run/", 9, before="run/35")
    assert () == journal.last_streams("run/", 2, before="run/1")
    assert () == journal.last_streams("run/", 0)
    assert () == journal.last_streams("none/", 2)


def test_a_journal_is_opened_again(store: Kept) -> None:
    """The chain goes on after the process that began it."""
    with closing(store.open()) as journal:
        first = journal.append("run/1", "k", {})
    with closing(store.open()) as journal:
        second = journal.append("run/1", "k", {})
        assert first.hash == second.previous
        assert [] == list(journal.verify())


def test_a_wrong_body_leaves_no_trace(journal: Any) -> None:
    """After a refused entry the next one takes its seq."""
    with pytest.raises(JournalError, match="put_blob"):
        journal.append("run/1", "k", {"a": "x" * 1_000_000})
    with pytest.raises(JournalError, match="type set"):
        journal.append("run/1", "k", {"a": {1}})
    assert 1 == journal.append("run/1", "k", {}).seq


def test_a_stream_without_an_entry_cannot_be_anchored(journal: Any) -> None:
    """There is no head to write down."""
    with pytest.raises(JournalError, match="nothing to anchor"):
        journal.anchor("run/1")


def test_a_blob_comes_back(journal: Any) -> None:
    """The same bytes have the same hash and are kept once."""
    digests = {journal.put_blob(b"output\n" * 100) for _ in range(2)}
    assert 1 == len(digests)
    assert b"output\n" * 100 == journal.blob(digests.pop())
    assert None is journal.blob("0" * 64)


def test_an_erased_blob_can_be_kept_again(journal: Any) -> None:
    """Erasing is no ban."""
    digest = journal.put_blob(b"x")
    journal.erase_blob(digest)
    assert digest == journal.put_blob(b"x")
    assert b"x" == journal.blob(digest)


def test_a_closed_journal_says_so(journal: Any) -> None:
    """Closing twice is fine, using it afterwards is one clear line."""
    journal.close()
    journal.close()
    with pytest.raises(JournalError, match="closed already"):
        journal.append("run/1", "k", {})
    with pytest.raises(JournalError, match="closed already"):
        journal.entries("run/1")


def test_a_tail_cut_under_a_writer_stops_it(journal: Any, alter: Alter) -> None:
    """Who wrote an entry a moment ago does not chain on without it."""
    for _ in range(3):
        journal.append("run/1", "k", {})
    alter("DELETE FROM entries WHERE seq = 3")
    with pytest.raises(JournalError, match=r"entry 3 of run/1, .* is gone"):
        journal.append("run/1", "k", {})


def test_a_head_altered_under_a_writer_stops_it(journal: Any, alter: Alter) -> None:
    """Nothing is chained to a hash that was put in the place of ours."""
    journal.append("run/1", "k", {})
    alter("UPDATE entries SET hash = 'f00'")
    with pytest.raises(JournalError, match=r"entry 1 of run/1, .* is altered"):
        journal.append("run/1", "k", {})


def test_an_unreadable_body_is_one_line(journal: Any, alter: Alter) -> None:
    """A reader of an altered entry is sent to verify."""
    journal.append("run/1", "k", {})
    alter("UPDATE entries SET body = '{'")
    with pytest.raises(JournalError, match="entry 1 of run/1 was altered"):
        journal.entries("run/1")


def test_an_altered_blob_is_not_given_back(journal: Any, alter: Alter) -> None:
    """A report never shows bytes that are not what a step printed."""
    digest = journal.put_blob(b"what was printed")
    alter("UPDATE blobs SET data = ?", b"something else")
    with pytest.raises(JournalError, match="was altered"):
        journal.blob(digest)


def test_the_time_is_that_of_the_clock(store: Kept) -> None:
    """An entry's moment comes from the clock that was handed in, in nanoseconds."""
    with closing(store.open(StoppedClock())) as journal:
        assert StoppedClock.at_ns == journal.append("run/1", "k", {}).at_ns
        assert [StoppedClock.at_ns] == [entry.at_ns for entry in journal.entries("run/1")]


def test_an_entry_is_not_changed_by_its_author(journal: Any) -> None:
    """What a caller does with its body after the append reaches nobody."""
    body = {"list": [1]}
    entry = journal.append("run/1", "k", body)
    body["list"].append(2)
    assert {"list": [1]} == entry.body == journal.entries("run/1")[0].body


@pytest.mark.parametrize(
    ("stream", "kind"),
    [("", "k"), ("run/1\n", "k"), ("run/1", ""), ("run/1", "k\0"), ("x" * 300, "k")],
)
def test_unfit_names_are_refused(journal: Any, stream: str, kind: str) -> None:
    """Neither a stream nor a kind may break a line or be endless."""
    with pytest.raises(JournalError, match="cannot be the name of a"):
        journal.append(stream, kind, {})
    assert () == journal.streams()


def test_verify_finds_nothing_while_others_write(store: Kept) -> None:
    """A journal that grows and is anchored under the reader's eyes is sound all the time."""
    is_over = threading.Event()

    def write() -> None:
        with closing(store.open()) as journal:
            while not is_over.is_set():
                journal.append("run/1", "k", {})
                journal.anchor("run/1")

    with closing(store.open()) as journal:
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


def test_many_threads_never_fork_a_chain(journal: Any) -> None:
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


def test_four_processes_never_fork_a_chain(store: Kept) -> None:
    """All of them open a journal that does not exist yet, and write to the same streams."""
    commands = [[sys.executable, "-c", COUNTERS, SUPPORT, store.told(), str(n)] for n in range(4)]
    processes = [subprocess.Popen(command) for command in commands]
    assert [0] * 4 == [process.wait(PROCESS_TIMEOUT_S) for process in processes]
    with closing(store.open()) as journal:
        assert [] == list(journal.verify())
        stored = [*journal.entries("run/0"), *journal.entries("run/1")]
    written = sorted((entry.body["writer"], entry.body["count"]) for entry in stored)
    assert sorted((str(n), count) for n in range(4) for count in range(100)) == written


def test_kill_9_loses_nothing_that_was_answered(store: Kept) -> None:
    """A dozen writers are killed at random moments; what append had answered is there."""
    chance = random.Random(9)
    command = [sys.executable, "-c", WRITERS, SUPPORT, store.told()]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as storm:
        answered = [kill_one_writer(storm, number, chance) for number in range(KILLED)]
        assert storm.stdin
        storm.stdin.close()
        assert 0 == storm.wait(PROCESS_TIMEOUT_S)
    with closing(store.open()) as journal:
        stored = {(entry.body["round"], entry.seq) for entry in journal.entries("run/storm")}
        assert [] == list(journal.verify())
    promised = {(str(n), seq) for n, seqs in enumerate(answered) for seq in seqs}
    assert set() == promised - stored
    # One entry of each writer may be on disk without its answer having been said.
    assert len(stored - promised) <= KILLED
    assert len(promised) > 40


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


def following(*kinds):
    """Says one kind after the other, then nothing; and the entries that it was told of."""
    left = list(kinds)
    told = []

    def follow(entry):
        told.append(entry)
        return (left.pop(0), {"after": entry.body}) if left else None

    return follow, told


def test_what_follows_is_appended_in_the_same_transaction(journal, store):
    """All of them are chained, and nobody sees one without the others."""
    follow, told = following("b", "c")
    with closing(store.open()) as reader:
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


class Histories(RuleBasedStateMachine):
    """Any appends through two doors of one file, anchored and opened again at any moment."""

    streams = st.sampled_from(["run/1", "run/ü", "drill/x"])
    bodies = st.dictionaries(st.text(max_size=5), st.text() | st.integers(-9, 9), max_size=3)

    def __init__(self, place: Callable[[], Any]) -> None:
        super().__init__()
        self.place = place()

    @initialize()
    def begin(self) -> None:
        self.kept = self.place.__enter__()
        self.doors = [self.kept.open(), self.kept.open()]
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
        self.doors[door] = self.kept.open()

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
        for door in getattr(self, "doors", ()):
            door.close()
        if hasattr(self, "kept"):
            self.place.__exit__(None, None, None)


HISTORIES = settings(max_examples=15, stateful_step_count=12, deadline=None)


def play(place: Callable[[], Any], how: settings) -> None:
    """Try histories, each in a place of its own."""

    class Here(Histories):
        def __init__(self) -> None:
            super().__init__(place)

    run_state_machine_as_test(Here, settings=how)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_any_history_on_sqlite(store: Kept) -> None:
    """What two doors append in any order is there, whole and sound."""

    @contextmanager
    def place() -> Iterator[Kept]:
        with tempfile.TemporaryDirectory() as folder:
            yield Kept(state=Path(folder, "state"))

    play(place, HISTORIES)


@pytest.mark.lab
def test_any_history_on_postgresql(server: Databases) -> None:
    """The same."""

    @contextmanager
    def place() -> Iterator[Kept]:
        with tempfile.TemporaryDirectory() as folder, server.fresh() as url:
            yield Kept(state=Path(folder), url=url)

    play(place, settings(HISTORIES, max_examples=6))


def test_the_head_is_the_last_entry(journal: Any) -> None:
    """A stream that is not there has none."""
    journal.append("run/1", "a", {})
    last = journal.append("run/1", "b", {"n": 1})
    journal.append("run/2", "c", {})
    assert (last, None) == (journal.head("run/1"), journal.head("run/3"))


def test_who_has_seen_an_older_head_is_told_to_look_again(journal: Any) -> None:
    """Nothing is appended; who has seen the last entry appends."""
    with pytest.raises(MovedError, match="lock/db has 0 entries and not 1"):
        journal.append("lock/db", "lock-taken", {}, if_head=1)
    journal.append("lock/db", "lock-taken", {"run": "a"}, if_head=0)
    with pytest.raises(MovedError, match="lock/db has 1 entries and not 0"):
        journal.append("lock/db", "lock-taken", {"run": "b"}, if_head=0)
    assert ["a"] == [entry.body["run"] for entry in journal.entries("lock/db")]


def test_who_was_taken_over_cannot_append(journal: Any) -> None:
    """Only the last entry that takes a run over opens the door."""
    first = journal.append("run/1", "run-started", {}).seq
    journal.append("run/1", "step-started", {}, holder=first)
    second = journal.append("run/1", "run-resumed", {}).seq
    with pytest.raises(FencedError, match="run/1 was taken over"):
        journal.append("run/1", "step-finished", {}, holder=first)
    journal.append("run/1", "step-finished", {}, holder=second)
    assert ["run-started", "step-started", "run-resumed", "step-finished"] == [
        entry.kind for entry in journal.entries("run/1")
    ]


def test_a_holder_of_nothing_is_fenced(journal: Any) -> None:
    """A run that nobody has started is nobody's."""
    with pytest.raises(FencedError):
        journal.append("run/1", "step-started", {}, holder=1)
    assert None is journal.head("run/1")


def test_only_one_of_many_takes_a_lock(store: Kept) -> None:
    """Eight threads through two doors look at the same head; one of them wins."""
    won: list[int] = []

    def take(journal: Any, number: int) -> None:
        try:
            journal.append("lock/db", "lock-taken", {"run": number}, if_head=0)
        except MovedError:
            return
        won.append(number)

    with closing(store.open()) as one, closing(store.open()) as other:
        threads = [threading.Thread(target=take, args=((one, other)[n % 2], n)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PROCESS_TIMEOUT_S)
        assert won == [entry.body["run"] for entry in one.entries("lock/db")]
    assert 1 == len(won)


def test_open_streams_are_those_without_their_end(journal: Any) -> None:
    """Oldest first; what other streams are called, and what is no end of theirs, is no matter."""
    for stream in ("run/b", "run/a", "run/c", "drill/a", "runs/x"):
        journal.append(stream, "run-started", {})
    journal.append("run/a", "run-ended", {})
    journal.append("run/b", "drill-ended", {})
    journal.append("run/a", "note", {"after": "the end"})
    journal.append("run/d", "run-ended", {"at": "once"})
    assert ("run/b", "run/c") == journal.unended("run/", "run-ended")
    assert ("drill/a",) == journal.unended("drill/", "drill-ended")


def test_an_end_of_another_name_is_found_too(journal: Any) -> None:
    """An incident is resolved and not ended; the answer is the same kind of answer."""
    for name in ("a", "b"):
        journal.append(f"incident/{name}", "incident-opened", {})
    journal.append("incident/a", "incident-resolved", {})
    assert ("incident/b",) == journal.unended("incident/", "incident-resolved")
    assert () == journal.unended("none/", "incident-resolved")


def test_an_open_run_that_was_hidden_is_a_flaw(journal: Any, alter: Alter) -> None:
    """Who takes a run out of the open ones, so that nobody goes on with it, is betrayed."""
    for name in ("a", "b"):
        journal.append(f"run/{name}", "run-started", {})
    journal.append("run/b", "run-ended", {})
    alter("DELETE FROM open_streams")
    assert [("run/a", 1, "hidden")] == [
        (flaw.stream, flaw.seq, flaw.because.split(":")[0]) for flaw in journal.verify()
    ]
