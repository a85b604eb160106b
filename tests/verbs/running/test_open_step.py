"""What is at work of a run that is ended without being bound."""

import threading

import pytest

from drillbook.model.attempt import AttemptOrder, TraceKind
from drillbook.model.journal import Entry
from drillbook.run.traces import mark_of
from drillbook.verbs.running.open_step import end_open_step

NOTHING = "whether `mend` has ended on elsewhere nobody can say"


def told(*kinds, **body):
    return [
        Entry(
            stream="run/r",
            seq=number,
            kind=kind,
            at_ns=number,
            body={"step": "mend", "attempt": 1, "host": "elsewhere", "boot_id": "b", **body},
            previous="",
            hash="",
        )
        for number, kind in enumerate(kinds, start=1)
    ]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], ""),
        (["run-started", "noted"], ""),
        (["step-started"], NOTHING),
        (["step-started", "step-finished"], ""),
        (["step-started", "step-lost", "answered"], ""),
        (["step-started", "step-cancelled"], ""),
        (["step-started", "step-abandoned", "step-started", "run-resumed"], NOTHING),
    ],
)
def test_which_step_is_open(place, kinds, expected):
    """One that was begun and of whose end nothing is journaled; elsewhere nobody ends it."""
    assert expected == end_open_step(place, told(*kinds))


def test_a_step_that_goes_on_here_is_ended(place):
    """Before the run ends: it holds no lock any more then."""
    folder, origin = place.attempts("r") / "1", place.supervisor.origin()
    folder.mkdir(parents=True)
    order = AttemptOrder(folder=folder, argv=("sleep", "300"), env={}, timeout_s=300.0)
    step = threading.Thread(target=place.supervisor.perform, args=(order, lambda _: None))
    step.start()
    while place.supervisor.trace(folder) is not TraceKind.RUNNING and step.is_alive():
        step.join(0.02)
    here = {"host": origin.host, "boot_id": origin.boot_id}
    assert "`mend` was at work and" in end_open_step(place, told("step-started", **here))
    assert TraceKind.FINISHED is place.supervisor.trace(folder)
    step.join(60)
    assert not step.is_alive()


def test_a_step_that_never_began_never_will(place):
    """Its order may be on its way."""
    folder, origin = place.attempts("r") / "1", place.supervisor.origin()
    folder.mkdir(parents=True)
    here = {"host": origin.host, "boot_id": origin.boot_id}
    end_open_step(place, told("step-started", **here))
    assert TraceKind.FINISHED is place.supervisor.trace(folder)


def test_a_step_of_another_state_folder_is_left_alone(place, tmp_path):
    """A runner beside this one has it: our own folder of that number says nothing of it."""
    folder, origin = place.attempts("r") / "1", place.supervisor.origin()
    for each in (folder, tmp_path / "other"):
        each.mkdir(parents=True)
    there = {"host": origin.host, "boot_id": origin.boot_id, "folder": mark_of(tmp_path / "other")}
    said = end_open_step(place, told("step-started", **there))
    assert f"whether `mend` has ended on {origin.host} nobody can say" == said
    assert TraceKind.ABSENT is place.supervisor.trace(folder)
