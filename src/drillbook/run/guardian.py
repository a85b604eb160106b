"""Sockets with one order each → one guardian process per order, which outlives whoever asked.

The fork server is started as a program of its own (`python -I -S -c …`, see `guard_link`). It
imports the standard library and the `guard_` modules beside it, nothing else: a guardian is a
fork of it, so every module costs each step time. Guardian: order → lock, step, output, exit.
"""

# pathlib would double the start-up time of the fork server.
# ruff: noqa: PTH108
import fcntl
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import TracebackType

from drillbook.run.guard_crash import crash_point
from drillbook.run.guard_files import MISSING, claim, write_exit
from drillbook.run.guard_kernel import adopt_orphans
from drillbook.run.guard_mask import Masker, mask, secret_forms
from drillbook.run.guard_output import OutputKeeper
from drillbook.run.guard_step import NotStarted, Order, open_missing, spawn
from drillbook.run.guard_watch import Watch, end, in_session, names, whole_tree

_ORDER_WITHIN_S = 30.0
_PIPE_BYTES = 1 << 20
_EXIT_TRIES = 40
_EXIT_PAUSE_S = 0.25


def serve(control_fd: int) -> None:
    """Fork a guardian for each socket that comes over `control_fd`, until its other end closes.

    The guardians live on by themselves.
    """
    control = socket.socket(fileno=control_fd)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the guardians
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.chdir("/")
    # Pages that the collector never touches stay shared with every guardian.
    gc.freeze()
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(control, 1, 1)
        if not message:
            os._exit(0)
        crash_point("server-before-fork")
        if os.fork() == 0:
            control.close()
            _guard_and_exit(socket.socket(fileno=descriptors[0]))
        os.close(descriptors[0])
        crash_point("server-after-fork")


def _guard_and_exit(caller: socket.socket) -> None:
    try:
        guard(caller)
    finally:
        if error := sys.exc_info()[1]:
            sys.excepthook(type(error), error, error.__traceback__)
        os._exit(0)


def guard(caller: socket.socket) -> None:
    """See one order through. The caller learns from the socket's end that all is written."""
    os.setsid()
    try:
        order = Order(_received(caller))
    except (ValueError, KeyError, TimeoutError):
        return  # the caller died over it
    sys.excepthook = _to_file(f"{order.folder}/guardian-error")
    crash_point("guardian-before-lock")
    try:
        lock = claim(order.folder)
    except (OSError, ValueError) as error:
        _refuse(caller, f"cannot make the attempt's folder {order.folder!r}: {error}")
        return
    if lock is None:
        return  # somebody else has this attempt
    crash_point("guardian-after-lock")
    leftover = perform(order)
    crash_point("guardian-after-exit-file")
    os.close(lock)
    caller.close()
    if leftover is not None:
        _drain(leftover)


def perform(order: Order) -> int | None:
    """Run the step and write its exit; the pipe of its output where survivors still hold it."""
    forms = secret_forms(order.masks)
    keeper = OutputKeeper(order.folder, order.head_bytes, order.tail_bytes, Masker(forms))
    facts = _facts("not-started", time.time_ns())
    output, output_end = os.pipe()
    _widen(output)
    try:
        missing = open_missing(order.folder)
    except OSError as error:
        facts["because"] = f"cannot make a pipe in {order.folder!r}: {error.strerror}"
        _write_exit(order.folder, facts)
        return None
    watch = Watch(output=output, missing=missing, keeper=keeper)
    try:
        watch.pid = _started(order, output_end)
    except NotStarted as refusal:
        facts["because"] = str(refusal)
    os.close(output_end)
    if watch.pid:
        crash_point("guardian-after-spawn")
        _follow(order, watch, facts)
    watch.drain()
    keeper.finish()
    watch.close()
    _unlink(f"{order.folder}/{MISSING}")
    _complete(facts, watch, keeper, forms)
    crash_point("guardian-before-exit-file")
    _write_exit(order.folder, facts)
    return output if watch.is_output_open else None


def _started(order: Order, output_end: int) -> int:
    if order.is_interactive:
        raise NotStarted("interactive steps are not supported yet: take interactive=true away")
    adopt_orphans()
    return spawn(order, output_end)


def _follow(order: Order, watch: Watch, facts: dict[str, object]) -> None:
    """Wait for the step's end or make it, then end what it left in its session."""
    deadline = time.monotonic() + order.timeout_s
    while watch.status is None and not watch.is_cancelled:
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            break
        watch.turn(left_s)
    leader = watch.pid
    if watch.status is not None:
        facts.update(_how_it_ended(watch.status))
        facts["ended_at_ns"] = time.time_ns()
        if not watch.is_childless and not order.is_background:
            end(watch, lambda: in_session(leader), grace_s=order.grace_s)
    else:
        facts.update(_why_ended(watch, order))
        chosen = (lambda: in_session(leader)) if order.is_background else whole_tree
        end(watch, chosen, grace_s=order.grace_s)
        facts["ended_at_ns"] = time.time_ns()


def _how_it_ended(status: int) -> dict[str, object]:
    if os.WIFSIGNALED(status):
        return {"ending": "signalled", "signal": os.WTERMSIG(status)}
    return {"ending": "exited", "exit_code": os.WEXITSTATUS(status)}


def _why_ended(watch: Watch, order: Order) -> dict[str, object]:
    if watch.is_cancelled:
        return {"ending": "cancelled", "because": "it was cancelled"}
    return {
        "ending": "timed-out",
        "because": f"its time limit of {order.timeout_s:g} s was reached",
    }


def _facts(ending: str, now_ns: int) -> dict[str, object]:
    return {
        "ending": ending,
        "exit_code": None,
        "signal": None,
        "started_at_ns": now_ns,
        "ended_at_ns": now_ns,
        "because": "",
    }


def _complete(
    facts: dict[str, object], watch: Watch, keeper: OutputKeeper, forms: tuple[bytes, ...]
) -> None:
    survivors = [] if watch.is_childless or not watch.pid else names(whole_tree())
    facts["output_bytes"] = keeper.bytes_total
    facts["is_cut"] = keeper.is_cut
    facts["missing"] = _texts(watch.missing, forms)
    facts["survivors"] = _texts(survivors, forms)
    because = [str(facts["because"]), keeper.trouble]
    facts["because"] = "; ".join(_texts([text.encode() for text in because if text], forms))


def _texts(items: list[bytes], forms: tuple[bytes, ...]) -> list[str]:
    return [mask(item, forms).decode("utf-8", "replace") for item in items]


def _write_exit(folder: str, facts: dict[str, object]) -> None:
    # On a full disk, which is what some runbooks mend, a later try may succeed; without an
    # exit the attempt would be lost and a person be asked.
    for _ in range(_EXIT_TRIES - 1):
        try:
            write_exit(folder, facts)
        except OSError:
            time.sleep(_EXIT_PAUSE_S)
        else:
            return
    write_exit(folder, facts)


def _received(caller: socket.socket) -> bytes:
    caller.settimeout(_ORDER_WITHIN_S)
    parts = []
    while part := caller.recv(1 << 20):
        parts.append(part)
    return b"".join(parts)


def _refuse(caller: socket.socket, reason: str) -> None:
    try:
        caller.sendall(reason.encode("utf-8", "replace"))
    except OSError:
        return  # nobody is there to hear it, and nothing was started


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return  # the step itself took it away


def _widen(pipe: int) -> None:
    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except OSError:
        return  # the user has too many of them: the default works too, more slowly


def _drain(pipe: int) -> None:
    """Read and forget what survivors write, so that no SIGPIPE ends them."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.set_blocking(pipe, True)
    while os.read(pipe, 65_536):
        pass


def _to_file(
    path: str,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """Where a defect of ours leaves its traceback: a guardian has no terminal."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        try:
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)
        except OSError:
            return
        sys.__excepthook__(kind, error, trace)

    return hook
