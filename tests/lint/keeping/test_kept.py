"""What is kept between two times of linting."""

import os
import sqlite3
import time
from pathlib import Path

import pytest

from drillbook.lint.keeping import kept as kept_module
from drillbook.lint.keeping.kept import FILES_MAX, FOLDER, FRESH_NS, Kept, Row, hash_of, stamp_of


def row(path: str = "a.md", *, loud: bytes = b"loud") -> Row:
    return Row(path, "stamp", b"hash", loud, 2, 1, b"version", b"quiet", b"known")


@pytest.fixture
def open_kept(tmp_path):
    """Open it as often as one likes; all are closed at the end."""
    opened: list[Kept] = []

    def make(key: str = "key") -> Kept:
        opened.append(Kept(tmp_path, key))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def database(folder: Path) -> Path:
    (found,) = (folder / FOLDER).glob("*.db")
    return found


def test_what_was_kept_is_there_the_next_time(open_kept):
    """The notes and the rest only when they are asked for."""
    open_kept().keep([row()], [], (b"k", b"said", b"asked"))
    again = open_kept()
    found = again.rows()["a.md"]
    assert ("stamp", b"hash", b"loud", 2, 1, b"version") == (
        *(found.stamp, found.hash, found.loud),
        *(found.quiet_count, found.has_marks, found.version),
    )
    assert (None, None) == (found.quiet, found.known)
    assert (b"quiet", b"known") == again.rest("a.md")
    assert (b"said", b"asked") == again.whole(b"k")


def test_a_stamp_alone_may_be_new(open_kept):
    """What is known of the file stays."""
    open_kept().keep([row()], [], None)
    only = row(loud=b"other")
    only.quiet = only.known = None
    open_kept().keep([only], [], None)
    assert (b"quiet", b"known") == open_kept().rest("a.md")
    assert b"other" == open_kept().rows()["a.md"].loud


def test_what_is_gone_is_forgotten(open_kept):
    """And only the last whole is kept."""
    open_kept().keep([row(), row("b.md")], [], (b"k", b"1", b"{}"))
    open_kept().keep([], ["a.md"], (b"l", b"2", b"{}"))
    again = open_kept()
    assert ["b.md"] == list(again.rows())
    assert again.rest("a.md") is None
    assert (None, (b"2", b"{}")) == (again.whole(b"k"), again.whole(b"l"))


def test_another_key_has_another_file(open_kept):
    """Two ways of linting do not drive each other out, and old ones are not kept for ever."""
    open_kept("one").keep([row()], [], None)
    assert {} == open_kept("two").rows()
    assert ["a.md"] == list(open_kept("one").rows())


def test_few_files_are_left_lying(open_kept, tmp_path):
    """The oldest go."""
    for number in range(FILES_MAX + 3):
        open_kept(str(number)).keep([row()], [], None)
    assert FILES_MAX + 1 >= len(list((tmp_path / FOLDER).glob("*.db")))


def test_version_control_does_not_see_it(open_kept, tmp_path):
    """Nobody commits it by mistake."""
    open_kept()
    assert "*\n" == (tmp_path / FOLDER / ".gitignore").read_text()


@pytest.mark.parametrize("data", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 4_096])
def test_a_broken_file_is_made_anew(open_kept, tmp_path, data):
    """In silence: it only ever saves time."""
    open_kept().close()
    database(tmp_path).write_bytes(data)
    again = open_kept()
    assert {} == again.rows()
    again.keep([row()], [], None)
    assert ["a.md"] == list(open_kept().rows())


def test_tables_of_another_program_are_done_without(open_kept, tmp_path):
    """Nothing is found in them, and nothing raises."""
    open_kept().close()
    base = sqlite3.connect(database(tmp_path))
    base.executescript("drop table file; create table file (x)")
    base.close()
    again = open_kept()
    assert {} == again.rows()
    again.keep([row()], [], None)


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / FOLDER).write_text("")
    none = Kept(tmp_path, "key")
    none.keep([row()], [], None)
    assert ({}, None, None) == (none.rows(), none.rest("a.md"), none.whole(b"k"))
    none.forget()


def test_two_at_once_do_not_harm_each_other(open_kept, monkeypatch):
    """Who comes second waits, then does without."""
    monkeypatch.setattr(kept_module, "BUSY_S", 0.1)
    first, second = open_kept(), open_kept()
    assert first._base is not None
    first._base.execute("begin immediate")
    second.keep([row("b.md")], [], None)
    first._base.execute("commit")
    first.keep([row()], [], None)
    assert ["a.md"] == list(open_kept().rows())


def test_what_is_broken_is_forgotten(open_kept, tmp_path):
    """The next time it is made anew."""
    kept = open_kept()
    kept.keep([row()], [], None)
    kept.forget()
    assert [] == list((tmp_path / FOLDER).glob("*.db"))
    assert {} == kept.rows()


def test_a_stamp_changes_with_the_file(tmp_path):
    """By its size and its times."""
    path = tmp_path / "a.md"
    path.write_text("one")
    long_ago = time.time() - 1_000
    os.utime(path, (long_ago, long_ago))
    # The time of the last change of its data about itself cannot be set, so it is always fresh.
    assert "" == stamp_of(str(path))


def test_a_fresh_file_has_no_stamp_that_could_be_trusted(tmp_path, monkeypatch):
    """It may be changed again within the same tick of the clock; a moment later it has one."""
    path = tmp_path / "a.md"
    path.write_text("one")
    assert "" == stamp_of(str(path))
    later = time.time_ns() + FRESH_NS + 1
    monkeypatch.setattr(kept_module.time, "time_ns", lambda: later)
    stamp = stamp_of(str(path))
    assert stamp
    assert stamp == stamp_of(str(path))
    path.write_text("three")
    os.utime(path, ns=(1, 1))
    assert stamp != stamp_of(str(path))


def test_what_is_not_there_has_no_stamp(tmp_path):
    """Nor has what cannot be looked at."""
    assert "" == stamp_of(str(tmp_path / "gone"))


def test_two_texts_have_two_hashes():
    """And one has one."""
    assert hash_of(b"a") == hash_of(b"a") != hash_of(b"b")
