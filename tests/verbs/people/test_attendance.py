"""Wishes that a run stops, from another process, heard by the one that executes it."""

import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest

from drillbook.model.people import Caller
from drillbook.model.run import Policy, RunState
from drillbook.model.sentence import Risk
from drillbook.verbs.cancel import CannotCancelError, cancel_run
from drillbook.verbs.people.attendance import WISHES, Attendance
from drillbook.verbs.run import Occasion, start_run

WITHIN_S = 60
BOOK = """\
# It takes long

## Diagnosis

### Is it slow?
```sh {{ name=slow timeout=100s }}
trap '' TERM
echo "$$" > "{folder}/began"
sleep 90 & sleep 90
```
**Healthy:** exit code is 0.
"""

# Another process of the same installation.
CANCEL = """
import sys
from pathlib import Path
from drillbook.model.people import Caller
from drillbook.model.settings import Settings
from drillbook.verbs.cancel import cancel_run
from drillbook.verbs.running.workplace import open_workplace

folder = Path(sys.argv[1])
with open_workplace(Settings(folder=folder, state=folder / "state")) as place:
    cancel_run(place, sys.argv[2], Caller(name="ann"), "wrong host")
"""


class Started(threading.Thread):
    """A run that goes on in a thread."""

    def __init__(self, desk, place):
        super().__init__()
        path = desk.write(BOOK.format(folder=desk.folder))
        self.plan, self.source = desk.plan(place, path)
        self.desk, self.place, self.run_ = desk, place, None
        self.start()

    def run(self):
        policy = Policy(allowed=Risk.DESTRUCTIVE, asks=frozenset())
        occasion = Occasion(source=self.source, name="long")
        self.run_ = start_run(self.place, self.plan, policy, self.desk.company, occasion)

    def ended(self):
        self.join(WITHIN_S)
        assert not self.is_alive()
        return self.run_

    def has_begun(self):
        deadline = time.monotonic() + WITHIN_S
        while not (self.desk.folder / "began").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_a_wish_of_another_process_ends_the_step_and_the_run(desk, place):
    """Also a step that ignores SIGTERM; who wished it, and why, is how it ended."""
    going = Started(desk, place)
    going.has_begun()
    subprocess.run([sys.executable, "-c", CANCEL, str(desk.folder), "long"], check=True)
    run = going.ended()
    assert (RunState.CANCELLED, "ann stopped it: wrong host") == (run.state, run.because)


def test_a_worker_that_shuts_down_leaves_its_runs_open(desk, place):
    """The step goes on, nothing is journaled, and whoever comes next takes the run."""
    going = Started(desk, place)
    going.has_begun()
    place.attendance.leave()
    run = going.ended()
    assert None is run.ended_at_ns
    assert "step-started" == place.journal.head("run/long").kind
    cancel_run(place, "long", Caller(name="ann"))
    place.supervisor.cancel(place.attempts("long") / "1")


class Heard:
    """An executor that only says what it was told."""

    stream = "run/x"

    def __init__(self):
        self.said = threading.Event()
        self.by = []
        self.has_left = False

    def request_stop(self, by, because=""):
        self.by.append((by, because))
        self.said.set()

    def leave(self):
        self.has_left = True


@pytest.mark.parametrize("is_early", [True, False])
def test_only_its_own_runs_are_told(place, is_early):
    """Also of a wish that came just before the run was attended to."""
    attendance = Attendance(place.journal)
    heard = Heard()

    def wish():
        place.journal.append(WISHES, "wished", {"run": "another", "by": "bob"})
        place.journal.append(WISHES, "wished", {"run": "x", "by": "ann", "because": "why"})

    if is_early:
        wish()
    with attendance.of(heard):
        if not is_early:
            wish()
        assert heard.said.wait(WITHIN_S)
    attendance.close()
    assert [("ann", "why")] == heard.by


def test_a_full_disk_makes_nobody_deaf(place, monkeypatch):
    """The wish is told again when there is room, and so are later ones."""
    monkeypatch.setattr("drillbook.verbs.people.attendance.AWAY_S", 0.01)

    class Full(Heard):
        def request_stop(self, by, because=""):
            super().request_stop(by, because)
            if len(self.by) == 1:
                self.said.clear()
                raise OSError(28, "No space left on device", "cancel")

    attendance, heard = Attendance(place.journal), Full()
    with attendance.of(heard):
        place.journal.append(WISHES, "wished", {"run": "x", "by": "ann"})
        for _ in range(WITHIN_S):
            if heard.said.wait(1) and len(heard.by) > 1:
                break
    attendance.close()
    assert [("ann", "")] * 2 == heard.by


def test_who_comes_while_it_leaves_is_told_to_leave(place):
    """A run that was about to begin is not begun."""
    attendance = Attendance(place.journal)
    attendance.leave()
    heard = Heard()
    with attendance.of(heard):
        assert heard.has_left
    attendance.close()


def test_a_run_that_is_not_there_cannot_be_cancelled(place):
    """The message says where to look."""
    with pytest.raises(CannotCancelError, match="drillbook runs"):
        cancel_run(place, "nowhere", Caller(name="ann"))


def test_words_without_end_are_cut(place):
    """A journal's entry has a limit."""
    place.journal.append("run/x", "run-started", {})
    cancel_run(place, "x", replace(Caller(name="ann"), token="t"), "w" * 1_000_000)
    body = place.journal.head("run/x").body
    assert (2_000, "t") == (len(body["because"]), body["token"])
