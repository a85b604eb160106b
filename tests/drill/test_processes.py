"""A process id → what /proc says of it, and signals that hit no other."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from drillbook.drill.faults.processes import find_process, send, tree, with_variable

WAIT_S = 20.0
MARK = f"mark-{os.getpid()}-{time.time_ns()}"


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[bytes]]:
    """A shell with a child that sleeps, both marked in their environment."""
    command = ["bash", "-c", "sleep 300 & echo ready; wait"]
    env = {**os.environ, "DRILL_TEST_MARK": MARK}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, start_new_session=True) as made:
        assert made.stdout is not None
        assert made.stdout.readline() == b"ready\n"
        yield made
        os.killpg(made.pid, signal.SIGKILL)


def test_we_are_found() -> None:
    """Our own process runs, under our parent."""
    found = find_process(os.getpid())
    assert found is not None
    assert (os.getpid(), os.getppid(), False) == (found.pid, found.parent, found.is_stopped)


def test_what_does_not_run_is_none() -> None:
    """Neither a process id beyond all others nor a zombie is a running process."""
    assert find_process(2**31 - 1) is None
    with subprocess.Popen(["true"]) as ended:
        until_s = time.monotonic() + WAIT_S
        while find_process(ended.pid) is not None and time.monotonic() < until_s:
            time.sleep(0.01)
        assert find_process(ended.pid) is None


def test_the_tree_holds_the_children(parent: subprocess.Popen[bytes]) -> None:
    """Parents stand before their children."""
    root = find_process(parent.pid)
    assert root is not None
    found = tree(root)
    assert [parent.pid, parent.pid] == [found[0].pid, found[1].parent]


def test_the_marked_ones_are_found(parent: subprocess.Popen[bytes]) -> None:
    """The whole value counts, and both parent and child hold it."""
    assert 2 == len(with_variable("DRILL_TEST_MARK", MARK))
    assert [] == with_variable("DRILL_TEST_MARK", MARK[:-1])


def test_a_later_process_of_the_same_id_is_not_hit(parent: subprocess.Popen[bytes]) -> None:
    """Only who began when the one who is meant began is sent the signal."""
    root = find_process(parent.pid)
    assert root is not None
    assert not send(replace(root, started=root.started - 1), signal.SIGKILL)
    assert find_process(parent.pid) == root
    assert not send(replace(root, pid=2**22 - 1), signal.SIGKILL)
    assert send(root, signal.SIGKILL)
    assert -signal.SIGKILL == parent.wait(WAIT_S)
    assert not send(root, signal.SIGKILL)
