"""Sockets with one order each → one guardian process per order, which outlives whoever asked.

The fork server is started as a program of its own (`python -I -S -c …`, see `guard_link`). It
imports the standard library and the `guard_` modules beside it, nothing else: a guardian is a
fork of it, so every module costs each step time. Guardian: order → lock, step, output, exit.
"""

# pathlib would double the start-up time of the fork server.
# ruff: noqa: PTH108
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
from drillbook.run.guard_step import (
    REHEARSAL,
    NotStarted,
    Order,
    Understudy,
    open_missing,
    read_all,
)
from drillbook.run.guard_watch import Watch, end, in_session, names, whole_tree

_EXIT_TRIES = 40
_EXIT_PAUSE_S = 0.25


def serve(control_fd: int) -> None:
    """Fork a guardian for each socket that comes over `control_fd`, until its other end closes.

    The guardians live on by themselves.
    """
    control = socket.socket(fileno=control_fd)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the guardians
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # whatever the thread that started us had
    os.chdir("/")
    # Pages that the collector never touches stay shared with every guardian.
    gc.freeze()
    while _took_order(control):
        crash_point("server-after-fork")


def _took_order(control: socket.socket) -> bool:
    """Fork a guardian and wait until it has an order; False where none will come any more.

    It stands by before it is needed: forking, and copying the pages it touches, costs more
    than everything else a guardian does, and so happens while nobody waits.
    """
    crash_point("server-before-fork")
    # Ends when the guardian has its order, or has been killed.
    news, news_end = os.pipe()
    if os.fork() == 0:
        os.close(news)
        _stand_by(control, news_end)
    os.close(news_end)
    is_over = os.read(news, 1) != b""
    os.close(news)
    return not is_over


def _stand_by(control: socket.socket, news: int) -> None:
    os.setsid()
    adopt_orphans()
    understudy = Understudy(not_its=(control.fileno(), news))
    _rehearse()
    message, descriptors, _flags, _address = socket.recv_fds(control, 1, 1)
    if not message:
        os.write(news, b"over")
        os._exit(0)
    os.close(news)
    control.close()
    try:
        guard(descriptors[0], understudy)
    finally:
        if error := sys.exc_info()[1]:
            sys.excepthook(type(error), error, error.__traceback__)
        os._exit(0)


def _rehearse() -> None:
    """Go through the motions once, on paths where nothing can be made.

    The first touch of each page after a fork costs a copy of it; this has them made before an
    order comes. It saves 1 ms of each step.
    """
    order = Order(REHEARSAL)
    keeper = OutputKeeper(order.folder, 1, 1, Masker(secret_forms(order.masks)))
    keeper.feed(b"")
    keeper.finish()
    facts = _facts("not-started", time.time_ns())
    _complete(facts, keeper, (), missing=[], survivors=[])
    for motion in (claim, open_missing, lambda folder: write_exit(folder, facts)):
        try:
            motion(order.folder)
        except OSError:
            continue


def guard(caller: int, understudy: Understudy) -> None:
    """See one order through. The caller learns from the socket's end that all is written."""
    text = read_all(caller)
    try:
        order = Order(text)
    except (ValueError, KeyError):
        return  # the caller died over it
    sys.excepthook = _to_file(f"{order.folder}/guardian-error")
    # Who sees the lock may cancel us: that has to wait until we know what to do then.
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM,))
    crash_point("guardian-before-lock")
    try:
        lock = claim(order.folder)
    except (OSError, ValueError) as error:
        _refuse(caller, f"cannot make the attempt's folder {order.folder!r}: {error}")
        return
    if lock is None:
        return  # somebody else has this attempt
    crash_point("guardian-after-lock")
    is_drain_needed = perform(order, text, understudy)
    crash_point("guardian-after-exit-file")
    os.close(lock)
    os.close(caller)
    if is_drain_needed:
        _drain(understudy.output)


def perform(order: Order, text: bytes, understudy: Understudy) -> bool:
    """Run the step and write its exit; whether survivors still hold its output."""
    facts = _facts("not-started", time.time_ns())
    try:
        missing = open_missing(order.folder)
    except OSError as error:
        facts["because"] = f"cannot make a pipe in {order.folder!r}: {error.strerror}"
        _write_exit(order.folder, facts)
        return False
    forms = secret_forms(order.masks)
    keeper = OutputKeeper(order.folder, order.head_bytes, order.tail_bytes, Masker(forms))
    watch = Watch(pid=understudy.pid, output=understudy.output, missing=missing, keeper=keeper)
    survivors: list[bytes] = []
    try:
        _start(order, text, understudy)
    except NotStarted as refusal:
        facts["because"] = str(refusal)
    else:
        crash_point("guardian-after-spawn")
        _follow(order, watch, facts)
        survivors = [] if watch.is_childless else names(whole_tree())
    watch.drain()
    keeper.finish()
    watch.close()
    _unlink(f"{order.folder}/{MISSING}")
    _complete(facts, keeper, forms, missing=watch.missing, survivors=survivors)
    crash_point("guardian-before-exit-file")
    _write_exit(order.folder, facts)
    return watch.is_output_open


def _start(order: Order, text: bytes, understudy: Understudy) -> None:
    if order.is_interactive:
        understudy.dismiss()
        raise NotStarted("interactive steps are not supported yet: take interactive=true away")
    understudy.start(text)


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
    facts: dict[str, object],
    keeper: OutputKeeper,
    forms: tuple[bytes, ...],
    *,
    missing: list[bytes],
    survivors: list[bytes],
) -> None:
    facts["output_bytes"] = keeper.bytes_total
    facts["is_cut"] = keeper.is_cut
    facts["missing"] = _texts(missing, forms)
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


def _refuse(caller: int, reason: str) -> None:
    try:
        os.write(caller, reason.encode("utf-8", "replace"))
    except OSError:
        return  # nobody is there to hear it, and nothing was started


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return  # the step itself took it away


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
