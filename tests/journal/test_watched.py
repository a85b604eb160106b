"""Who watches a journal sees what it took, when it took it, and nothing that it refused."""

import pytest

from drillbook.journal.sqlite import SqliteJournal
from drillbook.journal.watched import WatchedJournal
from drillbook.model.clock import SystemClock
from drillbook.model.journal import MovedError


@pytest.fixture
def seen():
    return []


@pytest.fixture
def journal(tmp_path, seen):
    journal = WatchedJournal(
        SqliteJournal(tmp_path / "journal.db", clock=SystemClock()), seen.append
    )
    yield journal
    journal.close()


def test_every_entry_is_shown_once_and_in_order(journal, seen):
    """One that follows another is shown as well."""
    first = journal.append("run/a", "began", {"n": 1})
    more = journal.append_all(
        "run/a", ("went", {}), lambda entry: ("on", {}) if entry.kind == "went" else None
    )
    assert [first, *more] == seen
    assert ["began", "went", "on"] == [entry.kind for entry in journal.entries("run/a")]


def test_what_is_refused_is_not_shown(journal, seen):
    """An entry that is not on disk has not happened."""
    journal.append("run/a", "began", {}, if_head=0)
    with pytest.raises(MovedError):
        journal.append("run/a", "began", {}, if_head=0)
    with pytest.raises(MovedError):
        journal.append_all("run/a", ("began", {}), lambda _: None, if_head=7)
    assert ["began"] == [entry.kind for entry in seen]


def test_it_is_on_disk_when_it_is_shown(tmp_path):
    """Another process would read it by then."""
    path = tmp_path / "journal.db"
    other = SqliteJournal(path, clock=SystemClock())
    found = []
    journal = WatchedJournal(
        SqliteJournal(path, clock=SystemClock()),
        lambda entry: found.append(other.head(entry.stream)),
    )
    entry = journal.append("run/a", "began", {})
    assert [entry] == found
    journal.close()
    other.close()


def test_everything_else_is_the_journal_s_own(journal):
    """It reads, keeps blobs, anchors and verifies as the journal within."""
    entry = journal.append("run/a", "began", {})
    journal.append("run/b", "ended", {})
    digest = journal.put_blob(b"bytes")
    assert b"bytes" == journal.blob(digest)
    assert entry == journal.head("run/a")
    assert ("run/a", "run/b") == tuple(journal.streams("run/"))
    assert ("run/a",) == tuple(journal.last_streams("run/", 1, before="run/b"))
    assert ("run/a",) == tuple(journal.unended("run/", "ended"))
    journal.anchor("run/a")
    assert [] == list(journal.verify())
    assert [] == list(journal.verify("run/a"))
