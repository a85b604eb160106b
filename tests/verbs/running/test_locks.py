"""Locks that end with the process that holds them."""

import subprocess
import sys

import pytest

from drillbook.verbs.running.locks import HeldError, held, is_held

HOLDER = """
import sys, pathlib
from drillbook.verbs.running.locks import held
with held(pathlib.Path(sys.argv[1]), "x", "run"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock x until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert "held\n" == process.stdout.readline()
        yield process
        process.kill()


def test_what_another_process_holds_is_refused_in_one_line(tmp_path, holder):
    """The message names what is held and says what to do."""
    with pytest.raises(HeldError) as refusal, held(tmp_path, "x", "run"):
        pass
    assert "run x is in another process's hands; wait for it, or end it first" == str(refusal.value)
    assert is_held(tmp_path, "x")


def test_a_lock_ends_with_its_process(tmp_path, holder):
    """A kill -9 leaves the file and frees the lock."""
    holder.kill()
    holder.wait(30)
    assert not is_held(tmp_path, "x")
    assert (tmp_path / "x.lock").exists()


def test_one_process_cannot_take_a_lock_twice(tmp_path):
    """Two threads of one server are as far apart as two processes."""
    with held(tmp_path, "x", "run"):
        assert is_held(tmp_path, "x")
        with pytest.raises(HeldError), held(tmp_path, "x", "run"):
            pass
    assert not is_held(tmp_path, "x")


def test_locks_of_two_names_do_not_meet(tmp_path):
    """Each run has its own."""
    with held(tmp_path, "x", "run"), held(tmp_path, "y", "run"):
        assert [True, True] == [is_held(tmp_path, "x"), is_held(tmp_path, "y")]


def test_an_exception_frees_the_lock(tmp_path):
    """Whatever ends the block ends the lock."""
    with pytest.raises(KeyboardInterrupt), held(tmp_path, "x", "run"):
        raise KeyboardInterrupt
    assert not is_held(tmp_path, "x")


def test_the_folder_is_made_for_its_owner_alone(tmp_path):
    """Nobody else may see, or hold, what runs."""
    folder = tmp_path / "state" / "runs"
    with held(folder, "x", "run"):
        assert 0 == folder.stat().st_mode & 0o077
