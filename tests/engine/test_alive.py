"""Who lives is told by locks, which end with their process."""

import subprocess
import sys
import threading

import pytest

from drillbook.engine.alive import Alive
from drillbook.model.engine import EngineError

HOLD = """
import sys
from pathlib import Path
from drillbook.engine.alive import Alive
alive = Alive(Path(sys.argv[1]))
alive.begin("them")
print("held", flush=True)
sys.stdin.read()
"""


def test_who_holds_its_lock_lives(tmp_path):
    """Also for others of the same process; until it lets go."""
    ours, others = Alive(tmp_path), Alive(tmp_path)
    assert False is others.lives("us")
    ours.begin("us")
    assert (True, True) == (ours.lives("us"), others.lives("us"))
    ours.end("us")
    assert False is others.lives("us")
    assert [] == list(tmp_path.iterdir())


def test_a_killed_process_does_not_live(tmp_path):
    """Its lock file is there, and nobody holds it."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert b"held\n" == process.stdout.readline()
        assert True is Alive(tmp_path).lives("them")
        process.kill()
        process.wait()
    assert False is Alive(tmp_path).lives("them")
    assert ["them.lock"] == [path.name for path in tmp_path.iterdir()]
    Alive(tmp_path).forget("them")
    assert [] == list(tmp_path.iterdir())


def test_those_who_look_never_take_it_away(tmp_path):
    """However often they look while it begins."""
    looking, stop = Alive(tmp_path), threading.Event()

    def look():
        while not stop.is_set():
            looking.lives("us")

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(100):
            ours = Alive(tmp_path)
            ours.begin("us")
            assert True is ours.lives("us")
            ours.close()
    finally:
        stop.set()
        thread.join()


def test_a_folder_that_cannot_be_used_is_said(tmp_path):
    """In one line with the cure, by who begins and by who looks."""
    (tmp_path / "us.lock").mkdir()
    for act in (Alive(tmp_path).begin, Alive(tmp_path).lives):
        with pytest.raises(EngineError, match="make the folder readable and writable"):
            act("us")


def test_letting_go_of_what_one_does_not_hold_does_nothing(tmp_path):
    """As after another has taken us for dead."""
    Alive(tmp_path).end("us")
    Alive(tmp_path).forget("us")
    Alive(tmp_path).close()
