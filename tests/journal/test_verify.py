"""Whatever is altered in the journal's file is found, and named."""

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.journal.chain import Link, link_hash
from drillbook.journal.ledger import anchor_hash
from drillbook.journal.sqlite import SqliteJournal
from drillbook.journal.verify import LAG_MAX
from drillbook.model.clock import SystemClock
from drillbook.model.journal import Flaw
from stores import Kept

Alter = Callable[..., None]
ONLY_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
ONLY_POSTGRESQL = pytest.mark.parametrize("store", ["postgresql"], indirect=True)


@pytest.fixture
def filled(journal: Any) -> Any:
    """Two streams of six entries, the first anchored after four of them."""
    for n in range(6):
        for stream in ("run/1", "run/2"):
            journal.append(stream, "step", {"n": n})
        if n == 3:
            journal.anchor("run/1")
    return journal


def found(journal: Any) -> list[tuple[str, int, str]]:
    """Every flaw, with the first word of its reason."""
    return [(flaw.stream, flaw.seq, flaw.because.split(":")[0]) for flaw in journal.verify()]


def test_a_sound_journal_has_no_flaw(filled: Any) -> None:
    """Nothing is found where nothing was altered."""
    assert [] == found(filled)


@pytest.mark.parametrize("stream", ["run/1", "run/2", "run/none"])
def test_one_stream_is_verified_alone(filled: Any, alter: Alter, stream: str) -> None:
    """Its own flaw is named, those of other streams and of blobs are not."""
    filled.put_blob(b"kept")
    alter("UPDATE entries SET body = '{}' WHERE stream = 'run/2' AND seq = 3")
    alter("UPDATE blobs SET data = ?", b"\0")
    expected = [3] if stream == "run/2" else []
    assert expected == [flaw.seq for flaw in filled.verify(stream)]


def test_one_stream_is_held_to_its_anchors(filled: Any, alter: Alter) -> None:
    """Cut below its anchor, or lost altogether, also where another stream is sound."""
    alter("DELETE FROM entries WHERE stream = 'run/1' AND seq >= 3")
    assert ["cut"] == [flaw.because.split(":")[0] for flaw in filled.verify("run/1")]
    alter("DELETE FROM entries WHERE stream = 'run/1'")
    assert ["lost"] == [flaw.because.split(":")[0] for flaw in filled.verify("run/1")]
    assert [] == list(filled.verify("run/2"))


def test_a_flaw_of_the_ledger_is_a_flaw_of_every_stream(filled: Any, alter: Alter) -> None:
    """Nothing says any more what an altered line held."""
    alter("UPDATE ledger SET head = ?", "0" * 64)
    assert ["ledger"] == [flaw.stream for flaw in filled.verify("run/2")]


def test_an_altered_body_is_named(filled: Any, alter: Alter) -> None:
    """The first altered entry is named, the later ones are not blamed."""
    alter("UPDATE entries SET body = '{}' WHERE stream = 'run/2' AND seq IN (3, 5)")
    assert [("run/2", 3, "altered")] == found(filled)


def test_the_same_value_in_another_spelling_is_an_alteration(filled: Any, alter: Alter) -> None:
    """A blank more in the stored text is found."""
    alter("""UPDATE entries SET body = '{"n": 2}' WHERE stream = 'run/2' AND seq = 3""")
    assert [("run/2", 3, "altered")] == found(filled)


def test_a_missing_entry_is_named(filled: Any, alter: Alter) -> None:
    """A gap is named by the entry that is not there."""
    alter("DELETE FROM entries WHERE stream = 'run/2' AND seq = 4")
    assert [
        Flaw(stream="run/2", seq=4, because="missing: the next entry that is there is 5")
    ] == list(filled.verify())


def test_reordered_entries_are_named(filled: Any, alter: Alter) -> None:
    """Two sound entries that changed places are said to have done so."""
    for old, new in ((2, 99), (5, 2), (99, 5)):
        alter("UPDATE entries SET seq = ? WHERE stream = 'run/2' AND seq = ?", new, old)
    assert [Flaw(stream="run/2", seq=2, because="reordered: this was written as entry 5")] == list(
        filled.verify()
    )


def test_a_cut_tail_below_an_anchor_is_named(filled: Any, alter: Alter) -> None:
    """The ledger knows how long the stream was."""
    alter("DELETE FROM entries WHERE stream = 'run/1' AND seq >= 3")
    assert [
        Flaw(stream="run/1", seq=3, because="cut: the ledger names 4 entries, 2 are there")
    ] == list(filled.verify())


def test_a_lost_stream_is_named(filled: Any, alter: Alter) -> None:
    """A stream of which nothing is left has the seq 0."""
    alter("DELETE FROM entries WHERE stream = 'run/1'")
    assert [
        Flaw(stream="run/1", seq=0, because="lost: the ledger names 4 entries, none is there")
    ] == list(filled.verify())


def test_a_chain_that_was_made_anew_is_found(filled: Any, alter: Alter) -> None:
    """Who rewrites an entry and all hashes after it is betrayed by the anchor."""
    previous = filled.entries("run/1")[0].previous
    for entry in filled.entries("run/1"):
        body = '{"n":7}' if entry.seq == 2 else f'{{"n":{entry.seq - 1}}}'
        link = Link(
            previous=previous,
            stream="run/1",
            seq=entry.seq,
            kind="step",
            at_ns=entry.at_ns,
            body=body,
        )
        digest = link_hash(link)
        alter(
            "UPDATE entries SET body = ?, previous = ?, hash = ? "
            "WHERE stream = 'run/1' AND seq = ?",
            body,
            previous,
            digest,
            entry.seq,
        )
        previous = digest
    assert [("run/1", 4, "altered")] == found(filled)


def test_a_cut_ledger_is_named(filled: Any, alter: Alter) -> None:
    """The file beside the database has the lines that the table lost."""
    filled.anchor("run/2")
    alter("DELETE FROM ledger WHERE position = 2")
    assert [("ledger", 2, "cut")] == found(filled)


def test_a_cut_ledger_still_shows_the_cut_stream(filled: Any, alter: Alter) -> None:
    """Cutting the table along with the stream hides neither."""
    alter("DELETE FROM ledger")
    alter("DELETE FROM entries WHERE stream = 'run/1' AND seq = 4")
    alter("DELETE FROM entries WHERE stream = 'run/1' AND seq > 4")
    assert [("ledger", 1, "cut"), ("run/1", 4, "cut")] == found(filled)


@pytest.mark.parametrize(
    ("column", "value"),
    [("stream", "run/2"), ("seq", 3), ("head", "00"), ("at_ns", 1), ("previous", "00")],
)
def test_an_altered_line_of_the_ledger_is_named(
    filled: Any, alter: Alter, column: str, value: object
) -> None:
    """Every column of the ledger is held by its chain."""
    filled.anchor("run/1")
    alter(f"UPDATE ledger SET {column} = ? WHERE position = 2", value)
    assert ("ledger", 2, "the line was altered") in found(filled)


def test_a_missing_line_of_the_ledger_is_named(filled: Any, alter: Alter) -> None:
    """A gap in the ledger is found even where the file is gone too."""
    filled.anchor("run/1")
    filled.anchor("run/2")
    alter("DELETE FROM ledger WHERE position = 2")
    assert ("ledger", 2, "the line is missing") in found(filled)


def test_an_altered_line_of_the_file_is_named(filled: Any, store: Kept) -> None:
    """Table and file must say the same."""
    file = store.ledger
    file.write_bytes(file.read_bytes().replace(b'"seq":4', b'"seq":3'))
    ((stream, seq, because),) = found(filled)
    assert (("ledger", 1), True) == ((stream, seq), "altered" in because)


@pytest.mark.lab
@ONLY_POSTGRESQL
def test_a_machine_witnesses_its_own_lines_alone(filled: Any, store: Kept, tmp_path: Path) -> None:
    """Another machine's lines come in between; each machine finds what is cut below its own."""
    (tmp_path / "other").mkdir()
    elsewhere = Kept(state=tmp_path / "other", url=store.url)
    with closing(elsewhere.open()) as other:
        other.anchor("run/2")
        filled.anchor("run/1")
        assert ([], []) == (found(filled), found(other))
        assert ([1, 3], [2]) == (positions(store), positions(elsewhere))
        store.alter("DELETE FROM ledger WHERE position = 3")
        assert ([("ledger", 3, "cut")], []) == (found(filled), found(other))
        store.alter("DELETE FROM ledger WHERE position = 2")
        assert [("ledger", 2, "cut")] == found(other)


def positions(kept: Kept) -> list[int]:
    """The lines of the ledger that a machine's file holds."""
    return [json.loads(line)["position"] for line in kept.ledger.read_bytes().splitlines()]


@pytest.mark.lab
@ONLY_POSTGRESQL
def test_a_torn_line_of_a_machine_is_no_flaw(filled: Any, store: Kept) -> None:
    """What a power failure left of a line stays where it is; the next begins behind it."""
    whole = store.ledger.read_bytes()
    for size in (10, len(whole) - 1):
        store.ledger.write_bytes(whole[:size])
        assert [] == found(filled)
        filled.anchor("run/1")
        assert [] == found(filled)
        assert store.ledger.read_bytes().startswith(whole[:size])
    store.ledger.write_bytes(b"no line of ours\n" + whole)
    assert [("ledger", 0, "a line of this machine's file is none")] == found(filled)


@pytest.mark.lab
@ONLY_POSTGRESQL
def test_a_ledger_that_was_chained_anew_is_found(filled: Any, store: Kept) -> None:
    """A line with another head and a right hash is not the one that this machine wrote."""
    (line,) = store.ledger.read_bytes().splitlines()
    fields = json.loads(line)
    fields["seq"] = 3
    fields["head"] = filled.entries("run/1")[2].hash
    digest = anchor_hash(**{name: fields[name] for name in fields if name != "hash"})
    store.alter("UPDATE ledger SET seq = 3, head = ?, hash = ?", fields["head"], digest)
    assert [("ledger", 1, "altered")] == found(filled)


@ONLY_SQLITE
def test_a_file_that_lost_a_race_with_a_crash_is_no_flaw(filled: Any, path: Path) -> None:
    """The table was committed, the file had not followed yet; the next anchor fills it up."""
    file = path.with_suffix(".ledger")
    whole = file.read_bytes()
    for size in (0, 10, len(whole) - 1):
        file.write_bytes(whole[:size])
        assert [] == found(filled)
    filled.anchor("run/1")
    assert whole == file.read_bytes()[: len(whole)]
    assert [] == found(filled)


@ONLY_SQLITE
def test_a_file_that_lacks_more_than_any_crash_could_is_named(filled: Any, path: Path) -> None:
    """An emptied file is found once the ledger is longer than all crashes could leave it."""
    for _ in range(LAG_MAX):
        filled.anchor("run/1")
    path.with_suffix(".ledger").unlink()
    assert [("ledger", 1)] == [(stream, seq) for stream, seq, _ in found(filled)]


def test_an_altered_blob_is_named_and_an_erased_one_is_not(filled: Any, alter: Alter) -> None:
    """Erasing is allowed, altering is not."""
    erased, altered = filled.put_blob(b"erased"), filled.put_blob(b"altered")
    filled.put_blob(b"kept")
    filled.erase_blob(erased)
    alter("UPDATE blobs SET data = ? WHERE hash = ?", b"\0", altered)
    assert [(f"blob/{altered}", 0, "altered")] == found(filled)


def test_a_damaged_file_is_a_flaw(path: Path) -> None:
    """Bytes overwritten in the file itself are found before anything else is asked."""
    with closing(SqliteJournal(path, clock=SystemClock())) as journal:
        for _ in range(400):
            journal.append("run/1", "step", {"pad": "x" * 200})
    data = bytearray(path.read_bytes())
    data[40_960:41_000] = b"\xff" * 40
    path.write_bytes(data)
    with closing(SqliteJournal(path, clock=SystemClock())) as journal:
        assert [("journal", 0, "the database file is damaged")] == found(journal)


@cache
def empty_file() -> bytes:
    """The file of a journal without entries: to copy it is quicker than to make the tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "journal.db")
        SqliteJournal(path, clock=SystemClock()).close()
        return path.read_bytes()


@contextmanager
def written(streams: list[int]) -> Iterator[tuple[SqliteJournal, sqlite3.Connection]]:
    """A journal of these streams, and a raw hand at it without guards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "journal.db")
        path.write_bytes(empty_file())
        with closing(SqliteJournal(path, clock=SystemClock())) as journal:
            for n, stream in enumerate(streams):
                journal.append(f"run/{stream}", "step", {"n": n, "text": "ä✓"})
            with closing(sqlite3.connect(path, isolation_level=None)) as raw:
                for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type='trigger'"):
                    raw.execute(f"DROP TRIGGER {name}")
                yield journal, raw


histories = st.lists(st.integers(0, 2), min_size=1, max_size=8)


@settings(max_examples=120)
@given(
    streams=histories,
    which=st.integers(0, 100),
    column=st.sampled_from(["kind", "body", "previous", "hash"]),
    at=st.integers(0, 1_000),
    change=st.integers(1, 255),
)
def test_any_byte_that_changes_names_its_entry(
    streams: list[int], which: int, column: str, at: int, change: int
) -> None:
    """One byte of one column of one entry, also where it leaves no UTF-8 or no JSON."""
    position = which % len(streams) + 1
    with written(streams) as (journal, raw):
        stream, seq, text = raw.execute(
            f"SELECT stream, seq, CAST({column} AS BLOB) FROM entries WHERE position = ?",
            (position,),
        ).fetchone()
        altered = bytearray(text)
        altered[at % len(altered)] ^= change
        raw.execute(
            f"UPDATE entries SET {column} = CAST(? AS TEXT) WHERE position = ?",
            (bytes(altered), position),
        )
        assert [(stream, seq)] == [(flaw.stream, flaw.seq) for flaw in journal.verify()]


@settings(max_examples=40)
@given(streams=histories, which=st.integers(0, 100), bit=st.integers(0, 62))
def test_any_bit_of_the_time_that_changes_names_its_entry(
    streams: list[int], which: int, bit: int
) -> None:
    """The moment of an entry is as fixed as its text."""
    position = which % len(streams) + 1
    with written(streams) as (journal, raw):
        stream, seq, at_ns = raw.execute(
            "SELECT stream, seq, at_ns FROM entries WHERE position = ?", (position,)
        ).fetchone()
        values = (at_ns ^ (1 << bit), position)
        raw.execute("UPDATE entries SET at_ns = ? WHERE position = ?", values)
        assert [(stream, seq)] == [(flaw.stream, flaw.seq) for flaw in journal.verify()]


@settings(max_examples=60)
@given(
    streams=histories,
    which=st.integers(0, 100),
    at=st.integers(0, 4),
    change=st.integers(1, 255),
)
def test_an_entry_moved_to_another_stream_is_found(
    streams: list[int], which: int, at: int, change: int
) -> None:
    """A changed byte of the stream's name shows where the entry was, or where it went."""
    position = which % len(streams) + 1
    with written(streams) as (journal, raw):
        stream, seq = raw.execute(
            "SELECT stream, seq FROM entries WHERE position = ?", (position,)
        ).fetchone()
        name = bytearray(stream.encode())
        name[at] ^= change
        try:
            raw.execute(
                "UPDATE entries SET stream = CAST(? AS TEXT) WHERE position = ?",
                (bytes(name), position),
            )
        except sqlite3.IntegrityError:
            return  # the other stream has an entry of that seq: the file refuses
        flaws = [(flaw.stream, flaw.seq) for flaw in journal.verify()]
        last = streams[: len(streams)].count(int(stream[-1]))
        if seq < last:
            assert (stream, seq) in flaws
        else:
            assert name.decode("utf-8", "surrogateescape") in [stream for stream, _ in flaws]


@settings(max_examples=40)
@given(streams=histories, which=st.integers(0, 100), seq=st.integers(1, 300))
def test_an_entry_with_another_seq_is_found(streams: list[int], which: int, seq: int) -> None:
    """The place that it left is named."""
    position = which % len(streams) + 1
    with written(streams) as (journal, raw):
        stream, old = raw.execute(
            "SELECT stream, seq FROM entries WHERE position = ?", (position,)
        ).fetchone()
        try:
            raw.execute("UPDATE entries SET seq = ? WHERE position = ?", (seq, position))
        except sqlite3.IntegrityError:
            return  # there is an entry of that seq: the file refuses
        expected = [] if seq == old else [(stream, old)]
        assert expected == [(flaw.stream, flaw.seq) for flaw in journal.verify()]
