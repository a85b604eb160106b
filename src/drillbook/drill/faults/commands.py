"""The fault `commands`: four commands of the drill's author, run by bash on one of the targets.

`inject` and `revert` must end with 0. `is_effective` and `is_reverted` answer by their exit code:
0 is yes, 1 is no, anything else is unknown. Each sees the target's environment and settings, the
latter as `DRILL_PORT`, `DRILL_HOST` and so on. What a command leaves running stays (a fault may
be a process), but loses its output when the command ends; at the time limit all of it is killed.
"""

import os
import re
import selectors
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from drillbook.drill.faults.processes import Process, find_process, send, tree, with_variable
from drillbook.drill.faults.settings import Known, check_settings, text
from drillbook.model.drill import Setting
from drillbook.model.finding import Finding
from drillbook.model.lab import Lab, LabError, Observation
from drillbook.model.place import Place
from drillbook.model.target import Target
from drillbook.model.truth import Truth

OUTPUT_BYTES_MAX = 65_536
SHOWN_CHARACTERS_MAX = 300
_ACTS = ("inject", "is_effective", "revert", "is_reverted")
_KNOWN = (Known(name="on"), *(Known(name=act) for act in _ACTS))
_MARK = "DRILLBOOK_FAULT"
_TICK_S = 0.05
_KILL_ROUNDS = 40
_PASSED_ON = ("PATH", "HOME", "LANG", "USER", "TMPDIR")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """How a command ended; `code` is negative for a signal and None for the time limit."""

    code: int | None
    output: str


def check(settings: Mapping[str, Setting], place: Place) -> tuple[Finding, ...]:
    """`on` names a target of the lab, the four others are commands for bash."""
    return check_settings(_KNOWN, settings, place)


def inject(lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float) -> None:
    """Run `inject`. Raises LabError unless it ends with 0 in time."""
    _act(lab, settings, "inject", timeout_s)


def is_effective(lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float) -> Observation:
    """What `is_effective` answers."""
    return _look(lab, settings, "is_effective", timeout_s)


def revert(lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float) -> None:
    """Run `revert`. Raises LabError unless it ends with 0 in time."""
    _act(lab, settings, "revert", timeout_s)


def is_reverted(lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float) -> Observation:
    """What `is_reverted` answers."""
    return _look(lab, settings, "is_reverted", timeout_s)


def _act(lab: Lab, settings: Mapping[str, Setting], name: str, timeout_s: float) -> None:
    ended = _run(lab.target(text(settings, "on")), text(settings, name), timeout_s)
    if ended.code != 0:
        raise LabError(f"the fault's command {name} {_told(ended, timeout_s)}")


def _look(lab: Lab, settings: Mapping[str, Setting], name: str, timeout_s: float) -> Observation:
    ended = _run(lab.target(text(settings, "on")), text(settings, name), timeout_s)
    truths: dict[int | None, Truth] = {0: Truth.TRUE, 1: Truth.FALSE}
    return Observation(
        truth=truths.get(ended.code, Truth.UNKNOWN),
        because=f"the fault's command {name} {_told(ended, timeout_s)}",
    )


def _told(ended: _Ended, timeout_s: float) -> str:
    """How it ended and the end of what it wrote, without what a terminal would act upon."""
    tail = ended.output.strip()[-SHOWN_CHARACTERS_MAX:]
    shown = "".join(char if char.isprintable() else " " for char in tail)
    said = f" and wrote: {shown}" if shown else ""
    if ended.code is None:
        return f"did not end within {timeout_s:g} s{said}"
    how = "was ended by signal" if ended.code < 0 else "ended with"
    return f"{how} {abs(ended.code)}{said}"


def _run(target: Target, command: str, timeout_s: float) -> _Ended:
    """Run the command to its end, or kill all that it started when the time is over."""
    mark = uuid.uuid4().hex
    try:
        process = subprocess.Popen(
            # Ours, because the target's path may hold nothing but its own programs.
            [shutil.which("bash") or "/bin/bash", "-o", "errexit", "-o", "pipefail", "-c", command],
            env={**_environment(target), _MARK: mark},
            cwd=target.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise LabError(f"no command can be run on {target.name}: {error}") from error
    try:
        output = _output(process, time.monotonic() + timeout_s)
        return _Ended(code=process.poll(), output=output)
    finally:
        _end(process, mark)


def _environment(target: Target) -> dict[str, str]:
    env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    for name, value in target.settings.items():
        env["DRILL_" + re.sub(r"[^A-Za-z0-9]", "_", name).upper()] = value
    path = {"PATH": os.pathsep.join(target.path)} if target.path else {}
    return {**env, **target.env, **path}


def _output(process: subprocess.Popen[bytes], until_s: float) -> str:
    """The last of what is written until the command ends, or the time is over.

    Not until the end of the pipe: what the command leaves running may hold it open for ever.
    """
    assert process.stdout is not None
    tail = b""
    os.set_blocking(process.stdout.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while time.monotonic() < until_s:
            has_ended = process.poll() is not None
            ready = selector.select(0 if has_ended else _TICK_S)
            chunk = os.read(process.stdout.fileno(), OUTPUT_BYTES_MAX) if ready else b""
            tail = (tail + chunk)[-OUTPUT_BYTES_MAX:]
            if has_ended:
                break
            if ready and not chunk:
                # The command has closed its output and works on.
                time.sleep(_TICK_S)
    return tail.decode("utf-8", errors="replace")


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """Leave no pipe and no zombie, and where the command did not end, nothing of it."""
    assert process.stdout is not None
    process.stdout.close()
    if process.poll() is not None:
        return
    for _ in range(_KILL_ROUNDS):
        # By the tree for what has another environment, by the mark for what left the tree.
        left = [*_descendants(process.pid), *with_variable(_MARK, mark)]
        for one in left:
            send(one, signal.SIGKILL)
        process.poll()
        if not left:
            return
        time.sleep(_TICK_S)


def _descendants(pid: int) -> list[Process]:
    root = find_process(pid)
    return tree(root) if root is not None else []
