"""Steps under the supervisor: real processes, started, watched, ended, found again."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from drillbook.model.attempt import AttemptOrder, Ending, Origin, Outcome, TraceKind
from drillbook.run import supervisor as supervisor_module
from drillbook.run.guard import link as guard_link
from drillbook.run.prelude import bash_argv
from drillbook.run.supervisor import StepSupervisor

PATH = os.environ["PATH"]
GENEROUS_S = 60.0


@pytest.fixture
def supervisor() -> Iterator[StepSupervisor]:
    """A supervisor that is closed at the end."""
    one = StepSupervisor()
    yield one
    one.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where an attempt is to be; not there yet."""
    return tmp_path / "attempt"


def ordered(
    folder: Path, script: str, *, timeout_s: float = GENEROUS_S, **more: Any
) -> AttemptOrder:
    """An order for a bash script, with nothing but PATH in its environment."""
    argv = more.pop("argv", bash_argv(script))
    env = more.pop("env", {"PATH": PATH})
    return AttemptOrder(folder=folder, argv=argv, env=env, timeout_s=timeout_s, **more)


def waiting_for(path: Path) -> str:
    """A script's wait for a file."""
    return f"until [ -e {path} ]; do sleep 0.01; done"


def silently(_text: str) -> None:
    """Show nothing."""


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait, generously, for something that must come."""
    deadline = time.monotonic() + GENEROUS_S
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.005)


def marked(folder: Path) -> list[int]:
    """Every living process that carries the attempt's marker."""
    marker = f"DRILLBOOK_ATTEMPT={folder}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and marker in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def guardian_of(folder: Path) -> int:
    """The process that holds the attempt's lock."""
    return int((folder / "lock").read_text())


def in_thread(
    supervisor: StepSupervisor, order: AttemptOrder
) -> tuple[threading.Thread, list[Outcome]]:
    """Perform an order beside the test."""
    outcomes: list[Outcome] = []
    thread = threading.Thread(
        target=lambda: outcomes.append(supervisor.perform(order, silently)), daemon=True
    )
    thread.start()
    return thread, outcomes


class TestOutcome:
    """What comes of a step that runs to its end."""

    def test_exit_code_output_and_times(self, supervisor: StepSupervisor, folder: Path) -> None:
        """The exit code, everything written to both outputs in order, and when it ran."""
        before = time.time_ns()
        order = ordered(folder, "echo one; echo two >&2; echo three; exit 3")
        outcome = supervisor.perform(order, silently)
        assert (Ending.EXITED, 3, None) == (outcome.ending, outcome.exit_code, outcome.signal)
        assert ("one\ntwo\nthree\n", 14, False) == (
            outcome.output,
            outcome.output_bytes,
            outcome.is_cut,
        )
        assert before <= outcome.started_at_ns <= outcome.ended_at_ns <= time.time_ns()
        assert ((), (), "") == (outcome.missing, outcome.survivors, outcome.because)

    def test_a_signal_is_not_an_exit_code(self, supervisor: StepSupervisor, folder: Path) -> None:
        """A step that a signal ended has a signal and no exit code."""
        outcome = supervisor.perform(ordered(folder, "kill -SEGV $$"), silently)
        assert (Ending.SIGNALLED, None, signal.SIGSEGV) == (
            outcome.ending,
            outcome.exit_code,
            outcome.signal,
        )

    def test_the_environment_is_exactly_the_orders(
        self, supervisor: StepSupervisor, folder: Path
    ) -> None:
        """Nothing of our own environment reaches a step, only the order's and the marker."""
        order = ordered(folder, "", argv=("env",), env={"PATH": PATH, "A": "b\nc"})
        outcome = supervisor.perform(order, silently)
        assert f"PATH={PATH}\nA=b\nc\nDRILLBOOK_ATTEMPT={folder}\n" == outcome.output

    def test_odd_bytes_survive_the_way(self, supervisor: StepSupervisor, folder: Path) -> None:
        """A value that is no UTF-8 reaches the step as the bytes it was."""
        odd = os.fsdecode(b"\xff\xfe")
        script = 'printf %s "$ODD" | od -An -tx1'
        order = ordered(folder, script, env={"PATH": PATH, "ODD": odd})
        assert "ff fe" == supervisor.perform(order, silently).output.strip()

    def test_a_step_starts_clean(self, supervisor: StepSupervisor, folder: Path) -> None:
        """No input, no file of ours but the leash, no signal ignored, a session of its own."""
        script = "readlink /proc/self/fd/0; ls -m /proc/$$/fd; ps -o sid= -p $$ | grep -cw $$"
        lines = supervisor.perform(ordered(folder, script), silently).output.splitlines()
        assert ["/dev/null", "0, 1, 199, 2", "1"] == lines
        argv = ("grep", "-hE", "Sig(Blk|Ign)", "/proc/self/status")
        direct = ordered(folder.with_name("direct"), "", argv=argv)
        lines = supervisor.perform(direct, silently).output.splitlines()
        masks = [int(line.split()[1], 16) for line in lines]
        # 32 and 33 are the C library's own: its posix_spawn ignores them for whom it starts.
        assert [0, 0] == [mask & 0x7FFF_FFFF for mask in masks]

    def test_cwd(self, supervisor: StepSupervisor, folder: Path, tmp_path: Path) -> None:
        """A step runs in the order's folder, and in ours where it names none."""
        order = ordered(folder, "pwd", cwd=str(tmp_path))
        assert f"{tmp_path}\n" == supervisor.perform(order, silently).output
        other = supervisor.perform(ordered(tmp_path / "other", "pwd -P"), silently)
        assert f"{Path.cwd()}\n" == other.output

    @pytest.mark.parametrize(
        ("more", "because"),
        [
            ({"argv": ("no-such-program",)}, "'no-such-program': No such file"),
            ({"argv": ("/dev/null",)}, "'/dev/null': Permission denied"),
            ({"argv": ()}, "the command is empty"),
            ({"argv": ("true", "a\0b")}, "embedded null byte"),
            ({"env": {"PATH": PATH, "A": "\0"}}, "embedded null byte"),
            ({"argv": ("true", "x" * 300_000)}, "Argument list too long"),
            ({"cwd": "/no/such/folder"}, "cannot enter the folder '/no/such/folder'"),
            ({"is_interactive": True}, "interactive steps are not supported"),
        ],
    )
    def test_what_cannot_start(
        self, supervisor: StepSupervisor, folder: Path, more: dict[str, Any], because: str
    ) -> None:
        """A step that cannot be started is an Outcome that says why, and a finished attempt."""
        outcome = supervisor.perform(ordered(folder, "echo ran", **more), silently)
        assert (Ending.NOT_STARTED, "") == (outcome.ending, outcome.output)
        assert because in outcome.because
        assert TraceKind.FINISHED is supervisor.trace(folder)
        assert () == outcome.survivors

    def test_a_folder_that_cannot_be_made(self, supervisor: StepSupervisor) -> None:
        """Where no trace can be left nothing is started."""
        outcome = supervisor.perform(ordered(Path("/dev/null/attempt"), "true"), silently)
        assert Ending.NOT_STARTED is outcome.ending
        assert "cannot make the attempt's folder '/dev/null/attempt'" in outcome.because

    def test_an_order_larger_than_any_buffer(
        self, supervisor: StepSupervisor, folder: Path
    ) -> None:
        """A megabyte of environment arrives."""
        env = {"PATH": PATH, **{f"V{n}": "x" * 100_000 for n in range(10)}}
        order = ordered(folder, "", argv=("sh", "-c", "echo ${#V9}"), env=env)
        assert "100000\n" == supervisor.perform(order, silently).output


class TestOutput:
    """What a step writes: kept within bounds, shown as it comes."""

    def test_a_flood_is_kept_in_bounded_memory(
        self, supervisor: StepSupervisor, folder: Path
    ) -> None:
        """300 MB in one line: head and tail are kept, the guardian's memory does not grow."""
        script = "echo begin; head -c 300000000 /dev/zero; grep VmHWM /proc/$PPID/status"
        order = ordered(folder, script, head_bytes=100, tail_bytes=100)
        outcome = supervisor.perform(order, silently)
        assert outcome.output.startswith("begin\n␀␀")
        assert "left out …]" in outcome.output
        used_kb = int(outcome.output.split("VmHWM:")[1].split()[0])
        assert used_kb < 40_000
        assert outcome.is_cut
        assert outcome.output_bytes > 300_000_000

    def test_a_line_of_five_megabytes(self, supervisor: StepSupervisor, folder: Path) -> None:
        """One endless line is like any other output."""
        script = "head -c 5000000 /dev/zero | tr '\\0' x"
        outcome = supervisor.perform(ordered(folder, script), silently)
        gap = 5_000_000 - 2 * 65_536
        assert f"x\n[… {gap} bytes left out …]\nx" in outcome.output
        assert 5_000_000 == outcome.output_bytes

    def test_binary_output(self, supervisor: StepSupervisor, folder: Path) -> None:
        """Bytes that are no text become replacement characters, controls their pictures."""
        outcome = supervisor.perform(ordered(folder, r"printf '\xff\x00\x1b[2Jok'"), silently)
        assert "\ufffd␀␛[2Jok" == outcome.output

    def test_output_is_shown_while_the_step_runs(
        self, supervisor: StepSupervisor, folder: Path, tmp_path: Path
    ) -> None:
        """The step ends only once its first line has been seen here: it is streamed."""
        go = tmp_path / "go"
        seen: list[str] = []

        def show(text: str) -> None:
            seen.append(text)
            if "first\n" in "".join(seen):
                go.touch()

        script = f"echo first; {waiting_for(go)}; echo second"
        outcome = supervisor.perform(ordered(folder, script), show)
        assert ("first\nsecond\n", "first\nsecond\n") == ("".join(seen), outcome.output)

    def test_a_slow_reader_holds_nobody_up(
        self, supervisor: StepSupervisor, folder: Path, tmp_path: Path
    ) -> None:
        """The step writes 50 MB to its end while our first on_output has not returned."""
        done = tmp_path / "done"

        def show(_text: str) -> None:
            until(done.exists, "the step's end")

        script = f"head -c 50000000 /dev/zero; touch {done}"
        outcome = supervisor.perform(ordered(folder, script), show)
        assert (Ending.EXITED, 50_000_000) == (outcome.ending, outcome.output_bytes)

    def test_secrets_never_reach_the_disk(self, supervisor: StepSupervisor, folder: Path) -> None:
        """However it is written, as a program's name or a process's too: no file holds it."""
        secret = "s3cr3t p@ss"
        script = (
            "printf 's3cr'; sleep 0.1; printf '3t p@ss\\n'; echo s3cr3t%20p%40ss; "
            '"$SECRET" || true; setsid sleep 0.5 "$SECRET"0 2>/dev/null & echo "$SECRET" >&2'
        )
        env = {"PATH": PATH, "SECRET": secret}
        order = ordered(folder, script, env=env, masks=(secret,))
        shown: list[str] = []
        outcome = supervisor.perform(order, shown.append)
        held = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
        assert ("***\n***\n", ("***",)) == (outcome.output[:8], outcome.missing)
        assert [] == [x for x in ("s3cr", "p@ss", "p%40ss") if x in repr(outcome) + "".join(shown)]
        assert [] == [x for x in (b"s3cr", b"p@ss", b"p%40ss") if x in held]


STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open(sys.argv[1], "w").close()
        time.sleep(600)
    time.sleep(600)
time.sleep(600)
"""


class TestEnds:
    """Time limits, cancels, and what a step leaves behind."""

    def test_at_the_time_limit_the_whole_tree_goes(
        self, supervisor: StepSupervisor, folder: Path, tmp_path: Path
    ) -> None:
        """Sessions of their own, double forks, ignored signals, stopped ones: none is left."""
        ready = tmp_path / "ready"
        stubborn = tmp_path / "stubborn.py"
        stubborn.write_text(STUBBORN)
        script = (
            f"{sys.executable} {stubborn} {ready} & (setsid setsid sleep 600 &) ; sleep 600 & "
            f"bash -c 'kill -STOP $$' & {waiting_for(ready)}; echo up; "
            "trap '' TERM; while :; do sleep 600; done"
        )
        order = ordered(folder, script, timeout_s=3.0, grace_s=0.2)
        outcome = supervisor.perform(order, silently)
        assert (Ending.TIMED_OUT, "up\n", None) == (
            outcome.ending,
            outcome.output,
            outcome.exit_code,
        )
        assert ((), []) == (outcome.survivors, marked(folder))
        assert "its time limit of 3 s was reached" == outcome.because

    def test_a_step_may_tidy_up_within_its_grace(
        self, supervisor: StepSupervisor, folder: Path
    ) -> None:
        """SIGTERM comes first, and what the step writes upon it is kept."""
        script = "trap 'echo tidied; exit 0' TERM; echo up; while :; do sleep 0.05; done"
        order = ordered(folder, script, timeout_s=1.0, grace_s=GENEROUS_S)
        outcome = supervisor.perform(order, silently)
        assert (Ending.TIMED_OUT, True) == (outcome.ending, "tidied\n" in outcome.output)

    def test_processes_that_keep_changing_are_caught(
        self, supervisor: StepSupervisor, folder: Path, tmp_path: Path
    ) -> None:
        """A program that forks itself on and on, each in a new session, does not get away."""
        hopper = tmp_path / "hopper.py"
        hopper.write_text(
            "import os, time\n"
            "while True:\n"
            "    if os.fork():\n"
            "        os._exit(0)\n"
            "    os.setsid()\n"
            "    time.sleep(0.001)\n"
        )
        script = f"{sys.executable} -S {hopper} & {sys.executable} -S {hopper} & sleep 600"
        outcome = supervisor.perform(ordered(folder, script, timeout_s=0.5, grace_s=0.1), silently)
        assert (Ending.TIMED_OUT, []) == (outcome.ending, marked(folder))

    def test_the_time_limit_holds_without_us(self, folder: Path) -> None:
        """A step whose client was killed still ends at its time limit."""
        client = performing(ordered(folder, "echo up; sleep 600", timeout_s=1.0))
        until((folder / "out").exists, "the step's output")
        client.kill()
        client.wait()
        with_new = StepSupervisor()
        outcome = with_new.attach(folder, silently)
        assert (Ending.TIMED_OUT, "up\n", []) == (outcome.ending, outcome.output, marked(folder))

    def test_cancel(self, supervisor: StepSupervisor, folder: Path) -> None:
        """A cancel from anywhere ends the tree; the one who waits learns it."""
        order = ordered(folder, "setsid sleep 600 & sleep 600")
        thread, outcomes = in_thread(supervisor, order)
        until(lambda: TraceKind.RUNNING is supervisor.trace(folder), "the step running")
        code = (
            "import sys; from pathlib import Path;"
            "from drillbook.run.supervisor import StepSupervisor;"
            "print(StepSupervisor().cancel(Path(sys.argv[1])))"
        )
        other = subprocess.run(
            [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
        )
        thread.join(GENEROUS_S)
        assert ("True\n", Ending.CANCELLED) == (other.stdout, outcomes[0].ending)
        assert ([], "it was cancelled") == (marked(folder), outcomes[0].because)

    def test_there_is_nothing_to_cancel(self, supervisor: StepSupervisor, folder: Path) -> None:
        """Neither an attempt that never was nor one that has ended can be cancelled."""
        assert not supervisor.cancel(folder)
        supervisor.perform(ordered(folder, "true"), silently)
        assert not supervisor.cancel(folder)

    def test_a_late_cancel_does_not_hit_the_next_attempt(
        self, supervisor: StepSupervisor, folder: Path
    ) -> None:
        """A guardian is used again: a cancel meant for its last attempt does nothing to this."""
        supervisor.perform(ordered(folder.with_name("first"), "true"), silently)
        thread, outcomes = in_thread(supervisor, ordered(folder, "echo up; sleep 0.5; exit 3"))
        until((folder / "out").exists, "the step")
        guardian = guardian_of(folder)
        assert guardian_of(folder.with_name("first")) == guardian
        os.kill(guardian, signal.SIGUSR1)
        thread.join(GENEROUS_S)
        assert (Ending.EXITED, 3) == (outcomes[0].ending, outcomes[0].exit_code)

    def test_a_guardian_that_is_told_to_end_ends_its_step(
        self, supervisor: StepSupervisor, folder: Path
    ) -> None:
        """SIGTERM to the guardian, as at a shutdown, is a cancel: nothing is left behind."""
        thread, outcomes = in_thread(supervisor, ordered(folder, "echo up; sleep 600"))
        until((folder / "out").exists, "the step")
        os.kill(guardian_of(folder), signal.SIGTERM)
        thread.join(GENEROUS_S)
        assert (Ending.CANCELLED, []) == (outcomes[0].ending, marked(folder))

    def test_an_interrupt_leaves_the_step_to_be_cancelled(
        self, supervisor: StepSupervisor, folder: Path
    ) -> None:
        """Ctrl-C while waiting goes to the caller; the step runs on until it is told."""

        def interrupt(_text: str) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            supervisor.perform(ordered(folder, "echo up; sleep 600"), interrupt)
        assert TraceKind.RUNNING is supervisor.trace(folder)
        assert supervisor.cancel(folder)
        outcome = supervisor.attach(folder, silently)
        assert (Ending.CANCELLED, "up\n", []) == (outcome.ending, outcome.output, marked(folder))

    def test_what_stays_in_the_session_is_ended(
        self, supervisor: StepSupervisor, folder: Path
    ) -> None:
        """A forgotten background job goes with its step, also one that ignores SIGTERM."""
        script = "sleep 600 & (trap '' TERM; exec sleep 600) & exit 4"
        outcome = supervisor.perform(ordered(folder, script, grace_s=0.1), silently)
        assert (4, (), []) == (outcome.exit_code, outcome.survivors, marked(folder))

    def test_what_left_the_session_lives_on(
        self, supervisor: StepSupervisor, folder: Path, tmp_path: Path
    ) -> None:
        """A server is started so: it is named, and writing to the step's output does not end it."""
        beat = tmp_path / "beat"
        daemon = f"echo $$ > {beat}.pid; while :; do echo beat; echo x >> {beat}; sleep 0.02; done"
        script = f"setsid bash -c '{daemon}' & until [ -s {beat} ]; do sleep 0.01; done"
        outcome = supervisor.perform(ordered(folder, script), silently)
        pid = int(Path(f"{beat}.pid").read_text())
        try:
            assert Ending.EXITED is outcome.ending
            assert [f"{pid} bash -c echo"] == [
                line[: len(f"{pid} bash -c echo")]
                for line in outcome.survivors
                if line.startswith(f"{pid} ")
            ]
            assert TraceKind.FINISHED is supervisor.trace(folder)
            size = beat.stat().st_size
            until(lambda: beat.stat().st_size > size + 10, "the daemon to go on")
            assert 0 == supervisor.end_remains(folder)
            assert is_alive(pid)
        finally:
            end_all(folder)

    def test_a_background_step_leaves_all_it_started(
        self, supervisor: StepSupervisor, folder: Path
    ) -> None:
        """With background=yes a plain `&` is enough to live on."""
        try:
            script = "sleep 600 & until grep -qzx sleep /proc/$!/cmdline; do :; done"
            outcome = supervisor.perform(ordered(folder, script, is_background=True), silently)
            assert [f"{pid} sleep 600" for pid in marked(folder)] == list(outcome.survivors)
            assert 1 == len(outcome.survivors)
        finally:
            end_all(folder)

    def test_a_background_step_that_times_out_spares_what_left(
        self, supervisor: StepSupervisor, folder: Path, tmp_path: Path
    ) -> None:
        """At the limit its own session goes, what left it lives on."""
        up = tmp_path / "up"
        script = f"setsid bash -c 'touch {up}; sleep 600; :' & {waiting_for(up)}; sleep 600"
        try:
            order = ordered(folder, script, timeout_s=1.5, is_background=True)
            outcome = supervisor.perform(order, silently)
            assert Ending.TIMED_OUT is outcome.ending
            assert len(marked(folder)) == len(outcome.survivors) == 2
        finally:
            end_all(folder)


def end_all(folder: Path) -> None:
    """Kill what a test left running, by its marker."""
    for pid in marked(folder):
        with suppress(ProcessLookupError):  # it came to its end by itself
            os.kill(pid, signal.SIGKILL)


def performing(order: AttemptOrder) -> subprocess.Popen[bytes]:
    """A client in a process of its own that performs the order."""
    code = (
        "import os, sys; from pathlib import Path;"
        "from drillbook.model.attempt import AttemptOrder;"
        "from drillbook.run.supervisor import StepSupervisor;"
        "f, t, *a = sys.argv[1:];"
        "o = AttemptOrder(folder=Path(f), argv=tuple(a), timeout_s=float(t),"
        " env={'PATH': os.environ['PATH']});"
        "s = StepSupervisor();"
        "s.perform(o, lambda text: None);"
        "s.close()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(order.folder), str(order.timeout_s), *order.argv]
    )


class TestTraces:
    """What a folder says, and how an attempt is found again."""

    def test_the_four_traces(self, supervisor: StepSupervisor, folder: Path) -> None:
        """Absent before, running while it runs, finished after; lost without its guardian."""
        assert TraceKind.ABSENT is supervisor.trace(folder)
        thread, outcomes = in_thread(supervisor, ordered(folder, "sleep 600"))
        until(lambda: TraceKind.ABSENT is not supervisor.trace(folder), "the lock")
        assert TraceKind.RUNNING is supervisor.trace(folder)
        os.kill(guardian_of(folder), signal.SIGKILL)
        thread.join(GENEROUS_S)
        assert (TraceKind.LOST, Ending.LOST) == (supervisor.trace(folder), outcomes[0].ending)
        done = folder.with_name("done")
        supervisor.perform(ordered(done, "true"), silently)
        assert TraceKind.FINISHED is supervisor.trace(done)

    def test_attaching_from_another_process(
        self, supervisor: StepSupervisor, folder: Path, tmp_path: Path
    ) -> None:
        """A client that is killed loses nothing: the next one sees the whole output and the end."""
        go = tmp_path / "go"
        script = f"echo one; {waiting_for(go)}; echo two; exit 7"
        client = performing(ordered(folder, script))
        until((folder / "out").exists, "the step's output")
        client.kill()
        client.wait()
        shown: list[str] = []

        def show(text: str) -> None:
            shown.append(text)
            go.touch()

        outcome = supervisor.attach(folder, show)
        assert (7, "one\ntwo\n") == (outcome.exit_code, "".join(shown))
        again = supervisor.attach(folder, silently)
        assert outcome == again

    def test_an_attempt_runs_once_whoever_asks(self, folder: Path, tmp_path: Path) -> None:
        """Six clients perform one attempt at once: one step, the same outcome for all."""
        count = tmp_path / "count"
        order = ordered(folder, f"echo x >> {count}; sleep 0.2; echo done; exit 5")
        clients = [StepSupervisor() for _ in range(3)]
        with ThreadPoolExecutor(6) as pool:
            outcomes = list(pool.map(lambda one: one.perform(order, silently), clients * 2))
        for client in clients:
            client.close()
        assert ("x\n", {5}) == (count.read_text(), {outcome.exit_code for outcome in outcomes})
        assert 1 == len(set(outcomes))

    def test_a_lost_attempt_is_ended_by_its_marker(
        self, supervisor: StepSupervisor, folder: Path, tmp_path: Path
    ) -> None:
        """Without its guardian the step's first process dies at once, the rest when told."""
        up = tmp_path / "up"
        script = (
            "(setsid bash -c 'sleep 600; :' &); echo kept; sleep 600 & "
            f"until [ $(pgrep -c -x sleep -s 0,$$) -ge 1 ]; do sleep 0.01; done; "
            f"echo $$ > {up}; wait"
        )
        thread, outcomes = in_thread(supervisor, ordered(folder, script))
        until(lambda: up.exists() and up.read_text() != "" and len(marked(folder)) >= 4, "the step")
        leader = int(up.read_text())
        os.kill(guardian_of(folder), signal.SIGKILL)
        thread.join(GENEROUS_S)
        until(lambda: not is_alive(leader), "the first process to die with its guardian")
        assert (Ending.LOST, "kept\n") == (outcomes[0].ending, outcomes[0].output)
        assert "its guardian was killed" in outcomes[0].because
        assert supervisor.end_remains(folder) >= 3
        until(lambda: [] == marked(folder), "nothing left")
        assert 0 == supervisor.end_remains(folder)

    def test_nothing_is_ended_that_is_not_lost(
        self, supervisor: StepSupervisor, folder: Path
    ) -> None:
        """A running attempt is not touched."""
        thread, outcomes = in_thread(supervisor, ordered(folder, "echo up; sleep 600"))
        until((folder / "out").exists, "the step")
        assert 0 == supervisor.end_remains(folder)
        assert TraceKind.RUNNING is supervisor.trace(folder)
        supervisor.cancel(folder)
        thread.join(GENEROUS_S)
        assert Ending.CANCELLED is outcomes[0].ending

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"ending": "nonsense"}', "{}"])
    def test_an_exit_that_makes_no_sense_is_lost(
        self, supervisor: StepSupervisor, folder: Path, text: str
    ) -> None:
        """A damaged exit is not guessed at."""
        supervisor.perform(ordered(folder, "true"), silently)
        (folder / "exit").write_text(text)
        outcome = supervisor.attach(folder, silently)
        assert Ending.LOST is outcome.ending
        assert "cannot be understood" in outcome.because

    def test_the_origin_is_this_boot(self, supervisor: StepSupervisor) -> None:
        """Host and boot id are those of the machine, and stay."""
        boot_id = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        host = os.uname().nodename
        assert Origin(host=host, boot_id=boot_id) == supervisor.origin() == supervisor.origin()


CRASHES = {
    "server-before-fork": (Ending.EXITED, 1),
    "server-after-fork": (Ending.EXITED, 1),
    "guardian-before-lock": (Ending.EXITED, 1),
    "guardian-after-lock": (Ending.LOST, 0),
    "guardian-after-spawn": (Ending.LOST, None),
    "guardian-before-exit-file": (Ending.LOST, 1),
    "guardian-after-exit-file": (Ending.EXITED, 1),
}


class TestCrashes:
    """kill -9, at every named point and at any moment."""

    @pytest.mark.parametrize("point", CRASHES)
    def test_at_each_crash_point(
        self, folder: Path, tmp_path: Path, point: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One crash costs at most the knowledge of one step; no step runs twice."""
        monkeypatch.setenv("DRILLBOOK_CRASH_AT", point)
        monkeypatch.setenv("DRILLBOOK_CRASH_ONCE", str(tmp_path / "crashed"))
        count = tmp_path / "count"
        count.touch()
        supervisor = StepSupervisor()
        outcome = supervisor.perform(ordered(folder, f"echo x >> {count}"), silently)
        after = supervisor.perform(ordered(tmp_path / "next", "echo fine"), silently)
        supervisor.close()
        ending, times = CRASHES[point]
        until((tmp_path / "crashed").exists, "the crash")
        assert (ending, "fine\n") == (outcome.ending, after.output)
        ran = len(count.read_text().splitlines())
        assert ran <= 1
        assert times in (None, ran)
        expected = TraceKind.LOST if ending is Ending.LOST else TraceKind.FINISHED
        assert expected is supervisor.trace(folder)

    def test_guardians_that_never_come_up(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """After some tries the attempt is closed for good: nobody late can start it."""
        monkeypatch.setenv("DRILLBOOK_CRASH_AT", "guardian-before-lock")
        supervisor = StepSupervisor()
        outcome = supervisor.perform(ordered(folder, f"touch {tmp_path}/ran"), silently)
        supervisor.close()
        assert (Ending.NOT_STARTED, TraceKind.FINISHED) == (
            outcome.ending,
            supervisor.trace(folder),
        )
        assert "no guardian could be started" in outcome.because
        monkeypatch.delenv("DRILLBOOK_CRASH_AT")
        later = StepSupervisor()
        assert Ending.NOT_STARTED is later.perform(ordered(folder, "true"), silently).ending
        later.close()
        assert not (tmp_path / "ran").exists()

    def test_without_its_fork_server_a_step_goes_on(
        self, supervisor: StepSupervisor, folder: Path, tmp_path: Path
    ) -> None:
        """The fork server may be killed: running steps end in order, new ones start."""
        order = ordered(folder, f"touch {tmp_path}/up; until [ -e {tmp_path}/go ]; do :; done")
        thread, outcomes = in_thread(supervisor, order)
        until((tmp_path / "up").exists, "the step")
        server = supervisor.server_pid()
        assert server is not None
        os.kill(server, signal.SIGKILL)
        for number in range(3):
            other = supervisor.perform(ordered(tmp_path / f"{number}", "echo new"), silently)
            assert "new\n" == other.output
        assert supervisor.server_pid() not in (None, server)
        (tmp_path / "go").touch()
        thread.join(GENEROUS_S)
        assert Ending.EXITED is outcomes[0].ending

    def test_a_fork_server_that_hangs_is_left(
        self,
        supervisor: StepSupervisor,
        folder: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """An order that nobody takes goes to a new fork server; the step runs once."""
        monkeypatch.setattr(supervisor_module, "_LOCK_WITHIN_S", 0.3)
        monkeypatch.setattr(guard_link, "_END_WITHIN_S", 0.3)
        supervisor.perform(ordered(tmp_path / "first", "true"), silently)
        server = supervisor.server_pid()
        assert server is not None
        children = Path(f"/proc/{server}/task/{server}/children")
        until(lambda: len(children.read_text().split()) >= 1, "a guardian standing by")
        os.kill(server, signal.SIGSTOP)  # first, so that it forks no other
        asleep = [server, *map(int, children.read_text().split())]
        for pid in asleep:
            os.kill(pid, signal.SIGSTOP)
        try:
            outcome = supervisor.perform(ordered(folder, f"echo x >> {tmp_path}/count"), silently)
        finally:
            for pid in asleep:
                if is_alive(pid):
                    os.kill(pid, signal.SIGCONT)
        assert Ending.EXITED is outcome.ending
        until(lambda: not any(map(is_alive, asleep)), "the old fork server to go")
        assert "x\n" == (tmp_path / "count").read_text()

    def test_a_storm_of_kills_repeats_no_step(self, tmp_path: Path) -> None:
        """60 times one of guardian, fork server, client is killed: no step ran twice."""
        victims = ("guardian", "server", "client") * 20
        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda n: stormed(tmp_path / str(n), victims[n], n), range(60)))
        assert [] == [folder for folder in done if counted(folder) > 1]
        settled = StepSupervisor()
        for folder in done:
            outcome = settled.perform(ordered(folder, f"echo x >> {folder}.count"), silently)
            assert outcome.ending in (Ending.EXITED, Ending.LOST)
            assert counted(folder) <= 1
            if outcome.ending is Ending.EXITED:
                assert 1 == counted(folder)
            settled.end_remains(folder)
            assert [] == marked(folder)
        settled.close()


def counted(folder: Path) -> int:
    """How often the attempt's step ran."""
    count = Path(f"{folder}.count")
    return len(count.read_text().splitlines()) if count.exists() else 0


def stormed(folder: Path, victim: str, number: int) -> Path:
    """Perform a counting step and kill one of the processes around it, at some moment."""
    order = ordered(folder, f"echo x >> {folder}.count; sleep 0.02")
    pause_s = (number * 7919 % 60) / 1000
    if victim == "client":
        client = performing(order)
        time.sleep(0.1 + pause_s)
        client.kill()
        client.wait()
        return folder
    supervisor = StepSupervisor()
    supervisor.perform(ordered(folder.with_name(f"warm{number}"), "true"), silently)
    thread, _ = in_thread(supervisor, order)
    time.sleep(pause_s)
    try:
        pid = supervisor.server_pid() if victim == "server" else guardian_of(folder)
        os.kill(pid or 0, signal.SIGKILL) if pid else None
    except (FileNotFoundError, ProcessLookupError):
        pass
    thread.join(GENEROUS_S)
    supervisor.close()
    return folder


class TestClient:
    """Many at once, and nothing left behind."""

    def test_thirty_at_once(self, supervisor: StepSupervisor, tmp_path: Path) -> None:
        """Thirty threads perform through one supervisor; each gets its own step's outcome."""
        orders = [
            ordered(tmp_path / f"{n}", f"echo out {n}; sleep 0.1; exit {n}") for n in range(30)
        ]
        with ThreadPoolExecutor(30) as pool:
            outcomes = list(pool.map(lambda order: supervisor.perform(order, silently), orders))
        assert [(n, f"out {n}\n") for n in range(30)] == [
            (outcome.exit_code, outcome.output) for outcome in outcomes
        ]

    def test_a_guardian_serves_one_step_after_the_other(
        self, supervisor: StepSupervisor, tmp_path: Path
    ) -> None:
        """Steps in a row share a guardian; one that a survivor keeps busy is not used again."""
        orders = [ordered(tmp_path / f"{n}", "true") for n in range(5)]
        for order in orders:
            supervisor.perform(order, silently)
        assert 1 == len({guardian_of(order.folder) for order in orders})
        busy = ordered(tmp_path / "busy", "sleep 600 &", is_background=True)
        try:
            supervisor.perform(busy, silently)
            supervisor.perform(ordered(tmp_path / "next", "true"), silently)
            assert guardian_of(busy.folder) != guardian_of(tmp_path / "next")
        finally:
            end_all(busy.folder)

    def test_idle_guardians_that_were_killed_cost_no_step(
        self, supervisor: StepSupervisor, folder: Path, tmp_path: Path
    ) -> None:
        """An order to a guardian that is gone goes to another one."""
        orders = [ordered(tmp_path / f"{n}", "sleep 0.2") for n in range(8)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda order: supervisor.perform(order, silently), orders))
        idle = {guardian_of(order.folder) for order in orders}
        for pid in idle:
            os.kill(pid, signal.SIGKILL)
        assert len(idle) > 1
        assert 0 == supervisor.perform(ordered(folder, "true"), silently).exit_code

    def test_after_close_nothing_of_it_runs(self, folder: Path) -> None:
        """Closing ends the fork server and the guardian that stood by."""
        supervisor = StepSupervisor()
        supervisor.perform(ordered(folder, "true"), silently)
        server = supervisor.server_pid()
        assert server is not None
        tree = [server, *below(server)]
        supervisor.close()
        until(lambda: not any(map(is_alive, tree)), "the fork server and its guardian to go")
        assert supervisor.server_pid() is None

    def test_a_killed_client_leaves_no_fork_server(self, folder: Path, tmp_path: Path) -> None:
        """The fork server ends by itself when its client is gone."""
        client = performing(ordered(folder, f"touch {tmp_path}/up; sleep 600"))
        until((tmp_path / "up").exists, "the step")
        children = Path(f"/proc/{client.pid}/task/{client.pid}/children").read_text().split()
        assert 1 == len(children)
        guardian = guardian_of(folder)
        attempt = {guardian, *below(guardian)}
        idle = {int(children[0]), *below(int(children[0]))} - attempt
        client.kill()
        client.wait()
        until(lambda: not any(map(is_alive, idle)), "the fork server to go")
        supervisor = StepSupervisor()
        assert TraceKind.RUNNING is supervisor.trace(folder)
        assert supervisor.cancel(folder)
        assert Ending.CANCELLED is supervisor.attach(folder, silently).ending

    def test_a_supervisor_can_be_used_after_close(
        self, supervisor: StepSupervisor, folder: Path
    ) -> None:
        """Closing twice is fine, and a later attempt starts a new fork server."""
        supervisor.close()
        supervisor.close()
        assert 0 == supervisor.perform(ordered(folder, "true"), silently).exit_code

    def test_the_exit_file_is_json(self, supervisor: StepSupervisor, folder: Path) -> None:
        """A person can read what ended how, without the tool."""
        supervisor.perform(ordered(folder, "exit 9"), silently)
        facts = json.loads((folder / "exit").read_text())
        assert ("exited", 9) == (facts["ending"], facts["exit_code"])
        assert ["exit", "lock"] == sorted(file.name for file in folder.iterdir())


def below(top: int) -> list[int]:
    """Every process below one: of a fork server the guardians and what waits under them."""
    found: list[int] = []
    todo = [top]
    while todo:
        pid = todo.pop()
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            continue
        found.extend(map(int, children))
        todo.extend(map(int, children))
    return found
