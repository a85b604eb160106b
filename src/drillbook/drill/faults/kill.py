"""The fault `kill`: one of the lab's processes is ended by a signal and does not come back."""

import signal
from collections.abc import Mapping

from drillbook.drill.deadline import wait_until
from drillbook.drill.faults.processes import find_process, send
from drillbook.drill.faults.settings import Known, check_settings, text
from drillbook.model.clock import SystemClock
from drillbook.model.drill import Setting
from drillbook.model.finding import Finding
from drillbook.model.lab import Lab, LabError, Observation
from drillbook.model.place import Place
from drillbook.model.truth import Truth

_SIGNALS = ("KILL", "TERM", "INT", "QUIT", "ABRT", "SEGV", "HUP")
_KNOWN = (Known(name="process"), Known(name="signal", is_required=False, choices=_SIGNALS))
_EVERY_S = 0.05


def check(settings: Mapping[str, Setting], place: Place) -> tuple[Finding, ...]:
    """`process` names a process of the lab, `signal` how it is ended (KILL)."""
    return check_settings(_KNOWN, settings, place)


def inject(lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float) -> None:
    """Send the signal and wait until that very process is gone. Raises LabError otherwise."""
    name, word = text(settings, "process"), text(settings, "signal", "KILL")
    if word not in _SIGNALS:
        raise LabError(f"{word} is no signal that ends a process: write {', '.join(_SIGNALS)}")
    pid = lab.pid(name)
    victim = None if pid is None else find_process(pid)
    # Asked twice: had the process id been given to another one between the first answer and the
    # look at it, the lab would not name it again.
    if victim is None or lab.pid(name) != victim.pid:
        raise LabError(f"{name} cannot be killed, it does not run: look why the lab lost it")
    send(victim, signal.Signals[f"SIG{word}"])

    def is_gone() -> Observation:
        now = find_process(victim.pid)
        is_there = now is not None and now.started == victim.started
        truth = Truth.FALSE if is_there else Truth.TRUE
        return Observation(truth=truth, because=f"{name} still runs")

    answer = wait_until(is_gone, within_s=timeout_s, every_s=_EVERY_S, clock=SystemClock())
    if answer.truth is not Truth.TRUE:
        raise LabError(f"{name} survived SIG{word} for {timeout_s:g} s: use the signal KILL")


def is_effective(lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float) -> Observation:
    """Whether the process does not run and nothing answers in its place."""
    del timeout_s  # The lab bounds its own looks.
    name = text(settings, "process")
    if runs(lab, name):
        return Observation(truth=Truth.FALSE, because=f"{name} runs")
    if lab.accepts(name):
        return Observation(truth=Truth.FALSE, because=f"something answers in place of {name}")
    return Observation(truth=Truth.TRUE, because=f"{name} does not run and does not answer")


def revert(lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float) -> None:
    """Start the process where it does not run, and wait until it answers. Raises LabError."""
    name, clock = text(settings, "process"), SystemClock()
    until_s = clock.monotonic_s() + timeout_s
    if not runs(lab, name):
        lab.start(name, timeout_s=timeout_s)

    def serves() -> Observation:
        return is_reverted(lab, settings, timeout_s=timeout_s)

    left_s = until_s - clock.monotonic_s()
    answer = wait_until(serves, within_s=left_s, every_s=_EVERY_S, clock=clock)
    if answer.truth is not Truth.TRUE:
        raise LabError(f"after {timeout_s:g} s {answer.because}: look into its log")


def is_reverted(lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float) -> Observation:
    """Whether the process runs and answers."""
    del timeout_s
    name = text(settings, "process")
    if not runs(lab, name):
        return Observation(truth=Truth.FALSE, because=f"{name} does not run")
    if not lab.accepts(name):
        return Observation(truth=Truth.FALSE, because=f"{name} runs but does not answer")
    return Observation(truth=Truth.TRUE, because=f"{name} runs and answers")


def runs(lab: Lab, name: str) -> bool:
    """Whether the lab's process is there; a zombie is not."""
    pid = lab.pid(name)
    return pid is not None and find_process(pid) is not None
