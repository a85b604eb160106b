"""An order → the step's first process, in a session of its own, or why it could not start.

Part of the guardian: the standard library only, and only cheap modules of it.
"""

import fcntl
import json
import os
import signal
from collections.abc import Iterator

from drillbook.run.guard_files import MISSING, write_all
from drillbook.run.guard_kernel import die_with

MARKER = "DRILLBOOK_ATTEMPT"
_REASON_BYTES_MAX = 4096
_PIPE_BYTES = 1 << 20
# An order that cannot be carried out: nothing can be made below a device.
REHEARSAL = json.dumps(
    {
        "folder": "/dev/null/rehearsal",
        "argv": ["rehearsal"],
        "env": {"PATH": "/dev/null"},
        "cwd": None,
        "timeout_s": 1.0,
        "grace_s": 1.0,
        "masks": [],
        "head_bytes": 1,
        "tail_bytes": 1,
        "is_background": False,
        "is_interactive": False,
    }
).encode("ascii")
# What Python ignores, and what a caller under nohup or in a background job may ignore: a step
# starts with all of them as a login shell would have them.
_SIGNALS_RESET = (
    signal.SIGPIPE,
    signal.SIGXFSZ,
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
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


def open_missing(folder: str) -> int:
    """Make the named pipe into which the prelude's handler names programs bash did not find.

    A pipe and not a file: what a script takes for a program may be a secret, and the disk is
    to see it masked only. Held open both ways, so that it never ends and no writer waits.
    """
    path = f"{folder}/{MISSING}"
    os.mkfifo(path, 0o600)
    return os.open(path, os.O_RDWR | os.O_NONBLOCK)


class Understudy:
    """A process that waits to become a step's program.

    It is forked before an order comes, while nobody waits for it; see `guardian`. `output` is
    the reading end of the pipe that the step will write to.
    """

    def __init__(self, *, not_its: tuple[int, ...]) -> None:
        """Fork it; it closes the descriptors that are `not_its`."""
        guardian = os.getpid()
        self.output, output_end = os.pipe()
        _widen(self.output)
        cue, self._cue = os.pipe()
        self._trouble, trouble_end = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                for file in (self._cue, *not_its):
                    os.close(file)
                _make_ready(guardian, output_end)
                _rehearse()
                _become(_cued(cue), trouble_end)
            finally:
                os._exit(127)
        for file in (output_end, cue, trouble_end):
            os.close(file)

    def start(self, order: bytes) -> None:
        """Become the order's program. Raises NotStarted where that fails."""
        try:
            write_all(self._cue, order)
        except BrokenPipeError:
            raise NotStarted("its process was killed before it began") from None
        self.dismiss()
        # Ends when the program is in its place: the descriptor closes itself on exec.
        reason = os.read(self._trouble, _REASON_BYTES_MAX)
        os.close(self._trouble)
        if reason:
            raise NotStarted(reason.decode("utf-8", "replace"))

    def dismiss(self) -> None:
        """Say no more: without an order it ends."""
        os.close(self._cue)


def _widen(pipe: int) -> None:
    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except OSError:
        return  # the user has too many of them: the default works too, more slowly


def _make_ready(guardian: int, output: int) -> None:
    die_with(guardian)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    signal.set_wakeup_fd(-1)
    for number in _SIGNALS_RESET:
        signal.signal(number, signal.SIG_DFL)


def read_all(file: int) -> bytes:
    """Everything up to the end."""
    parts = []
    while part := os.read(file, 65_536):
        parts.append(part)
    return b"".join(parts)


def _rehearse() -> None:
    """Go through the motions once; see `guardian`."""
    order = Order(REHEARSAL)
    try:
        _execute(order.argv, order.env)
    except OSError:
        return


def _cued(cue: int) -> Order:
    text = read_all(cue)
    if not text:
        os._exit(0)
    return Order(text)


def _become(order: Order, trouble: int) -> None:
    try:
        if order.cwd is not None:
            os.chdir(order.cwd)
        _execute(order.argv, {**order.env, MARKER: order.folder})
    except (OSError, ValueError) as error:
        os.write(trouble, _reason(order, error).encode("utf-8", "replace"))


def _execute(argv: list[str], env: dict[str, str]) -> None:
    """Become the program; searched for in the step's own PATH, as a shell would."""
    if not argv:
        raise ValueError("the command is empty")
    denied: OSError | None = None
    for path in _candidates(argv[0], env.get("PATH", os.defpath)):
        try:
            os.execve(path, argv, env)  # noqa: S606 -- no shell is wanted
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError as error:
            denied = error
    raise denied or FileNotFoundError(2, os.strerror(2))


def _candidates(name: str, path: str) -> Iterator[str]:
    if "/" in name:
        yield name
        return
    for folder in path.split(":"):
        yield f"{folder or '.'}/{name}"


def _reason(order: Order, error: OSError | ValueError) -> str:
    why = error.strerror if isinstance(error, OSError) else str(error)
    if order.cwd is not None and getattr(error, "filename", None) == order.cwd:
        return f"cannot enter the folder {order.cwd!r}: {why}"
    return f"cannot start {' '.join(order.argv[:1])[:200]!r}: {why}"
