"""Attempt orders → Outcomes: each step under a guardian that outlives this process."""

import binascii
import fcntl
import json
import os
import select
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from drillbook.model.attempt import (
    AttemptOrder,
    Ending,
    LeftError,
    OnOutput,
    Origin,
    Outcome,
    TraceKind,
)
from drillbook.run.guard.files import CANCEL, EXIT, LOCK, claim, write_exit
from drillbook.run.guard.guardian import DONE, NO_ROOM
from drillbook.run.guard.kernel import descendants, environment, processes, send
from drillbook.run.guard.link import GuardLink
from drillbook.run.guard.step import MARKER
from drillbook.run.guard.tree import CANCEL_SIGNAL
from drillbook.run.guard.view import OutputView, read_output

_SENDS_MAX = 5
_LOCK_WITHIN_S = 10.0
# How often output is shown while a step runs. Its end is noticed at once.
_LOOK_EVERY_S = 0.05
_QUIET_LOOK_EVERY_S = 1.0
_ATTACHED_LOOK_EVERY_S = 0.02
_REMAINS_ROUNDS_MAX = 100


class StepSupervisor:
    """Starts attempts and reads their traces; `perform` may be called by many threads.

    Close it, or its fork server stays until this process ends.
    """

    def __init__(self) -> None:
        self._link = GuardLink()
        self._left: set[Path] = set()

    def perform(self, order: AttemptOrder, on_output: OnOutput) -> Outcome:
        """Start the attempt, or find it started, and wait for its end.

        An exception that comes in between (Ctrl-C) leaves the step running: `attach` or
        `cancel` it. Raises OSError where no fork server can be started at all, and, with the
        folder's name, where its disk is full: what has happened is not forgotten, and `attach`
        tells it once there is room.
        """
        folder = order.folder.absolute()
        view = OutputView(folder)
        with suppress(OSError):  # the guardian says why it cannot be made
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(_SENDS_MAX):
            # Without its folder an attempt may have been performed: it is lost, not sent again.
            if self.trace(folder) is not TraceKind.ABSENT or (number and not folder.is_dir()):
                break
            if number:
                self._link.drop()  # the last order came to nothing: begin afresh
            refusal = self._try(_order_text(order, folder), folder, view, on_output)
            if refusal:
                return Outcome(ending=Ending.NOT_STARTED, because=refusal)
        else:
            because = f"no guardian could be started for it in {_SENDS_MAX} tries"
            _take(folder, Ending.NOT_STARTED, because)
        return self._follow(folder, view, on_output)

    def attach(self, folder: Path, on_output: OnOutput) -> Outcome:
        """Wait for the end of a RUNNING attempt, or read that of a FINISHED one.

        Nothing there, or a guardian that was killed: LOST, with the output that was kept.
        """
        return self._follow(folder.absolute(), OutputView(folder.absolute()), on_output)

    def trace(self, folder: Path) -> TraceKind:
        """What the folder says of its attempt. Touches nothing but a shared lock, at once."""
        if (folder / EXIT).exists():
            return TraceKind.FINISHED
        held = _is_held(folder / LOCK)
        if held is None:
            return TraceKind.ABSENT
        if held:
            return TraceKind.RUNNING
        # The exit may have been written, and the lock released, between the two looks.
        return TraceKind.FINISHED if (folder / EXIT).exists() else TraceKind.LOST

    def cancel(self, folder: Path) -> bool:
        """Ask the guardian to end a running attempt with all its processes.

        Works from any process of the same user. Does not wait: `attach` sees the end. False
        where the attempt is not running (any more). One that has not begun never will: its
        order may be on its way.
        """
        folder = folder.absolute()
        if self.trace(folder) is TraceKind.ABSENT and _forestall(folder):
            return False
        lock = folder / LOCK
        try:
            guardian = os.pidfd_open(int(lock.read_text()))
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return False
        try:
            # Tested after the process was pinned: who holds the lock now wrote that id, and
            # the id cannot have gone to somebody else.
            if not _is_held(lock):
                return False
            (folder / CANCEL).touch()
            signal.pidfd_send_signal(guardian, CANCEL_SIGNAL)
        except (ProcessLookupError, FileNotFoundError):
            return False
        finally:
            os.close(guardian)
        return True

    def leave(self, folder: Path) -> None:
        """Have the thread that waits for the attempt raise LeftError; the attempt goes on."""
        self._left.add(folder.absolute())

    def end_remains(self, folder: Path) -> int:
        """Kill what a LOST attempt left running; how many processes there were.

        Does nothing to an attempt that is running, or has ended in order: what survived that
        was meant to.
        """
        if self.trace(folder) is not TraceKind.LOST:
            return 0
        marker = f"{MARKER}={folder.absolute()}".encode("utf-8", "surrogateescape")
        ended: set[int] = set()
        for _ in range(_REMAINS_ROUNDS_MAX):
            remains = [pid for pid in _marked(marker) if send(pid, signal.SIGKILL)]
            if not remains:
                break
            ended.update(remains)
            time.sleep(0.01)
        return len(ended)

    def origin(self) -> Origin:
        """Name this machine and this boot: a trace counts nowhere else."""
        return Origin(host=socket.gethostname(), boot_id=_boot_id())

    def close(self) -> None:
        """Let the fork server go; attempts that run go on."""
        self._link.drop()

    def server_pid(self) -> int | None:
        """The process id of the fork server, None before the first attempt."""
        return self._link.server_pid()

    def _try(self, text: bytes, folder: Path, view: OutputView, on_output: OnOutput) -> str:
        """Have one guardian see to it; why it refused, empty where it did not."""
        try:
            guardian = self._link.send(text)
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            return ""
        answer = b""
        try:
            answer = self._wait(guardian, folder, view, on_output)
        finally:
            if answer != DONE:
                guardian.close()
        if answer.startswith(NO_ROOM):
            number = int(answer.removeprefix(NO_ROOM))
            raise OSError(number, os.strerror(number), str(folder))
        if answer != DONE:
            return answer.decode("utf-8", "replace")
        self._link.give_back(guardian)
        return ""

    def _wait(
        self, guardian: socket.socket, folder: Path, view: OutputView, on_output: OnOutput
    ) -> bytes:
        """Show output until the guardian answers; its answer, empty where it has ended."""
        lock_by_s = time.monotonic() + _LOCK_WITHIN_S
        ended = select.poll()
        ended.register(guardian, select.POLLIN)
        look_s = _LOOK_EVERY_S
        while not ended.poll(look_s * 1000):
            self._refuse_left(folder)
            news = view.news()
            _show(news, on_output)
            # A step that says nothing is looked at less and less: a thousand of them cost little.
            look_s = _LOOK_EVERY_S if news else min(look_s * 1.2, _QUIET_LOOK_EVERY_S)
            if time.monotonic() > lock_by_s and not (folder / LOCK).exists():
                return b""
        try:
            return guardian.recv(4096)
        except ConnectionResetError:  # it died with our order unread
            return b""

    def _follow(self, folder: Path, view: OutputView, on_output: OnOutput) -> Outcome:
        while self.trace(folder) is TraceKind.RUNNING:
            self._refuse_left(folder)
            _show(view.news(), on_output)
            time.sleep(_ATTACHED_LOOK_EVERY_S)
        _show(view.rest(), on_output)
        return _outcome(folder)

    def _refuse_left(self, folder: Path) -> None:
        if folder in self._left:
            self._left.discard(folder)
            raise LeftError


def _show(text: str, on_output: OnOutput) -> None:
    if text:
        on_output(text)


def _order_text(order: AttemptOrder, folder: Path) -> bytes:
    facts = {
        "folder": str(folder),
        "argv": order.argv,
        "env": dict(order.env),
        "cwd": str(Path.cwd()) if order.cwd is None else order.cwd,
        "timeout_s": order.timeout_s,
        "grace_s": order.grace_s,
        "masks": order.masks,
        "head_bytes": order.head_bytes,
        "tail_bytes": order.tail_bytes,
        "is_background": order.is_background,
        "is_interactive": order.is_interactive,
        "stdin": binascii.b2a_base64(order.stdin, newline=False).decode("ascii"),
        "mark": order.mark,
        "exports": order.exports,
    }
    return json.dumps(facts).encode("ascii")


def _is_held(lock: Path) -> bool | None:
    """Whether somebody holds the lock; None where it does not exist."""
    try:
        file = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def _forestall(folder: Path) -> bool:
    """See that an attempt never begins; False where it just has."""
    try:
        return _take(folder, Ending.CANCELLED, "it was cancelled before it began")
    except OSError:
        return True  # no guardian can make its folder either


def _take(folder: Path, ending: Ending, because: str) -> bool:
    """Take the lock ourselves, so that no guardian that is merely late can start the step."""
    lock = claim(str(folder))
    if lock is None:
        return False
    now_ns = time.time_ns()
    write_exit(
        str(folder),
        {
            "ending": ending.value,
            "started_at_ns": now_ns,
            "ended_at_ns": now_ns,
            "because": because,
        },
    )
    os.close(lock)
    return True


def _outcome(folder: Path) -> Outcome:
    output = read_output(folder)
    try:
        return _from_facts(json.loads((folder / EXIT).read_bytes()), output)
    except FileNotFoundError:
        return Outcome(
            ending=Ending.LOST,
            output=output,
            because="its guardian was killed before it could write how the step ended",
        )
    except (ValueError, KeyError, TypeError) as error:
        return Outcome(
            ending=Ending.LOST,
            output=output,
            because=f"its exit file cannot be understood: {error}",
        )


def _from_facts(facts: dict[str, Any], output: str) -> Outcome:
    return Outcome(
        ending=Ending(facts["ending"]),
        exit_code=facts.get("exit_code"),
        signal=facts.get("signal"),
        output=output,
        output_bytes=facts.get("output_bytes", 0),
        is_cut=facts.get("is_cut", False),
        missing=tuple(facts.get("missing", ())),
        survivors=tuple(facts.get("survivors", ())),
        exports=dict(facts.get("exports", {})),
        started_at_ns=facts["started_at_ns"],
        ended_at_ns=facts["ended_at_ns"],
        because=facts["because"],
    )


def _marked(marker: bytes) -> list[int]:
    """Every process whose environment holds the marker, and all below them; never ourselves."""
    found = {pid for pid in processes() if marker in environment(pid).split(b"\0")}
    for pid in tuple(found):
        found.update(descendants(pid))
    return sorted(found - {os.getpid()})


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        # Every start of the machine has another; without it no trace is ever believed.
        return f"unknown-{time.time_ns()}"
