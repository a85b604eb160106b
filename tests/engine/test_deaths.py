"""Workers that are killed, stopped or cut off: their jobs are handed on, and nobody is harmed."""

import random
import signal
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from drillbook.model.engine import Job, JobState, NoSlotError
from engines import Child, Performed, opened, working
from servers import wait_until

KILLS = 5
KILLS_OF_A_LONG_STORM = 50
KEYS = 12


def log_of(folder):
    """What the children did: (what, key, number, worker) of each line."""
    path = Path(folder, "log")
    return [line.split(" ") for line in path.read_text().splitlines()] if path.exists() else []


def begun(folder, key="run/1"):
    return [line for line in log_of(folder) if line[:2] == ["begin", key]]


def said_by(folder, name="child"):
    return Path(folder, f"{name}.said").read_text()


def test_a_killed_workers_job_is_handed_on(home, tmp_path):
    """To another worker: at once where its death can be seen, else after `dead_after_s`."""
    home = home.at_once_on_this_machine(1.0)
    child = Child(home=home, folder=str(tmp_path))
    said, performed = [], Performed()
    with opened(home, said) as engine, child.running() as process:
        engine.submit(Job(key="run/1", kind="hold"))
        wait_until(lambda: begun(tmp_path), "the child begins")
        with working(engine, performed):
            process.kill()
            wait_until(lambda: performed.keys == ["run/1"], "it is handed on")
            wait_until(lambda: not engine.jobs(), "it is done")
            assert ["1 job of a dead worker handed on"] == said
            assert 1 == len(engine.workers())


def test_one_that_waits_behind_a_killed_workers_job_is_enough(home, tmp_path):
    """Both say that there is something to do; it is done once, at once."""
    home = home.at_once_on_this_machine(1.0)
    performed = Performed()
    with opened(home) as engine, Child(home=home, folder=str(tmp_path)).running() as process:
        engine.submit(Job(key="run/1", kind="hold"))
        wait_until(lambda: begun(tmp_path), "the child begins")
        tomorrow_ns = time.time_ns() + 86_400 * 10**9
        engine.submit(Job(key="run/1", kind="run", due_at_ns=tomorrow_ns))
        process.kill()
        with working(engine, performed):
            wait_until(lambda: not engine.jobs(), "it is done")
    assert ["run/1"] == performed.keys


def test_a_stopped_worker_that_comes_back_harms_nobody(home, tmp_path):
    """Its job is another's by then: its finishing is refused, and it goes on as a new worker."""
    home = home.dying_after(1.0)
    is_over = threading.Event()
    performed = Performed(lambda _job: is_over.wait(60))
    with opened(home) as engine, Child(home=home, folder=str(tmp_path)).running() as process:
        engine.submit(Job(key="run/1", kind="hold"))
        wait_until(lambda: begun(tmp_path), "the child begins")
        process.send_signal(signal.SIGSTOP)
        with working(engine, performed, slots=1, name="the other"):
            wait_until(lambda: performed.keys == ["run/1"], "it is handed on")
            (tmp_path / "go").touch()
            process.send_signal(signal.SIGCONT)
            wait_until(lambda: "not this worker's any more" in said_by(tmp_path), "it is refused")
            wait_until(lambda: "taken for dead" in said_by(tmp_path), "it is told so")
            (status,) = engine.jobs()
            assert (JobState.AT_WORK, "the other") == (status.state, status.worker)
            engine.submit(Job(key="run/2", kind="run"))
            wait_until(lambda: begun(tmp_path, "run/2"), "the child goes on")
            is_over.set()
            wait_until(lambda: not engine.jobs(), "all is done")


def test_a_stopped_worker_is_seen_to_be_dead(home, tmp_path):
    """`workers` says so before anybody has taken what it had."""
    home = home.dying_after(0.5)
    with opened(home) as engine, Child(home=home, folder=str(tmp_path)).running() as process:
        wait_until(lambda: [each.is_dead for each in engine.workers()] == [False], "it is there")
        process.send_signal(signal.SIGSTOP)
        wait_until(lambda: [each.is_dead for each in engine.workers()] == [True], "it is dead")


def test_a_worker_that_is_told_to_stop_leaves_nothing(home, tmp_path):
    """SIGTERM to a process that is at work: the job ends, then the process."""
    with opened(home) as engine, Child(home=home, folder=str(tmp_path)).running() as process:
        engine.submit(Job(key="run/1", kind="hold"))
        wait_until(lambda: begun(tmp_path), "the child begins")
        process.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        (tmp_path / "go").touch()
        assert 0 == process.wait(60)
        assert ((), ()) == (engine.jobs(), engine.workers())
    assert "" == said_by(tmp_path)


def test_a_storm_of_kills_loses_nothing(home, tmp_path):
    """Every submit is followed by a whole performance; none of a key is at work twice.

    Three workers are killed with -9 and started again at random, while jobs are submitted.
    """
    storm(home, tmp_path, kills=KILLS, seed=1)


@pytest.mark.soak
def test_a_long_storm_loses_nothing(any_home, tmp_path):
    """The same with many more kills."""
    storm(any_home, tmp_path, kills=KILLS_OF_A_LONG_STORM, seed=2)


def storm(home, folder, *, kills, seed):
    """So many kills; then what must not have happened is asserted."""
    home = home.at_once_on_this_machine(4.0)
    chance = random.Random(seed)
    children = [Child(home=home, folder=str(folder), name=f"child-{n}", slots=3) for n in range(3)]
    processes = [child.start() for child in children]
    submitted, kept = Counter(), {}
    try:
        with opened(home) as engine:
            while kills:
                key = f"run/{chance.randrange(KEYS)}"
                submitted[key] += 1
                number = str(submitted[key])
                if engine.submit(Job(key=key, kind="slow", args={"number": number})):
                    kept[key] = number
                time.sleep(chance.uniform(0, 0.03))
                if chance.random() < 0.08:
                    at = chance.randrange(len(processes))
                    processes[at].kill()
                    processes[at].wait()
                    processes[at] = children[at].start()
                    kills -= 1
            wait_until(lambda: not engine.jobs(), "all is done")
    finally:
        for process in processes:
            process.kill()
            process.wait()
    lines = log_of(folder)
    assert [] == [line for line in lines if line[0] == "overlap"]
    ended = {(key, number) for what, key, number, _ in lines if what == "end"}
    # The last that was kept of each key; one before it may have been handed on as this one.
    assert set() == kept.items() - ended


class TestSlots:
    """`slot` bounds what is at something at the same time."""

    def test_no_more_than_the_count_hold_one(self, home):
        """Among threads of one process, and whatever the name."""
        at_once, most, turn = [0], [0], threading.Lock()

        def use(engine):
            with engine.slot("target/db 'é", 2):
                with turn:
                    at_once[0] += 1
                    most[0] = max(most[0], at_once[0])
                time.sleep(0.02)
                with turn:
                    at_once[0] -= 1

        with opened(home) as one, opened(home) as other:
            threads = [
                threading.Thread(target=use, args=(one if n % 2 else other,)) for n in range(8)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert 2 == most[0]

    def test_who_waits_too_long_is_told_in_one_line(self, home):
        """With the name, the count and the cure."""
        with opened(home) as engine, engine.slot("target/db", 1):
            with pytest.raises(NoSlotError) as refusal, engine.slot("target/db", 1, within_s=0.2):
                pass
            with engine.slot("target/other", 1, within_s=0.0):
                pass
        assert (
            "target/db: none of its 1 slots became free within 0.2 s; "
            "wait for what is running, or allow more at once"
        ) == str(refusal.value)

    def test_none_are_none(self, home):
        """A count below 1 lets nobody in."""
        with opened(home) as engine, pytest.raises(NoSlotError), engine.slot("x", 0):
            pass

    def test_a_slot_ends_with_its_process(self, home, tmp_path):
        """Killed with -9 while it holds one, it holds none."""
        child = Child(home=home, folder=str(tmp_path))
        with opened(home) as engine, child.running() as process:
            engine.submit(Job(key="run/1", kind="slot"))
            wait_until(lambda: begun(tmp_path), "the child holds it")
            with pytest.raises(NoSlotError), engine.slot("held", 1, within_s=0.1):
                pass
            process.kill()
            with engine.slot("held", 1, within_s=60):
                pass

    def test_a_slot_is_free_after_an_error(self, home):
        """However the block ends."""
        with opened(home) as engine:
            for _ in range(3):
                with pytest.raises(OSError, match="x"), engine.slot("y", 1, within_s=1.0):
                    raise OSError("x")
