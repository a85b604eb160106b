"""Many steps under one guardian: each is a step like any other; what befalls one is its own."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from drillbook.model.attempt import AttemptOrder, Ending, Outcome, TraceKind
from drillbook.run.guard import link
from drillbook.run.guard.kernel import children, command, descendants, environment, processes, send
from drillbook.run.guard.kernel import session as session_of
from drillbook.run.prelude import bash_argv
from drillbook.run.supervisor import StepSupervisor

GENEROUS_S = 60.0
PATH = os.environ["PATH"]
# A child of init's kind: another session, no marker in its environment, no file of ours open.
HIDDEN = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 1000)
        os.execve("/bin/sleep", ["sleep", sys.argv[1]], {})
    os._exit(0)
"""


@pytest.fixture(autouse=True)
def _shared_from_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "STEPS_ALONE_MAX", 0)


@pytest.fixture
def supervisor() -> Iterator[StepSupervisor]:
    """A supervisor that is closed at the end."""
    one = StepSupervisor()
    yield one
    one.close()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Threads that perform beside the test."""
    with ThreadPoolExecutor(64) as threads:
        yield threads


def ordered(folder: Path, script: str, timeout_s: float = GENEROUS_S, **more: Any) -> AttemptOrder:
    """An order for a bash script, with nothing but PATH in its environment."""
    env = more.pop("env", {"PATH": PATH})
    argv = more.pop("argv", bash_argv(script))
    return AttemptOrder(folder=folder, argv=argv, env=env, timeout_s=timeout_s, **more)


def silently(_text: str) -> None:
    """Show nothing."""


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait, generously, for something that must come."""
    deadline = time.monotonic() + GENEROUS_S
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.005)


def guardian_of(folder: Path) -> int:
    """The process that holds the attempt's lock."""
    return int((folder / "lock").read_text())


def stem_of(pid: int) -> int:
    """The stem that a process hangs from: its parent."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    return session_of(pid) != 0


def marked(folder: Path) -> list[int]:
    """Living processes that carry the attempt's marker."""
    marker = f"DRILLBOOK_ATTEMPT={folder}".encode()
    return [pid for pid in processes() if marker in environment(pid).split(b"\0")]


def sleeping(seconds: str) -> list[int]:
    """Living processes that sleep for just so long."""
    return [pid for pid in processes() if command(pid) == f"sleep {seconds}".encode()]


def begun(
    supervisor: StepSupervisor, pool: ThreadPoolExecutor, orders: list[AttemptOrder]
) -> list[Future[Outcome]]:
    """All of them at once; each has written something when this returns."""
    futures = [pool.submit(supervisor.perform, order, silently) for order in orders]
    until(lambda: all((order.folder / "out").exists() for order in orders), "all are up")
    return futures


def hiding(tmp_path: Path, seconds: str) -> str:
    """A script that leaves a process which nothing but its descent ties to the step."""
    program = tmp_path / "hidden.py"
    program.write_text(HIDDEN)
    return f"{sys.executable} -S {program} {seconds} <&- & wait; echo up; "


def test_they_share_one_guardian_and_each_has_its_own_outcome(supervisor, pool, tmp_path):
    """Output, exit code, survivors and missing programs of each are its own."""
    orders = [
        ordered(tmp_path / f"{n}", f"echo out {n}; no-such-{n} || true; sleep 0.2; exit {n}")
        for n in range(20)
    ]
    outcomes = [each.result() for each in begun(supervisor, pool, orders)]
    assert [(n, f"out {n}", (f"no-such-{n}",), ()) for n in range(20)] == [
        (each.exit_code, each.output.splitlines()[0], each.missing, each.survivors)
        for each in outcomes
    ]
    assert 1 == len({guardian_of(order.folder) for order in orders})


def test_two_hundred_at_once_end_in_order_and_leave_nothing(supervisor, tmp_path):
    """More than one guardian sees to them; none keeps a step waiting for another one."""
    orders = [ordered(tmp_path / f"{n}", f"echo {n}; sleep 0.5") for n in range(200)]
    with ThreadPoolExecutor(200) as many:
        outcomes = list(many.map(lambda order: supervisor.perform(order, silently), orders))
    assert [(Ending.EXITED, 0, f"{n}\n") for n in range(200)] == [
        (each.ending, each.exit_code, each.output) for each in outcomes
    ]
    assert len({guardian_of(order.folder) for order in orders}) > 1
    assert [] == [pid for order in orders[::50] for pid in marked(order.folder)]


def test_only_the_first_ones_have_a_guardian_each(supervisor, pool, tmp_path, monkeypatch):
    """Ordinary use is what it was: beyond a number, and only then, guardians are shared."""
    monkeypatch.setattr(link, "STEPS_ALONE_MAX", 3)
    orders = [ordered(tmp_path / f"{n}", "echo up; sleep 600") for n in range(6)]
    futures = [begun(supervisor, pool, [order])[0] for order in orders]
    guardians = [guardian_of(order.folder) for order in orders]
    assert (4, 1) == (len(set(guardians)), len(set(guardians[3:])))
    assert [True] * 6 == [supervisor.cancel(order.folder) for order in orders]
    assert {Ending.CANCELLED} == {each.result().ending for each in futures}


def test_a_step_starts_clean(supervisor, tmp_path):
    """No input, no file of ours but the leash, no signal ignored, a session of its own."""
    script = "readlink /proc/self/fd/0; ls -m /proc/$$/fd; ps -o sid= -p $$ | grep -cw $$; pwd"
    lines = supervisor.perform(ordered(tmp_path / "a", script, cwd="/usr"), silently).output
    assert ["/dev/null", "0, 1, 199, 2", "1", "/usr"] == lines.splitlines()
    argv = ("grep", "-hE", "Sig(Blk|Ign)", "/proc/self/status")
    lines = supervisor.perform(ordered(tmp_path / "b", "", argv=argv), silently).output
    masks = [int(line.split()[1], 16) for line in lines.splitlines()]
    # 32 and 33 are the C library's own: its posix_spawn ignores them for whom it starts.
    assert [0, 0] == [mask & 0x7FFF_FFFF for mask in masks]
    argv = ("env",)
    order = ordered(tmp_path / "c", "", argv=argv, env={"PATH": PATH, "A": "b\nc=d"})
    assert f"PATH={PATH}\nA=b\nc=d\nDRILLBOOK_ATTEMPT={tmp_path}/c\n" == (
        supervisor.perform(order, silently).output
    )


def test_it_reads_its_script_and_its_output_is_masked(supervisor, tmp_path):
    """Standard input of any size arrives, and no secret reaches the disk."""
    text = b"x" * 300_000 + b"s3cret"
    order = ordered(
        tmp_path / "a", "head -c 300000 | wc -c; head -c 6", stdin=text, masks=("s3cret",)
    )
    assert ("300000\n***", 0) == (
        (outcome := supervisor.perform(order, silently)).output,
        outcome.exit_code,
    )
    assert not [file for file in (tmp_path / "a").iterdir() if b"s3cr" in file.read_bytes()]


def test_a_large_environment_arrives(supervisor, tmp_path):
    """A megabyte of it."""
    env = {"PATH": PATH, **{f"V{n}": "x" * 100_000 for n in range(10)}}
    order = ordered(tmp_path / "a", "", argv=("sh", "-c", "echo ${#V9}"), env=env)
    assert "100000\n" == supervisor.perform(order, silently).output


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
def test_what_cannot_start(supervisor, tmp_path, more, because):
    """It is told as by a guardian of one step, and the attempt is finished."""
    outcome = supervisor.perform(ordered(tmp_path / "a", "echo ran", **more), silently)
    assert (Ending.NOT_STARTED, "") == (outcome.ending, outcome.output)
    assert because in outcome.because
    assert TraceKind.FINISHED is supervisor.trace(tmp_path / "a")


def test_a_cancel_ends_one_and_leaves_the_others(supervisor, pool, tmp_path):
    """With all its processes, also one that has left no trace but its descent."""
    one = ordered(tmp_path / "one", hiding(tmp_path, "60117.5") + "trap '' TERM; sleep 600 & wait")
    other = ordered(tmp_path / "other", "setsid sleep 600 & echo up; sleep 2; exit 7", grace_s=0.2)
    futures = begun(supervisor, pool, [one, other])
    assert guardian_of(one.folder) == guardian_of(other.folder)
    until(lambda: len(sleeping("60117.5")) == 1, "the hidden process")
    assert supervisor.cancel(one.folder)
    outcome = futures[0].result()
    assert (Ending.CANCELLED, (), []) == (outcome.ending, outcome.survivors, marked(one.folder))
    assert [] == sleeping("60117.5")
    left = futures[1].result()
    assert (Ending.EXITED, 7, 1) == (left.ending, left.exit_code, len(left.survivors))
    os.kill(int(left.survivors[0].split()[0]), signal.SIGKILL)


def test_at_its_time_limit_a_step_leaves_nothing_that_hid(supervisor, pool, tmp_path):
    """And what hid of the step beside it, begun at the same time, is named by that one."""
    short = ordered(tmp_path / "short", hiding(tmp_path, "60223.5") + "sleep 600", timeout_s=3.0)
    script = f"{hiding(tmp_path, '60227.5')} until [ -e {tmp_path}/go ]; do sleep 0.01; done"
    other = ordered(tmp_path / "other", script)
    futures = begun(supervisor, pool, [short, other])
    outcome = futures[0].result()
    assert (Ending.TIMED_OUT, (), []) == (outcome.ending, outcome.survivors, sleeping("60223.5"))
    hidden = sleeping("60227.5")
    (tmp_path / "go").touch()
    told = futures[1].result().survivors
    for pid in hidden:
        send(pid, signal.SIGKILL)
    assert (1, (f"{hidden[0]} sleep 60227.5",)) == (len(hidden), told)


def test_a_killed_guardian_loses_exactly_its_steps(supervisor, pool, tmp_path, monkeypatch):
    """Their first processes die with it; a step of another guardian is not touched."""
    monkeypatch.setattr(link, "STEPS_SHARED_MAX", 4)
    orders = [ordered(tmp_path / f"{n}", "echo up; sleep 600") for n in range(8)]
    futures = begun(supervisor, pool, orders)
    guardian = guardian_of(orders[0].folder)
    hit = [order for order in orders if guardian_of(order.folder) == guardian]
    spared = [order for order in orders if order not in hit]
    leaders = [pid for order in hit for pid in marked(order.folder) if session_of(pid) == pid]
    os.kill(guardian, signal.SIGKILL)
    outcomes = {order.folder: future for order, future in zip(orders, futures, strict=True)}
    assert (4, 4, {Ending.LOST}) == (
        len(hit),
        len(leaders),
        {outcomes[order.folder].result().ending for order in hit},
    )
    until(lambda: not any(map(is_alive, leaders)), "the first processes to go")
    assert all(supervisor.end_remains(order.folder) >= 0 for order in hit)
    until(lambda: not any(marked(order.folder) for order in hit), "what they left to go")
    assert {TraceKind.RUNNING} == {supervisor.trace(order.folder) for order in spared}
    assert [True] * 4 == [supervisor.cancel(order.folder) for order in spared]
    assert {Ending.CANCELLED} == {outcomes[order.folder].result().ending for order in spared}
    assert "new\n" == supervisor.perform(ordered(tmp_path / "n", "echo new"), silently).output


def test_a_killed_stem_loses_its_step_and_no_other(supervisor, pool, tmp_path):
    """As a guardian of one step that is killed: the rest of it goes when it is told to."""
    orders = [ordered(tmp_path / f"{n}", "echo up; sleep 600") for n in range(2)]
    futures = begun(supervisor, pool, orders)
    (leader,) = [pid for pid in marked(orders[0].folder) if session_of(pid) == pid]
    os.kill(stem_of(leader), signal.SIGKILL)
    assert Ending.LOST is futures[0].result().ending
    until(lambda: not is_alive(leader), "the first process to go")
    supervisor.end_remains(orders[0].folder)
    until(lambda: not marked(orders[0].folder), "the rest to go")
    assert TraceKind.RUNNING is supervisor.trace(orders[1].folder)
    assert supervisor.cancel(orders[1].folder)
    assert Ending.CANCELLED is futures[1].result().ending


def test_a_guardian_that_is_told_to_end_ends_all_its_steps(supervisor, pool, tmp_path):
    """SIGTERM, as at a shutdown, is a cancel of each; nothing is left behind."""
    orders = [ordered(tmp_path / f"{n}", "setsid sleep 600 & echo up; sleep 600") for n in range(3)]
    futures = begun(supervisor, pool, orders)
    os.kill(guardian_of(orders[0].folder), signal.SIGTERM)
    assert {Ending.CANCELLED} == {each.result().ending for each in futures}
    assert [] == [pid for order in orders for pid in marked(order.folder)]


def test_what_left_the_session_lives_on_and_may_write(supervisor, tmp_path):
    """It is named, and no SIGPIPE ends it once its step has ended."""
    beat = tmp_path / "beat"
    daemon = f"echo $$ > {beat}.pid; while :; do echo beat; echo x >> {beat}; sleep 0.02; done"
    script = f"setsid bash -c '{daemon}' & until [ -s {beat} ]; do sleep 0.01; done"
    outcome = supervisor.perform(ordered(tmp_path / "a", script), silently)
    survivor = int(Path(f"{beat}.pid").read_text())
    assert survivor in [int(line.split()[0]) for line in outcome.survivors]
    size = beat.stat().st_size
    until(lambda: beat.stat().st_size > size + 10, "the daemon to go on")
    assert TraceKind.FINISHED is supervisor.trace(tmp_path / "a")
    assert 0 == supervisor.end_remains(tmp_path / "a")
    again = supervisor.perform(ordered(tmp_path / "b", "echo b"), silently)
    os.kill(survivor, signal.SIGKILL)
    assert ("b\n", ()) == (again.output, again.survivors)


def test_a_background_step_leaves_all_it_started(supervisor, tmp_path):
    """With background=yes a plain `&` is enough to live on."""
    script = "sleep 600 & until grep -qzx sleep /proc/$!/cmdline; do :; done"
    outcome = supervisor.perform(ordered(tmp_path / "a", script, is_background=True), silently)
    left = marked(tmp_path / "a")
    for pid in left:
        send(pid, signal.SIGKILL)
    assert ([f"{pid} sleep 600" for pid in left], 1) == (list(outcome.survivors), len(left))


@pytest.mark.parametrize("kind", ["guardian", "stem"])
def test_a_fork_server_that_is_killed_costs_no_step(supervisor, pool, tmp_path, kind):
    """Those that run go on, and the next ones come from a new one."""
    script = f"echo up; until [ -e {tmp_path}/go ]; do sleep 0.01; done; exit 3"
    (running,) = begun(supervisor, pool, [ordered(tmp_path / "running", script)])
    word = f"guard.{kind} import serve".encode()
    servers = [pid for pid in children(os.getpid()) if word in command(pid)]
    # With those that stand by, so that nobody takes what is sent to it.
    idle = [pid for pid in children(servers[0]) if not children(pid)] if kind == "stem" else []
    for pid in (*servers, *idle):
        send(pid, signal.SIGKILL)
    for n in range(10):
        other = supervisor.perform(ordered(tmp_path / f"{n}", f"echo {n}"), silently)
        assert (Ending.EXITED, f"{n}\n") == (other.ending, other.output)
    (tmp_path / "go").touch()
    assert (1, 3) == (len(servers), running.result().exit_code)


def test_after_close_nothing_of_it_runs(tmp_path):
    """Fork servers, guardians and stems end with their supervisor."""
    supervisor = StepSupervisor()
    supervisor.perform(ordered(tmp_path / "a", "true"), silently)
    tree = [pid for pid in descendants(os.getpid()) if b"run.guard." in command(pid)]
    supervisor.close()
    until(lambda: not any(map(is_alive, tree)), "all of them to go")
    assert len(tree) > 3


CRASHES = {
    "server-before-fork": (Ending.EXITED, 1),
    "guardian-before-lock": (Ending.EXITED, 1),
    "guardian-after-lock": (Ending.LOST, 0),
    "guardian-after-spawn": (Ending.LOST, None),
    "guardian-before-exit-file": (Ending.LOST, 1),
    "guardian-after-exit-file": (Ending.EXITED, 1),
}


@pytest.mark.parametrize("point", CRASHES)
def test_at_each_crash_point(tmp_path, point, monkeypatch):
    """One crash costs at most the knowledge of the steps that ran; no step runs twice."""
    monkeypatch.setenv("DRILLBOOK_CRASH_AT", point)
    monkeypatch.setenv("DRILLBOOK_CRASH_ONCE", str(tmp_path / "crashed"))
    count = tmp_path / "count"
    count.touch()
    supervisor = StepSupervisor()
    outcome = supervisor.perform(ordered(tmp_path / "a", f"echo x >> {count}"), silently)
    after = supervisor.perform(ordered(tmp_path / "next", "echo fine"), silently)
    supervisor.close()
    ending, times = CRASHES[point]
    until((tmp_path / "crashed").exists, "the crash")
    ran = len(count.read_text().splitlines())
    assert (ending, "fine\n", True) == (outcome.ending, after.output, ran <= 1)
    assert times in (None, ran)
