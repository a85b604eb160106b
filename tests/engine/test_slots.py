"""Slots that are files: their names, their end, and folders that cannot be used."""

from pathlib import Path

import pytest

from drillbook.engine.slots import FileSlots, wait_for
from drillbook.model.clock import SystemClock
from drillbook.model.engine import EngineError, NoSlotError


class Now:
    """A clock that sleeping moves."""

    def __init__(self):
        self.at_s = 0.0
        self.slept = []

    def monotonic_s(self):
        """Where it stands."""
        return self.at_s

    def sleep(self, duration_s):
        """Goes on by so much."""
        self.slept.append(duration_s)
        self.at_s += duration_s


def test_it_is_asked_less_and_less_often_until_the_time_is_over():
    """And at the very end once more."""
    clock, asked = Now(), []
    with pytest.raises(NoSlotError):
        wait_for(asked.append, "x", 3, within_s=2.0, clock=clock)
    assert 2.0 == pytest.approx(clock.at_s)
    assert [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.5, 0.5] == clock.slept[:8]
    assert 3 * (len(clock.slept) + 1) == len(asked)
    assert {0, 1, 2} == set(asked)


def test_the_last_of_many_is_found():
    """Whichever is free."""
    taken = wait_for(lambda number: 7 if number == 41 else None, "x", 42, within_s=0.0, clock=Now())
    assert 7 == taken


def test_a_name_is_never_a_path(tmp_path):
    """Whatever it holds, its files lie in the folder."""
    folder = tmp_path / "slots"
    slots = FileSlots(folder, clock=SystemClock())
    for name in ("../../x", "/etc/passwd", "a\0b", "\udcff", "x" * 10_000, ""):
        with slots.slot(name, 1, within_s=0.0):
            assert 1 == len({path.parent for path in folder.iterdir()})
    assert 6 == len(list(folder.iterdir()))
    assert ["slots"] == [path.name for path in tmp_path.iterdir()]


def test_nothing_stays_open(tmp_path):
    """A thousand times taken and given back, the process has as many files open as before."""
    slots = FileSlots(tmp_path, clock=SystemClock())
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(1_000):
        with slots.slot("x", 2, within_s=0.0):
            pass
    assert before == len(list(Path("/proc/self/fd").iterdir()))


def test_a_folder_that_cannot_be_used_is_said(tmp_path):
    """In one line with the cure."""
    (tmp_path / "file").write_text("")
    slots = FileSlots(tmp_path / "file", clock=SystemClock())
    refused = pytest.raises(EngineError, match="name a state folder that can be written")
    with refused, slots.slot("x", 1, within_s=0.0):
        pass
