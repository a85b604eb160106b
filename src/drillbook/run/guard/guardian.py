"""Sockets → a guardian process each, which sees order after order through and outlives us.

The fork server is started as a program of its own (see `guard/link.py`). It imports the standard
library and the modules beside it, nothing else: a guardian is a fork of it, so every
module costs. A guardian takes one order at a time: order → lock, step, output, exit. It is
used again, because forking one, and its first touch of each page, cost 3 ms a step. Where many
steps run at once, some guardians see to several each (`host.py`).
"""

# pathlib would double the start-up time of the fork server.
# ruff: noqa: PTH108
import errno
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import TracebackType

from drillbook.run.guard.channel import Channel
from drillbook.run.guard.crash import crash_point
from drillbook.run.guard.elsewhere import follow_elsewhere
from drillbook.run.guard.feed import Feed
from drillbook.run.guard.files import MISSING, claim, write_exit
from drillbook.run.guard.host import serve_many
from drillbook.run.guard.kernel import adopt_orphans
from drillbook.run.guard.mask import Masker, mask, secret_forms
from drillbook.run.guard.output import OutputKeeper
from drillbook.run.guard.step import (
    NotStarted,
    Order,
    input_pipe,
    open_missing,
    output_pipe,
)
from drillbook.run.guard.tree import OwnTree, StemGone, StemTree, Tree, rest
from drillbook.run.guard.watch import Watch, end, names

DONE = b"done"
# Followed by the error's number: the disk takes nothing, and what happened is kept in memory.
NO_ROOM = b"no room "
# What the fork server is asked for: who sees to one step at a time, and who to many.
FOR_ONE = b"1"
FOR_MANY = b"m"
LENGTH_BYTES = 8
# Of one text in the exit: a name, a command line, a reason.
_TEXT_BYTES_MAX = 1_000
EXPORT_BYTES_MAX = 4_096
_EXIT_TRIES = 40
_EXIT_PAUSE_S = 0.25
# The caller is told after _EXIT_TRIES; for the hour after it, who makes room loses nothing.
_EXIT_TRIES_MAX = 14_400
_FULL = (errno.ENOSPC, errno.EDQUOT)


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
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(control, 1, 1)
        if not message:
            os._exit(0)
        crash_point("server-before-fork")
        if os.fork() == 0:
            control.close()
            _be_guardian(descriptors[0], message)
        os.close(descriptors[0])
        crash_point("server-after-fork")


def _be_guardian(file: int, kind: bytes) -> None:
    try:
        # What comes over a socket is inheritable (recv_fds forgets its flags): a step that
        # held it would keep our caller waiting.
        os.set_inheritable(file, False)
        os.setsid()
        if kind == FOR_MANY:
            serve_many(file, _see_through)
        else:
            _serve_one(socket.socket(fileno=file))
    finally:
        if error := sys.exc_info()[1]:
            sys.excepthook(type(error), error, error.__traceback__)
        os._exit(0)


def _serve_one(caller: socket.socket) -> None:
    """Order after order of one caller."""
    adopt_orphans()
    rest()
    while order := _received(caller):
        sys.excepthook = _to_file(f"{order.folder}/guardian-error")
        if not guard(order, caller, OwnTree(order.folder)):
            break


def _see_through(caller: socket.socket, stem: int) -> None:
    """One order of many: what happens to it happens to no other one."""
    order = _received(caller)
    if order is None:
        os.close(stem)
        return
    tree = StemTree(order.folder, stem)
    try:
        if tree.meet():
            guard(order, caller, tree)
    except StemGone:
        pass  # without an exit the attempt is lost, as when a guardian is killed
    finally:
        tree.close()
        if error := sys.exc_info()[1]:
            _to_file(f"{order.folder}/guardian-error")(type(error), error, error.__traceback__)


def guard(order: Order, caller: socket.socket, tree: Tree) -> bool:
    """See one order through; whether this guardian is free for another one.

    The caller learns that all is written from an answer, or from the socket's end.
    """
    tree.hold()
    crash_point("guardian-before-lock")
    try:
        lock = claim(order.folder)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            _answer(caller, NO_ROOM + b"%d" % error.errno)
            return False
        _answer(caller, f"cannot make the attempt's folder {order.folder!r}: {error}".encode())
        return False
    if lock is None:
        return False  # somebody else has this attempt
    crash_point("guardian-after-lock")
    try:
        output, output_end = output_pipe()
        watch = perform(order, caller, tree, output, output_end)
        crash_point("guardian-after-exit-file")
        tree.rest()
    finally:
        os.close(lock)
    if watch is not None and watch.is_childless and not watch.is_output_open:
        os.close(output)
        return _answer(caller, DONE)
    caller.close()
    tree.leave()
    _drain(output)
    return False


def perform(
    order: Order, caller: socket.socket, tree: Tree, output: int, output_end: int
) -> Watch | None:
    """Run the step and write its exit. None where the disk took not even its pipe."""
    facts = _facts("not-started", time.time_ns())
    try:
        missing = open_missing(order.folder)
    except OSError as error:
        os.close(output_end)
        facts["because"] = f"cannot make a pipe in {order.folder!r}: {error.strerror}"
        _write_exit(order.folder, facts, caller)
        return None
    forms = secret_forms(order.masks)
    keeper = OutputKeeper(order.folder, order.head_bytes, order.tail_bytes, Masker(forms))
    channel = Channel(order.mark) if order.mark else None
    watch = Watch(tree, output=output, missing=missing, keeper=keeper, channel=channel)
    try:
        _run(order, output_end, watch, channel, facts)
    except StemGone:
        keeper.finish()
        watch.close()
        os.close(output)
        raise
    watch.drain()
    if channel is not None:
        keeper.feed(channel.finish() if channel.is_ready else channel.noise)
    keeper.finish()
    watch.close()
    _unlink(f"{order.folder}/{MISSING}")
    _complete(facts, keeper, forms, watch)
    facts["exports"] = _exports(order, watch, forms)
    crash_point("guardian-before-exit-file")
    _write_exit(order.folder, facts, caller)
    return watch


def _run(
    order: Order, output_end: int, watch: Watch, channel: Channel | None, facts: dict[str, object]
) -> None:
    """The step from its start to its end."""
    feed = Feed()
    input_end = -1
    try:
        input_end, ours = input_pipe(order)
        feed = Feed(ours, order.stdin)
        watch.pid, leash = watch.tree.spawn(order, output_end, input_end)
    except NotStarted as refusal:
        facts["because"] = str(refusal)
        watch.tree.is_childless = True
        feed.close()
        return
    finally:
        os.close(output_end)
        if input_end >= 0:
            os.close(input_end)
    crash_point("guardian-after-spawn")
    try:
        if feed.is_hungry:
            watch.begin_feeding(feed)
        if channel is not None:
            follow_elsewhere(order, watch, channel, facts)
        else:
            _follow(order, watch, facts)
            watch.survivors = [] if watch.is_childless else names(watch.whole_tree())
    finally:
        os.close(leash)


def _follow(order: Order, watch: Watch, facts: dict[str, object]) -> None:
    """Wait for the step's end or make it, then end what it left in its session."""
    deadline = time.monotonic() + order.timeout_s
    while watch.status is None and not watch.is_cancelled:
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            break
        watch.turn(left_s)
    if watch.status is not None:
        facts.update(_how_it_ended(watch.status))
        facts["ended_at_ns"] = time.time_ns()
        if not watch.is_childless and not order.is_background:
            end(watch, watch.in_session, grace_s=order.grace_s)
    else:
        facts.update(_why_ended(watch, order))
        chosen = watch.in_session if order.is_background else watch.whole_tree
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
    watch: Watch,
) -> None:
    facts["output_bytes"] = keeper.bytes_total
    facts["is_cut"] = keeper.is_cut
    facts["missing"] = _texts(watch.missing, forms)
    facts["survivors"] = _texts(watch.survivors, forms)
    because = [str(facts["because"]), keeper.trouble]
    facts["because"] = "; ".join(_texts([text.encode() for text in because if text], forms))


def _exports(order: Order, watch: Watch, forms: tuple[bytes, ...]) -> dict[str, str]:
    """The variables that were asked for, masked; without those too long, or no text."""
    found = {}
    for name in order.exports:
        value = watch.exports.get(name.encode())
        if value is None or len(value) > EXPORT_BYTES_MAX:
            continue
        try:
            found[name] = mask(value, forms).decode()
        except UnicodeDecodeError:
            continue
    return found


def _texts(items: list[bytes], forms: tuple[bytes, ...]) -> list[str]:
    # Masked, then cut: half of a secret is not found any more.
    return [mask(item, forms)[:_TEXT_BYTES_MAX].decode("utf-8", "replace") for item in items]


def _write_exit(folder: str, facts: dict[str, object], caller: socket.socket) -> None:
    # On a full disk, which is what some runbooks mend, a later try may succeed; without an
    # exit the attempt would be lost and a person be asked.
    for number in range(1, _EXIT_TRIES_MAX):
        try:
            write_exit(folder, facts)
        except OSError as error:
            if number == _EXIT_TRIES:
                if error.errno not in _FULL:
                    raise
                _answer(caller, NO_ROOM + b"%d" % error.errno)
            time.sleep(_EXIT_PAUSE_S)
        else:
            return
    write_exit(folder, facts)


def _received(caller: socket.socket) -> Order | None:
    """The next order; None where the caller is gone, or died over it."""
    try:
        length = int.from_bytes(_read_exactly(caller, LENGTH_BYTES), "big")
        return Order(_read_exactly(caller, length))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read_exactly(caller: socket.socket, length: int) -> bytes:
    parts = []
    while length:
        part = caller.recv(min(length, 65_536))
        if not part:
            raise ValueError("the sender is gone")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _answer(caller: socket.socket, text: bytes) -> bool:
    try:
        caller.send(text[:4000])
    except OSError:
        return False  # nobody is there to hear it
    return True


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return  # the step itself took it away


def _drain(pipe: int) -> None:
    """Read and forget what survivors write, so that no SIGPIPE ends them."""
    os.set_blocking(pipe, True)
    while os.read(pipe, 65_536):
        pass
    os.close(pipe)


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
