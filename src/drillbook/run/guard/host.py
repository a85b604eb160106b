"""Orders of many steps at once → a thread each in one process, each step below its own stem.

Part of the guardian: the standard library only, and only cheap modules of it. Beyond some number
of steps at once a guardian each would take more memory than the steps. The thread that has the
signals takes the orders; the others do what a guardian of one step does.
"""

import _thread
import os
import resource
import signal
import socket
from collections.abc import Callable
from types import FrameType

from drillbook.run.guard.kernel import keep_one_heap
from drillbook.run.guard.tree import CANCEL_SIGNAL, END_SIGNALS, ask_all, is_idle

# Far more than a thread takes here; only what is touched counts.
_STACK_BYTES = 512 * 1024

# Sees one order through: what comes from the caller's socket, below the stem at the other.
SeeThrough = Callable[[socket.socket, int], None]


def serve_many(control_fd: int, see_through: SeeThrough) -> None:
    """Take an order's two sockets after the other, until the other end closes and all are done."""
    keep_one_heap()
    # Some ten files a step. No step inherits this: they are children of stems.
    _files, files_max = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files_max, files_max))
    _thread.stack_size(_STACK_BYTES)
    control = socket.socket(fileno=control_fd)
    ended = os.eventfd(0, os.EFD_CLOEXEC)
    signal.signal(CANCEL_SIGNAL, ask_all)
    signal.signal(signal.SIGTERM, _end)
    running = 0
    while True:
        message, files, _flags, _address = socket.recv_fds(control, 1, 2, socket.MSG_CMSG_CLOEXEC)
        if not message:
            break
        running += _started(see_through, files, ended)
    while running:
        running -= os.eventfd_read(ended)


def _started(see_through: SeeThrough, files: list[int], ended: int) -> int:
    """Whether, as a number, there is one thread more."""
    if len(files) == 2:
        # A thread takes over what is blocked: signals are for the first one alone.
        signal.pthread_sigmask(signal.SIG_BLOCK, END_SIGNALS)
        try:
            _thread.start_new_thread(_run, (see_through, files[0], files[1], ended))
        except RuntimeError:
            pass  # no thread to be had: the caller sees its socket end, and begins afresh
        else:
            return 1
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, END_SIGNALS)
    for file in files:
        os.close(file)
    return 0


def _run(see_through: SeeThrough, caller: int, stem: int, ended: int) -> None:
    try:
        with socket.socket(fileno=caller) as link:
            see_through(link, stem)
    finally:
        os.eventfd_write(ended, 1)


def _end(number: int, _frame: FrameType | None) -> None:
    """SIGTERM ends every step; a process that has none ends at once."""
    if is_idle():
        os._exit(0)
    ask_all(number)
