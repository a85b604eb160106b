"""No secret gets past the mask into the journal."""

from pathlib import Path

import pytest

from drillbook.journal.masked import MaskedJournal
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.journal import Entry, Fact
from stores import Kept

SECRET = "hunter2"


@pytest.fixture
def masked(journal: SqliteJournal) -> MaskedJournal:
    """A journal that knows one secret."""
    return MaskedJournal(journal, lambda text: text.replace(SECRET, "•••"))


def test_every_string_of_a_body_is_masked(masked: MaskedJournal) -> None:
    """Values at any depth, and keys too."""
    body = {"url": f"pg://{SECRET}@db", "deep": [{"x": (f"a{SECRET}",)}], SECRET: 1, "n": 2}
    expected = {"url": "pg://•••@db", "deep": [{"x": ["a•••"]}], "•••": 1, "n": 2}
    assert expected == masked.append("run/1", "k", body).body
    assert expected == masked.entries("run/1")[0].body


def test_what_follows_is_decided_by_what_is_kept(masked: MaskedJournal) -> None:
    """Whoever says what follows sees the masked entry, and what they say is masked as well."""
    told = []

    def follow(entry: Entry) -> Fact | None:
        told.append(entry)
        return ("b", {"again": SECRET}) if entry.kind == "a" else None

    entries = masked.append_all("run/1", ("a", {"url": SECRET}), follow)
    assert [{"url": "•••"}, {"again": "•••"}] == [entry.body for entry in entries]
    assert (list(entries), entries) == (told, masked.entries("run/1"))


def test_keys_that_become_the_same_are_both_kept(journal: SqliteJournal) -> None:
    """Masking loses no value, even where it makes two keys one."""
    masked = MaskedJournal(journal, lambda _: "•")
    assert {"•": 1, "• (2)": 2, "• (3)": 3} == masked.append(
        "s", "k", {"a": 1, "b": 2, "c": 3}
    ).body


def test_a_blob_is_masked_and_its_other_bytes_kept(masked: MaskedJournal) -> None:
    """Bytes that are no UTF-8 come through unharmed."""
    digest = masked.put_blob(b"\xff pass=hunter2 \xfe")
    assert "\xff".encode("latin-1") + " pass=••• ".encode() + b"\xfe" == masked.blob(digest)


def test_nothing_of_the_secret_is_on_the_disk(
    masked: MaskedJournal, store: Kept, path: Path
) -> None:
    """Neither the database nor its log nor the ledger holds the secret."""
    masked.append("run/1", "k", {SECRET: SECRET})
    masked.put_blob(SECRET.encode())
    masked.anchor("run/1")
    masked.close()
    files = sorted(path.parent.iterdir())
    assert [] == [file.name for file in files if SECRET.encode() in file.read_bytes()]
    kept_here = ["journal.ledger"] if store.url else ["journal.db", "journal.ledger"]
    assert kept_here == [file.name for file in files]


def test_it_reads_like_the_journal_it_wraps(masked: MaskedJournal, journal: SqliteJournal) -> None:
    """Streams, entries and flaws are those of the journal within."""
    masked.append("run/1", "k", {})
    assert journal.entries("run/1") == masked.entries("run/1")
    assert ("run/1",) == masked.streams("run/")
    assert (("run/1",), ()) == (
        masked.last_streams("run/", 1),
        masked.last_streams("run/", 1, before="run/1"),
    )
    assert [] == list(masked.verify())
