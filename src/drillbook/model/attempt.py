"""One performance of a step under the supervisor: what is asked, what came of it, its trace."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptOrder:
    """What the supervisor is to start.

    `folder` holds the attempt's lock, out and exit and must not exist yet; the one that it lies
    in must. `masks` are secret
    values that never reach the disk. The output is kept up to `head_bytes` and `tail_bytes`.
    At the time limit the step's processes are asked to end, and killed `grace_s` later.
    `stdin` is written to the step's standard input, which then stays open until the step has
    ended; empty: it reads nothing. `exports` are variables whose values at the step's end
    are wanted. With a `mark` the program only carries the step to another machine: see `Start`.
    """

    folder: Path
    argv: tuple[str, ...]
    env: Mapping[str, str]
    timeout_s: float
    grace_s: float = 1.0
    cwd: str | None = None
    masks: tuple[str, ...] = ()
    head_bytes: int = 65_536
    tail_bytes: int = 65_536
    is_background: bool = False
    is_interactive: bool = False
    stdin: bytes = field(default=b"", repr=False)
    exports: tuple[str, ...] = ()
    mark: str = field(default="", repr=False)


class Ending(Enum):
    """How an attempt came to its end."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    TIMED_OUT = "timed-out"
    CANCELLED = "cancelled"
    NOT_STARTED = "not-started"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt.

    `exit_code` is set for EXITED, `signal` for SIGNALLED. `output` is decoded safely, masked,
    and cut in the middle where `output_bytes` (all that was written) went over the bounds.
    `missing` are programs that bash did not find, wherever in the script they stood.
    `survivors` are processes that deliberately left the session and live on. `exports` are the
    variables asked for that were set at the end, masked.
    """

    ending: Ending
    exit_code: int | None = None
    signal: int | None = None
    output: str = ""
    output_bytes: int = 0
    is_cut: bool = False
    missing: tuple[str, ...] = ()
    survivors: tuple[str, ...] = ()
    exports: Mapping[str, str] = field(default_factory=dict, hash=False)
    started_at_ns: int = 0
    ended_at_ns: int = 0
    because: str = ""


class TraceKind(Enum):
    """What an attempt's folder says of it after a crash."""

    ABSENT = "absent"
    RUNNING = "running"
    FINISHED = "finished"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which machine, since which boot: a trace counts only there."""

    host: str
    boot_id: str


OnOutput = Callable[[str], None]


class LeftError(Exception):
    """Whoever waited was told to leave; what they waited for goes on."""


class Supervisor(Protocol):
    """Starts attempts that outlive us, and reads the traces of those that did."""

    def perform(self, order: AttemptOrder, on_output: OnOutput) -> Outcome:
        """Start the attempt (or find it started already under its lock) and wait for its end."""
        ...

    def trace(self, folder: Path) -> TraceKind: ...

    def attach(self, folder: Path, on_output: OnOutput) -> Outcome:
        """Wait for the end of a RUNNING attempt, or read that of a FINISHED one."""
        ...

    def cancel(self, folder: Path) -> bool:
        """Ask the guardian to end the whole tree; False where the attempt is not running.

        Its end is then read as usual. One that has not begun never will.
        """
        ...

    def leave(self, folder: Path) -> None:
        """Have whoever waits for the attempt raise LeftError; the attempt itself goes on."""
        ...

    def end_remains(self, folder: Path) -> int:
        """Kill what a LOST attempt left running; how many processes there were."""
        ...

    def origin(self) -> Origin: ...

    def close(self) -> None: ...
