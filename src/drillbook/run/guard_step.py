"""An order → the step's first process, in a session of its own, or why it could not start.

Part of the guardian: the standard library only, and only cheap modules of it.
"""

import json
import os
import signal
from collections.abc import Iterator

from drillbook.run.guard_files import MISSING
from drillbook.run.guard_kernel import die_with

MARKER = "DRILLBOOK_ATTEMPT"
_REASON_BYTES_MAX = 4096
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


def spawn(order: Order, output: int) -> int:
    """Start the step with `output` as both its outputs; its process id. Raises NotStarted."""
    if not order.argv:
        raise NotStarted("cannot start the step: its command is empty")
    trouble, trouble_end = os.pipe()
    guardian = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            _become(order, output, guardian)
        except (OSError, ValueError) as error:
            os.write(trouble_end, _reason(order, error).encode("utf-8", "replace"))
        finally:
            os._exit(127)
    os.close(trouble_end)
    # Ends when the program is in its place: the descriptor closes itself on exec.
    reason = os.read(trouble, _REASON_BYTES_MAX)
    os.close(trouble)
    if reason:
        os.waitpid(pid, 0)
        raise NotStarted(reason.decode("utf-8", "replace"))
    return pid


def _become(order: Order, output: int, guardian: int) -> None:
    die_with(guardian)
    os.setsid()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    signal.set_wakeup_fd(-1)
    for number in _SIGNALS_RESET:
        signal.signal(number, signal.SIG_DFL)
    if order.cwd is not None:
        os.chdir(order.cwd)
    _execute(order.argv, {**order.env, MARKER: order.folder})


def _execute(argv: list[str], env: dict[str, str]) -> None:
    """Become the program; searched for in the step's own PATH, as a shell would."""
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
    return f"cannot start {order.argv[0][:200]!r}: {why}"
