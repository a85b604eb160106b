"""What happens in a drill becomes entries of its stream, in a real journal."""

from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from drillbook.drill.overhead import overhead_s
from drillbook.drill.recorder import Recorder
from drillbook.drill.story import Story
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.journal import Entry


@pytest.fixture
def watched() -> list[Entry]:
    """What the watcher was told."""
    return []


@pytest.fixture
def recorder(tmp_path: Path, watched: list[Entry]) -> Iterator[Recorder]:
    """The recorder of one drill."""
    with closing(SqliteJournal(tmp_path / "journal.db", clock=SystemClock())) as journal:
        yield Recorder(journal, "drill/d", watched.append)


def kinds(recorder: Recorder) -> list[tuple[str, str]]:
    """The kinds and phases of all that was journaled."""
    entries = recorder.journal.entries("drill/d")
    return [(entry.kind, entry.body["phase"]) for entry in entries]


def test_a_fact_belongs_to_the_phase_that_is_going_on(recorder: Recorder) -> None:
    """Before the first phase to none, after the last still to that one."""
    recorder.tell("before", {})
    with recorder.during("control"):
        recorder.tell("inside", {})
    recorder.tell("after", {})
    assert [
        ("before", ""),
        ("phase-began", "control"),
        ("inside", "control"),
        ("phase-ended", "control"),
        ("after", "control"),
    ] == kinds(recorder)


def test_the_watcher_is_told_what_was_written(recorder: Recorder, watched: list[Entry]) -> None:
    """The same entries in the same order, and never one that is not on disk."""
    with recorder.during("drill"), recorder.activity("waiting", expected_s=(1.0, 2.0)):
        recorder.tell("fact", {"a": 1})
    stored = recorder.journal.entries("drill/d")
    assert [entry.seq for entry in stored] == [entry.seq for entry in watched]
    assert [entry.hash for entry in stored] == [entry.hash for entry in watched]


def test_a_phase_that_ends_by_an_exception_ends(recorder: Recorder) -> None:
    """Whatever goes wrong in it, also a Ctrl-C, and the exception goes on."""
    for error in (RuntimeError, KeyboardInterrupt):
        with pytest.raises(error), recorder.during("drill"), recorder.activity("acting"):
            raise error
    ends = [kind for kind, _ in kinds(recorder) if kind.endswith("-ended")]
    assert ["activity-ended", "phase-ended"] * 2 == ends


def test_an_activity_names_its_own_beginning(recorder: Recorder) -> None:
    """Also where one lies in the other, so that their times can be told apart."""
    with recorder.activity("outer"), recorder.activity("inner"):
        pass
    outer, inner, inner_end, outer_end = recorder.journal.entries("drill/d")
    assert (inner.seq, outer.seq) == (inner_end.body["began"], outer_end.body["began"])
    assert ("outer", None) == (outer.body["text"], outer.body["expected_s"])


def test_what_is_recorded_can_be_judged(recorder: Recorder) -> None:
    """The story has its phases, and the tool's own time is within the whole."""
    recorder.tell("drill-started", {})
    with recorder.during("one"):
        pass
    with recorder.during("two"), recorder.activity("waiting"):
        pass
    entries = recorder.journal.entries("drill/d")
    first, second = Story(entries).phases()
    assert ("one", "two") == (first.name, second.name)
    assert first.end_ns is not None
    assert first.end_ns <= second.begin_ns
    own_s = overhead_s(entries, [])
    assert own_s is not None
    assert 0 <= own_s <= (entries[-1].at_ns - entries[0].at_ns) / 1e9
    assert all(one.seq + 1 == two.seq for one, two in pairwise(entries))


def test_a_fact_may_name_the_phase_that_it_means(recorder: Recorder) -> None:
    """A revert after the drill belongs to the revert, whatever else is going on."""
    with recorder.during("lab down"):
        recorder.tell("fault-reverted", {"phase": "revert"})
    assert ("fault-reverted", "revert") in kinds(recorder)
