"""The first signal asks a command to stop, the second one ends it."""

import os
import signal
import subprocess
import sys

import pytest

from drillbook.cli.bell import SIGNALS, Bell
from drillbook.cli.exits import INTERRUPTED

TIMEOUT_S = 60
# It says when it listens, and goes on after the first signal until it is told to stop.
WAITS = """
import sys
from drillbook.cli.bell import Bell
with Bell() as bell:
    print("listens", flush=True)
    bell.rung.wait(60)
    print("rung", flush=True)
    sys.stdin.readline()
print("stopped", flush=True)
"""


def started():
    """A process that listens to the bell."""
    process = subprocess.Popen(
        [sys.executable, "-c", WAITS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "listens\n" == process.stdout.readline()
    return process


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_is_an_event(number):
    """The command stops when it is ready to."""
    with started() as process:
        process.send_signal(number)
        assert "rung\n" == process.stdout.readline()
        out, err = process.communicate("\n", timeout=TIMEOUT_S)
    assert (0, "stopped\n", "") == (process.returncode, out, err)


@pytest.mark.parametrize(("first", "second"), [SIGNALS, SIGNALS[::-1]])
def test_the_second_signal_ends_it_at_once(first, second):
    """Whichever it is; what happened stands in the journal."""
    with started() as process:
        process.send_signal(first)
        assert "rung\n" == process.stdout.readline()
        process.send_signal(second)
        out, err = process.communicate(timeout=TIMEOUT_S)
    assert (INTERRUPTED, "", "drillbook: ended at once\n") == (process.returncode, out, err)


def test_afterwards_signals_mean_what_they_meant():
    """Also where something went wrong in between."""
    before = [signal.getsignal(number) for number in SIGNALS]

    def fails():
        with Bell() as bell:
            os.kill(os.getpid(), signal.SIGINT)
            assert bell.rung.wait(TIMEOUT_S)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert before == [signal.getsignal(number) for number in SIGNALS]
