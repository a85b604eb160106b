"""An order → the step's first process, in a session of its own, or why it could not start.

Part of the guardian: the standard library only, and only cheap modules of it.
"""

import binascii
import fcntl
import json
import os
import signal
from collections.abc import Iterator

from drillbook.run.guard.files import MISSING

MARKER = "DRILLBOOK_ATTEMPT"
INTERACTIVE = "interactive steps are not supported yet: take interactive=true away"
_PIPE_BYTES = 1 << 20
# What a script and its variables may come to: both are small, and all of it lies in memory.
STDIN_BYTES_MAX = 4 << 20
# Where a step's first process holds its end of the leash: out of the way of scripts, which use
# 3 to 9, and of bash, which takes 10 and on for itself, and the highest downwards.
LEASH = 199
# What Python ignores, and what a caller under nohup or in a background job may ignore: a step
# starts with all of them as a login shell would have them.
_SIGNALS_RESET = (
    signal.SIGPIPE,
    signal.SIGXFSZ,
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGUSR1,
    signal.SIGCHLD,
)


class NotStarted(Exception):  # noqa: N818 -- an outcome, not an error of ours
    """The step's program could not be started; the text says why."""


class Order:
    """What the client has sent, as JSON. Raises ValueError or KeyError where it is torn."""

    def __init__(self, text: bytes) -> None:
        facts = json.loads(text)
        self.folder: str = facts["folder"]
        self.argv: list[str] = facts["argv"]
        self.env: dict[str, str] = facts["env"]
        self.cwd: str | None = facts["cwd"]
        self.timeout_s: float = facts["timeout_s"]
        self.grace_s: float = facts["grace_s"]
        self.masks: list[str] = facts["masks"]
        self.head_bytes: int = facts["head_bytes"]
        self.tail_bytes: int = facts["tail_bytes"]
        self.is_background: bool = facts["is_background"]
        self.is_interactive: bool = facts["is_interactive"]
        self.stdin: bytes = binascii.a2b_base64(facts["stdin"])
        self.mark: str = facts["mark"]
        self.exports: list[str] = facts["exports"]


def open_missing(folder: str) -> int:
    """Make the named pipe into which the prelude's handler names programs bash did not find.

    A pipe and not a file: what a script takes for a program may be a secret, and the disk is
    to see it masked only. Held open both ways, so that it never ends and no writer waits.
    """
    path = f"{folder}/{MISSING}"
    os.mkfifo(path, 0o600)
    return os.open(path, os.O_RDWR | os.O_NONBLOCK)


def output_pipe() -> tuple[int, int]:
    """The pipe that a step writes to: the reading end, which never blocks, and the other."""
    output, output_end = os.pipe()
    os.set_blocking(output, False)
    _widen(output)
    return output, output_end


def _widen(pipe: int) -> None:
    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except OSError:
        return  # the user has too many of them: the default works too, more slowly


def input_pipe(order: Order) -> tuple[int, int]:
    """The pipe that a step reads from: its end, and ours, which never blocks.

    Of an order that has nothing for the step to read, both are -1. Raises NotStarted.
    """
    if not order.stdin:
        return -1, -1
    if len(order.stdin) > STDIN_BYTES_MAX:
        raise NotStarted(
            f"its script and values are {len(order.stdin)} bytes; at most {STDIN_BYTES_MAX} travel"
        )
    input_end, ours = os.pipe()
    os.set_blocking(ours, False)
    _widen(ours)
    return input_end, ours


def spawn(order: Order, output: int, input_end: int) -> tuple[int, int]:
    """Start the step's program, with `output` as both its outputs, in a session of its own.

    It reads nothing where `input_end` is -1. The process id and our end of its leash: should
    this guardian be killed, the kernel kills the process. Raises NotStarted.
    """
    if order.is_interactive:
        raise NotStarted(INTERACTIVE)
    leash, leash_end = os.pipe()
    try:
        # Nothing else runs in this process, so the folder can be ours for a moment. A fork
        # that goes there by itself would cost a millisecond more than posix_spawn's vfork.
        if order.cwd is not None:
            os.chdir(order.cwd)
        files = (input_end, output, leash_end)
        pid = _spawn(order.argv, {**order.env, MARKER: order.folder}, files)
    except (OSError, ValueError) as error:
        os.close(leash)
        raise NotStarted(reason(order, error)) from None
    else:
        _fasten(leash_end, pid)
    finally:
        os.close(leash_end)
        os.chdir("/")
    return pid, leash


def _fasten(leash_end: int, pid: int) -> None:
    """Have the kernel kill `pid` when nobody reads this pipe any more.

    What prctl's parent-death signal does, which needs a fork to be set. The process holds the
    writing end; the reading end is the guardian's alone and goes with it.
    """
    fcntl.fcntl(leash_end, fcntl.F_SETOWN, pid)
    fcntl.fcntl(leash_end, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(leash_end, fcntl.F_SETFL, os.O_WRONLY | os.O_ASYNC)


def _spawn(argv: list[str], env: dict[str, str], files: tuple[int, int, int]) -> int:
    """Start the program; searched for in the step's own PATH, as a shell would."""
    if not argv:
        raise ValueError("the command is empty")
    input_end, output, leash_end = files
    actions = (
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
        if input_end < 0
        else (os.POSIX_SPAWN_DUP2, input_end, 0),
        (os.POSIX_SPAWN_DUP2, output, 1),
        (os.POSIX_SPAWN_DUP2, output, 2),
        (os.POSIX_SPAWN_DUP2, leash_end, LEASH),
    )
    denied: OSError | None = None
    for path in candidates(argv[0], env.get("PATH", os.defpath)):
        if path != argv[0] and not os.access(path, os.F_OK):
            continue  # costs less than a spawn that fails
        try:
            return os.posix_spawn(
                path,
                argv,
                env,
                file_actions=actions,
                setsid=True,
                setsigmask=(),
                setsigdef=_SIGNALS_RESET,
            )
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError as error:
            denied = error
    raise denied or FileNotFoundError(2, os.strerror(2))


def candidates(name: str, path: str) -> Iterator[str]:
    """Where a program of this name may lie, in the order of a PATH."""
    if "/" in name:
        yield name
        return
    for folder in path.split(":"):
        yield f"{folder or '.'}/{name}"


def reason(order: Order, error: OSError | ValueError) -> str:
    """Why it could not start, as a person reads it."""
    why = error.strerror if isinstance(error, OSError) else str(error)
    if order.cwd is not None and getattr(error, "filename", None) == order.cwd:
        return f"cannot enter the folder {order.cwd!r}: {why}"
    return f"cannot start {' '.join(order.argv[:1])!r}: {why}"
