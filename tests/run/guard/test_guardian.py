"""The guardian as a program: what it loads, what it leaves, how it bears a bad disk."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from drillbook.model.attempt import AttemptOrder, Ending, Outcome
from drillbook.run.guard import guardian
from drillbook.run.guard.crash import CRASH_POINTS
from drillbook.run.guard.files import claim
from drillbook.run.guard.kernel import children, command, descendants, environment, send, session
from drillbook.run.guard.link import GuardLink
from drillbook.run.prelude import bash_argv
from drillbook.run.supervisor import StepSupervisor

SOURCE = Path(guardian.__file__).parents[3]
ENV = {"PATH": os.environ["PATH"]}


def performed(order: AttemptOrder) -> Outcome:
    """The outcome of an order under a supervisor of its own."""
    supervisor = StepSupervisor()
    try:
        return supervisor.perform(order, lambda _text: None)
    finally:
        supervisor.close()


def test_it_loads_nothing_but_its_own_modules() -> None:
    """A guardian is a fork of the server: of ours only `guard`, and no slow library."""
    code = (
        f"import sys; sys.path.append({str(SOURCE)!r}); before = set(sys.modules);"
        "import drillbook.run.guard.guardian; print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    ours = {name for name in loaded if name.startswith("drillbook")}
    others = {name.split(".")[0] for name in loaded} - set(sys.stdlib_module_names)
    assert {"drillbook"} == others
    allowed = re.compile(r"drillbook(\.run(\.guard(\.[a-z]+)?)?)?")
    assert [] == sorted(name for name in ours if not allowed.fullmatch(name))
    assert [] == sorted({"typing", "pathlib", "subprocess", "dataclasses", "logging"} & set(loaded))


def test_every_crash_point_is_passed() -> None:
    """The list of names is that of the calls: a test of all names is one of all places."""
    text = (SOURCE / "drillbook/run/guard/guardian.py").read_text()
    assert list(CRASH_POINTS) == sorted(
        re.findall(r'crash_point\("([a-z-]+)"\)', text), key=CRASH_POINTS.index
    )


def test_a_torn_order_starts_nothing(tmp_path: Path) -> None:
    """An order whose sender died in the middle of it is dropped without a trace."""
    link = GuardLink()
    for torn in (b"", b'{"folder": "', b"{}", b"[]", b"null", b"\xff"):
        with link.send(torn) as reply:
            assert b"" == reply.recv(1)
    link.drop()
    assert [] == list(tmp_path.iterdir())


def test_a_fork_server_that_is_gone_is_an_error_at_once() -> None:
    """Sending to a killed server raises or ends at once; after drop() a new one is there."""
    link = GuardLink()
    with link.send(b"") as reply:
        reply.recv(1)
    server = link.server_pid()
    assert server is not None
    tree = (server, *descendants(server))
    for pid in tree:
        send(pid, 9)
    while any(map(session, tree)):
        time.sleep(0.01)
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        link.send(b"")
    link.drop()
    with link.send(b"") as reply:
        assert b"" == reply.recv(1)
    link.drop()


def test_the_lock_is_held_from_the_moment_it_is_there(tmp_path: Path) -> None:
    """A second claim finds the lock taken, and no temporary file is left by either."""
    folder = str(tmp_path / "attempt")
    lock = claim(folder)
    assert lock is not None
    assert claim(folder) is None
    os.close(lock)
    assert claim(folder) is None
    assert ["lock"] == [file.name for file in Path(folder).iterdir()]


def test_what_survives_is_masked_and_bounded(tmp_path: Path) -> None:
    """A survivor's command line is text of a stranger: secrets are masked in it."""
    folder = tmp_path / "attempt"
    script = (
        "setsid bash -c 'sleep 600; : hunter2' & "
        "until [ $(ps -o sid= -p $!) = $! ] && grep -q hunter2 /proc/$!/cmdline "
        "&& ! grep -q setsid /proc/$!/cmdline; do :; done"
    )
    outcome = performed(
        AttemptOrder(
            folder=folder, argv=bash_argv(script), env=ENV, timeout_s=60, masks=("hunter2",)
        )
    )
    shown = [line.partition(" ")[2] for line in outcome.survivors]
    for line in outcome.survivors:
        send(int(line.split()[0]), 9)
    assert "bash -c sleep 600; : ***" in shown


@pytest.mark.parametrize("before", [180, 990])
def test_a_survivors_secret_is_masked_before_the_line_is_cut(tmp_path: Path, before: int) -> None:
    """Wherever the secret stands in the command line, no beginning of it is left."""
    secret = "hunter2-" * 10
    pad = "x" * before
    script = (
        f"setsid bash -c 'sleep 600; : {pad}{secret}' & "
        "until [ $(ps -o sid= -p $!) = $! ] && grep -q hunter2 /proc/$!/cmdline "
        "&& ! grep -q setsid /proc/$!/cmdline; do :; done"
    )
    order = AttemptOrder(
        folder=tmp_path / "a", argv=bash_argv(script), env=ENV, timeout_s=60, masks=(secret,)
    )
    outcome = performed(order)
    for line in outcome.survivors:
        send(int(line.split()[0]), 9)
    told = [line for line in outcome.survivors if "xxx" in line]
    assert ([True], False) == (
        [len(line) <= 1_000 for line in told],
        "hunter" in " ".join(outcome.survivors),
    )


def test_a_step_that_removes_its_folders_files_still_ends(tmp_path: Path) -> None:
    """What a step does to the pipe in its folder does not disturb the record of its end."""
    folder = tmp_path / "attempt"
    argv = bash_argv('rm "$DRILLBOOK_ATTEMPT/missing"; no-such || echo end')
    outcome = performed(AttemptOrder(folder=folder, argv=argv, env=ENV, timeout_s=60))
    assert (Ending.EXITED, 0, ()) == (outcome.ending, outcome.exit_code, outcome.missing)


def test_missing_programs_are_bounded(tmp_path: Path) -> None:
    """A loop over names that do not exist leaves a list that fits on a screen."""
    argv = bash_argv("for n in {1..200}; do no-such-$n 2>/dev/null || true; done")
    order = AttemptOrder(folder=tmp_path / "a", argv=argv, env=ENV, timeout_s=60)
    assert tuple(f"no-such-{n}" for n in range(1, 33)) == performed(order).missing


def test_output_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    """Where the disk refuses the output the step still runs, and the outcome says so."""
    folder = tmp_path / "attempt"
    (folder / "out").mkdir(parents=True)
    argv = bash_argv("echo lost; exit 2")
    outcome = performed(AttemptOrder(folder=folder, argv=argv, env=ENV, timeout_s=60))
    assert (2, 5) == (outcome.exit_code, outcome.output_bytes)
    assert "part of the output could not be kept: Is a directory" == outcome.because


class TestKernel:
    """What is read of processes, also of those that are gone."""

    def test_gone_processes_are_nothing(self) -> None:
        """No question about a process that has ended raises."""
        process = subprocess.Popen(["true"])
        process.wait()
        pid = process.pid
        assert (b"", b"", 0, [], [], False) == (
            command(pid),
            environment(pid),
            session(pid),
            children(pid),
            descendants(pid),
            send(pid, 0),
        )

    def test_a_zombie_is_in_no_session(self) -> None:
        """What has ended and was not buried yet does not count as living."""
        process = subprocess.Popen(["sleep", "600"])
        assert os.getsid(process.pid) == session(process.pid)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert 0 == session(process.pid)
        process.wait()

    def test_descendants_are_found_at_any_depth(self) -> None:
        """Children, their children, and those with a session of their own."""
        script = "setsid bash -c 'sleep 600 & echo up; wait' & wait"
        with subprocess.Popen(["bash", "-c", script], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert b"up\n" == process.stdout.readline()
            shown: set[bytes] = set()
            deadline = time.monotonic() + 60
            while shown != {b"bash -c", b"sleep 600"} and time.monotonic() < deadline:
                found = descendants(process.pid)
                shown = {b" ".join(command(pid).split()[:2]) for pid in found}
            for pid in (process.pid, *found):
                send(pid, 9)
        assert {b"bash -c", b"sleep 600"} == shown
