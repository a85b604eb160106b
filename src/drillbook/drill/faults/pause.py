"""The fault `pause`: a process and all its descendants stand still and answer nothing.

A child that the pause has stopped and that outlives its parent (because the runbook killed that)
stays stopped, as it does in production; taking it away is the business of the lab's `down`.
"""

import signal
from collections.abc import Mapping

from drillbook.drill.deadline import wait_until
from drillbook.drill.faults import kill
from drillbook.drill.faults.processes import Process, find_process, send, tree
from drillbook.drill.faults.settings import Known, check_settings, text
from drillbook.model.clock import SystemClock
from drillbook.model.drill import Setting
from drillbook.model.finding import Finding
from drillbook.model.lab import Lab, LabError, Observation
from drillbook.model.place import Place
from drillbook.model.truth import Truth

_KNOWN = (Known(name="process"),)
_EVERY_S = 0.02


def check(settings: Mapping[str, Setting], place: Place) -> tuple[Finding, ...]:
    """`process` names a process of the lab."""
    return check_settings(_KNOWN, settings, place)


def inject(lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float) -> None:
    """Stop the whole tree. Raises LabError where it does not stand still in time."""
    name = text(settings, "process")

    def stop() -> Observation:
        # Again and again: a parent may have had a child between our look and its stop.
        moving = [one for one in _tree(lab, name) if not one.is_stopped]
        for one in moving:
            send(one, signal.SIGSTOP)
        return Observation(
            truth=Truth.FALSE if moving else Truth.TRUE,
            because=f"{len(moving)} processes of {name} still move",
        )

    if not _tree(lab, name):
        raise LabError(f"{name} cannot be paused, it does not run: look why the lab lost it")
    answer = wait_until(stop, within_s=timeout_s, every_s=_EVERY_S, clock=SystemClock())
    if answer.truth is not Truth.TRUE:
        raise LabError(f"after {timeout_s:g} s {answer.because}: give the fault more time")


def is_effective(lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float) -> Observation:
    """Whether every process of the tree is stopped, and nothing answers."""
    del timeout_s  # The lab bounds its own looks.
    name = text(settings, "process")
    found = _tree(lab, name)
    if not found:
        return Observation(truth=Truth.FALSE, because=f"{name} does not run")
    if not all(one.is_stopped for one in found):
        return Observation(truth=Truth.FALSE, because=f"{name} is not stopped")
    if lab.accepts(name):
        return Observation(truth=Truth.FALSE, because=f"{name} is stopped and answers even so")
    return Observation(truth=Truth.TRUE, because=f"{name} is stopped and does not answer")


def revert(lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float) -> None:
    """Let the tree go on, or start it where it is gone; wait until it answers. LabError."""
    # Children first, so that the parent finds them at work when it goes on.
    for one in reversed(_tree(lab, text(settings, "process"))):
        send(one, signal.SIGCONT)
    kill.revert(lab, settings, timeout_s=timeout_s)


def is_reverted(lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float) -> Observation:
    """Whether the process runs, nothing of it is stopped, and it answers."""
    name = text(settings, "process")
    if any(one.is_stopped for one in _tree(lab, name)):
        return Observation(truth=Truth.FALSE, because=f"{name} is stopped")
    return kill.is_reverted(lab, settings, timeout_s=timeout_s)


def _tree(lab: Lab, name: str) -> list[Process]:
    pid = lab.pid(name)
    root = None if pid is None else find_process(pid)
    # Asked twice, so that a process id that was given to another one is not taken for ours.
    return [] if root is None or lab.pid(name) != root.pid else tree(root)
