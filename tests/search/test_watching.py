"""Watching: every change shows, and what did not change costs no reading."""

import os
import time

import pytest

from drillbook.search.watching import (
    MISSING,
    SETTLED_NS,
    UNSETTLED,
    is_unchanged,
    settled,
    stamp_of,
    watch,
)


@pytest.fixture
def files(tmp_path):
    """Two files, and a question whether they and their folder are as they were."""
    paths = [tmp_path / "a.md", tmp_path / "b.md"]
    for path in paths:
        path.write_text("one")

    def watched():
        return watch([(str(path), stamp_of(path)) for path in (*paths, tmp_path)])

    return paths, watched


def test_what_nobody_touched_is_unchanged(files):
    """Also when it was read."""
    paths, watched = files
    before = watched()
    paths[0].read_text()
    assert is_unchanged(before)


@pytest.mark.parametrize(
    "act",
    [
        lambda path: path.write_text("three"),
        lambda path: path.unlink(),
        lambda path: path.with_name("c.md").write_text("new"),
        lambda path: path.rename(path.with_name("d.md")),
        lambda path: os.utime(path, (1, 1)),
    ],
    ids=["written", "removed", "added", "renamed", "dated"],
)
def test_every_change_shows(files, act):
    """Of a file, or of what there is in the folder."""
    paths, watched = files
    before = watched()
    time.sleep(0.02)
    act(paths[0])
    assert not is_unchanged(before)


def test_a_change_that_sets_the_time_back_shows(files):
    """A program can set the time of writing, but not that of the last change."""
    paths, watched = files
    before, times = watched(), paths[0].stat()
    time.sleep(0.02)
    paths[0].write_text("two")
    os.utime(paths[0], ns=(times.st_atime_ns, times.st_mtime_ns))
    assert times.st_mtime_ns == paths[0].stat().st_mtime_ns
    assert not is_unchanged(before)


@pytest.mark.parametrize("watched", ["", "nonsense", "\n\n", "a\0b\n\n1 2", "/nowhere\n\n1 2"])
def test_what_is_no_watch_has_changed(watched):
    """Better once too often than once too seldom."""
    assert not is_unchanged(watched)


def test_what_is_missing_is_not_watched(tmp_path):
    """If it comes, its folder changes."""
    assert MISSING == stamp_of(tmp_path / "no") == stamp_of("a\0b")
    assert watch([("here", "1 2")]) == watch([("here", "1 2"), ("no", MISSING)])


def test_what_was_just_written_is_not_relied_on():
    """It could be written again within the same tick of the clock."""
    now_ns = 10 * SETTLED_NS
    assert UNSETTLED == settled(f"{now_ns - SETTLED_NS // 2} 5", now_ns)
    assert f"{now_ns - 2 * SETTLED_NS} 5" == settled(f"{now_ns - 2 * SETTLED_NS} 5", now_ns)
    assert MISSING == settled(MISSING, now_ns)


def test_an_unsettled_file_has_changed(files):
    """Until it is looked at again."""
    paths, _ = files
    assert not is_unchanged(watch([(str(paths[0]), UNSETTLED)]))
