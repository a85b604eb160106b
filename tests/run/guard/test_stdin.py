"""A step that is given something to read: all of it, and then an open end until it has ended."""

import hashlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drillbook.model.attempt import AttemptOrder, Ending
from drillbook.run.guard.step import STDIN_BYTES_MAX
from drillbook.run.prelude import bash_argv
from drillbook.run.supervisor import StepSupervisor

WITHIN_S = 60.0


@pytest.fixture
def supervisor() -> Iterator[StepSupervisor]:
    """A supervisor that is closed at the end."""
    one = StepSupervisor()
    yield one
    one.close()


def given(folder: Path, script: str, stdin: bytes, **more) -> AttemptOrder:
    """The order of a script that reads these bytes."""
    return AttemptOrder(
        folder=folder / "attempt",
        argv=bash_argv(script),
        env={"PATH": os.environ["PATH"]},
        timeout_s=more.pop("timeout_s", WITHIN_S),
        stdin=stdin,
        **more,
    )


def silently(_text: str) -> None:
    """Show nothing."""


def test_every_byte_arrives(supervisor, tmp_path):
    """Three times what a pipe holds, NULs included, by a reader that takes its time."""
    data = bytes(range(256)) * 12_288
    script = f"sleep 0.2; head -c {len(data)} | sha256sum"
    outcome = supervisor.perform(given(tmp_path, script, data), silently)
    wanted = hashlib.sha256(data)
    assert (0, f"{wanted.hexdigest()}  -\n") == (outcome.exit_code, outcome.output)


def test_its_end_comes_only_with_the_steps(supervisor, tmp_path):
    """A reader waits for more, and is ended by the time limit rather than by an end of file."""
    script = "read -r line; echo got $line; if read -rt 1 more; then :; else echo $?; fi"
    outcome = supervisor.perform(given(tmp_path, script, b"hello\n"), silently)
    assert "got hello\n142\n" == outcome.output


def test_a_step_that_reads_nothing_ends_as_ever(supervisor, tmp_path):
    """Bytes that nobody wants hold nothing up."""
    outcome = supervisor.perform(given(tmp_path, "exit 3", b"x" * 3_000_000), silently)
    assert (Ending.EXITED, 3) == (outcome.ending, outcome.exit_code)


def test_a_step_without_anything_to_read_has_an_empty_input(supervisor, tmp_path):
    """As it always was."""
    outcome = supervisor.perform(given(tmp_path, "wc -c; readlink /proc/self/fd/0", b""), silently)
    assert "0\n/dev/null\n" == outcome.output


def test_more_than_the_bound_is_not_started(supervisor, tmp_path):
    """It says how much there is and how much may be."""
    outcome = supervisor.perform(given(tmp_path, "cat", b"x" * (STDIN_BYTES_MAX + 1)), silently)
    assert Ending.NOT_STARTED is outcome.ending
    assert f"{STDIN_BYTES_MAX + 1} bytes; at most {STDIN_BYTES_MAX}" in outcome.because


def test_a_killed_guardian_closes_it(supervisor, tmp_path):
    """What has left the step's session hears of it: how a program far away knows."""
    heard = tmp_path / "heard"
    script = f"setsid bash -c 'read -r x; touch {heard}.begun; read -r y; touch {heard}' <&0"
    order = given(tmp_path, script, b"go\n")
    thread = threading.Thread(target=supervisor.perform, args=(order, silently), daemon=True)
    thread.start()
    until(heard.with_suffix(".begun"))
    os.kill(int((order.folder / "lock").read_text()), signal.SIGKILL)
    until(heard)
    thread.join(WITHIN_S)


def until(path: Path) -> None:
    """Wait for a file that must come."""
    deadline_s = time.monotonic() + WITHIN_S
    while not path.exists():
        assert time.monotonic() < deadline_s, f"waited in vain for {path}"
        time.sleep(0.01)


def test_a_guardian_is_used_again_for_another(supervisor, tmp_path):
    """No end of a pipe stays behind."""
    for number in range(30):
        folder = tmp_path / str(number)
        folder.mkdir()
        outcome = supervisor.perform(given(folder, "read -r x; echo $x", b"1\n"), silently)
        assert "1\n" == outcome.output
    script = "ls -l /proc/$PPID/fd | wc -l; read -r x"
    folder = tmp_path / "last"
    folder.mkdir()
    outcome = supervisor.perform(given(folder, script, b"1\n"), silently)
    assert int(outcome.output) < 30
