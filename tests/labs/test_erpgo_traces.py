"""A lab's processes are found by their mark, told from others, and ended for good."""

import ctypes
import os
import signal
import subprocess
from pathlib import Path

from drillbook_labs.erpgo import traces
from drillbook_labs.erpgo.configs import MARKER

IPC_CREAT = 0o1000


def sleeper(folder: Path, *, own_session: bool = False) -> subprocess.Popen[bytes]:
    """Start a process that bears the mark of the lab in that folder."""
    return subprocess.Popen(
        ["/bin/sleep", "60"],
        env={MARKER: str(folder)},
        start_new_session=own_session,
    )


def test_only_processes_of_this_lab_are_found(tmp_path: Path) -> None:
    """A lab whose folder's name begins the same is another lab."""
    with sleeper(tmp_path / "lab") as mine, sleeper(tmp_path / "lab2") as other:
        assert [mine.pid] == traces.of_lab(tmp_path / "lab", None)
        mine.kill()
        other.kill()


def test_all_are_ended_also_those_of_another_session(tmp_path: Path) -> None:
    """Ending a lab leaves nobody, whichever session a process made for itself."""
    with sleeper(tmp_path) as one, sleeper(tmp_path, own_session=True) as two:
        assert [] == traces.end_all(tmp_path, None)
        assert {-signal.SIGKILL} == {one.wait(), two.wait()}


def test_a_stopped_process_is_woken(tmp_path: Path) -> None:
    """What a fault has stopped goes on, so that it can end in order."""
    with sleeper(tmp_path) as process:
        os.kill(process.pid, signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        traces.wake(tmp_path, None)
        process.terminate()
        assert -signal.SIGTERM == process.wait(30)


def test_a_process_that_ended_does_not_count_as_alive(tmp_path: Path) -> None:
    """A dead process that nobody has waited for yet is not alive."""
    with sleeper(tmp_path) as process:
        assert traces.is_alive(process.pid)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not traces.is_alive(process.pid)
        assert [] == traces.of_lab(tmp_path, None)


def test_a_wait_ends_though_a_process_does_not(tmp_path: Path) -> None:
    """At its limit the wait names who still lives."""
    with sleeper(tmp_path) as process:
        assert [process.pid] == traces.wait_gone(tmp_path, None, within_s=0.1)
        process.kill()


def segment_ids() -> list[int]:
    """Answer the ids of all shared memory segments of this machine."""
    rows = Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()[1:]
    return [int(row.split()[1]) for row in rows]


def lock_file(data: Path, *, key: int, segment: int) -> None:
    """Write the lock file of a PostgreSQL that was killed: its seventh line names the segment."""
    lines = ["4711", str(data), "0", "5432", "", "127.0.0.1", f"{key:9} {segment:9}", "ready"]
    (data / "postmaster.pid").write_text("\n".join(lines), encoding="utf-8")


def test_only_the_segment_that_the_lock_file_names_is_removed(tmp_path: Path) -> None:
    """A segment with that id under another key is somebody else's and stays."""
    key = 0x5D000000 + os.getpid()
    segment = ctypes.CDLL(None).shmget(key, 56, IPC_CREAT | 0o600)
    assert segment in segment_ids()

    traces.remove_shared_memory(tmp_path)
    lock_file(tmp_path, key=key + 1, segment=segment)
    traces.remove_shared_memory(tmp_path)
    assert segment in segment_ids()

    lock_file(tmp_path, key=key, segment=segment)
    traces.remove_shared_memory(tmp_path)
    assert segment not in segment_ids()
