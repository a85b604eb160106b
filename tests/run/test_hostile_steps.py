"""Steps that flood, that stay, that are a thousand: bounded memory, a clear end, nothing left.

The whole sizes are for `make soak`; the same tests run small every time.
"""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import memory
from drillbook.model.attempt import AttemptOrder, Ending, TraceKind
from drillbook.run.guard.kernel import environment, processes
from drillbook.run.prelude import bash_argv
from drillbook.run.supervisor import StepSupervisor

GENEROUS_S = 300.0
KEPT_BYTES = 65_536
# Of one guardian: a Python that was forked, and 1 MiB of what it reads at once.
GUARDIAN_BYTES_MAX = 40 << 20
# What a step costs while it is silent: its bash and that one's child among it, and its share of
# what few processes cannot share with many.
STEP_BYTES_MAX = 2_600_000
# A tool with a thousand threads: measured, because this process is a test runner besides.
TOOL_BYTES = 45_000_000


@pytest.fixture
def supervisor():
    """A supervisor that is closed at the end."""
    one = StepSupervisor()
    yield one
    one.close()


def ordered(folder, script, timeout_s=GENEROUS_S):
    env = {"PATH": os.environ["PATH"]}
    return AttemptOrder(folder=folder, argv=bash_argv(script), env=env, timeout_s=timeout_s)


def until(holds, what):
    deadline_s = time.monotonic() + GENEROUS_S
    while not holds():
        assert time.monotonic() < deadline_s, what
        time.sleep(0.05)


def left_of(folder):
    """Living processes that carry the marker of an attempt below the folder."""
    marker = f"DRILLBOOK_ATTEMPT={folder}".encode()
    return [pid for pid in processes() if marker in environment(pid)]


GB = 1_000_000_000


@pytest.mark.lab
@pytest.mark.parametrize(
    ("size", "source"),
    [
        (GB, "cat /dev/zero"),
        (GB, "yes a line of text"),
        pytest.param(10 * GB, "cat /dev/zero", marks=pytest.mark.soak),
        pytest.param(10 * GB, "yes a line of text", marks=pytest.mark.soak),
    ],
)
def test_a_flood_of_output_takes_bounded_memory(supervisor, tmp_path, size, source):
    """All of it is counted, its two ends are kept, and the step ends by itself."""
    peaks = []
    ended = threading.Event()

    def watch():
        lock = tmp_path / "attempt" / "lock"
        while not ended.wait(0.05):
            if lock.exists():
                peaks.append(memory.peak_bytes(int(lock.read_text() or 0)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    shown = []
    try:
        order = ordered(tmp_path / "attempt", f"set +o pipefail; {source} | head -c {size}")
        outcome = supervisor.perform(order, lambda text: shown.append(len(text)))
    finally:
        ended.set()
        watcher.join()
    assert (Ending.EXITED, 0) == (outcome.ending, outcome.exit_code)
    assert (size, True) == (outcome.output_bytes, outcome.is_cut)
    # Zero bytes are shown as a sign of three bytes each, but as one character.
    assert len(outcome.output) <= 2 * KEPT_BYTES + 200
    assert "bytes left out" in outcome.output
    assert max(peaks) < GUARDIAN_BYTES_MAX
    kept = sum(path.stat().st_size for path in (tmp_path / "attempt").iterdir())
    assert kept < 2 * KEPT_BYTES + 10_000


@pytest.mark.lab
@pytest.mark.parametrize("count", [60, pytest.param(1_000, marks=pytest.mark.soak)])
def test_many_steps_at_once_take_bounded_memory_and_end_together(supervisor, tmp_path, count):
    """A thousand take less than 1 GB with the tool; a cancel ends every one, nothing is left."""
    folders = [tmp_path / str(number) for number in range(count)]
    threading.stack_size(512 * 1024)
    try:
        with ThreadPoolExecutor(count) as pool:
            futures = [
                pool.submit(supervisor.perform, ordered(each, "echo up; sleep 300"), lambda _: None)
                for each in folders
            ]
            until(lambda: all((each / "out").exists() for each in folders), "all are up")
            shares = memory.shares(os.getpid())
            ended = [supervisor.cancel(each) for each in folders]
            outcomes = [future.result(GENEROUS_S) for future in futures]
    finally:
        threading.stack_size(0)
    own = shares["guardian"].pss_bytes + shares["step"].pss_bytes
    assert [True] * count == ended
    assert {Ending.CANCELLED} == {outcome.ending for outcome in outcomes}
    assert {"up\n"} == {outcome.output for outcome in outcomes}
    assert own / count < STEP_BYTES_MAX
    assert count < 1_000 or own + TOOL_BYTES < GB
    assert [] == left_of(tmp_path)


@pytest.mark.lab
def test_what_ignores_sigterm_and_what_hides_from_it_is_ended(supervisor, tmp_path):
    """At the time limit; also its child in another session, which has closed everything."""
    hidden = "setsid bash -c 'exec >/dev/null 2>&1 </dev/null; trap \"\" TERM; sleep 301 & wait'"
    script = f"trap '' TERM; {hidden} & while :; do sleep 1; done"
    outcome = supervisor.perform(ordered(tmp_path / "attempt", script, 1.0), lambda _: None)
    assert (Ending.TIMED_OUT, "") == (outcome.ending, outcome.output)
    assert "its time limit of 1 s was reached" in outcome.because
    until(lambda: not left_of(tmp_path / "attempt"), "nothing of it is left")


@pytest.mark.lab
def test_what_makes_itself_a_daemon_is_named_and_lives_on(supervisor, tmp_path):
    """The step ends in order; its survivor is told by its id and command."""
    script = "setsid sleep 302 >/dev/null 2>&1 </dev/null & disown; sleep 0.2; echo done"
    outcome = supervisor.perform(ordered(tmp_path / "attempt", script), lambda _: None)
    assert (Ending.EXITED, 0, "done\n") == (outcome.ending, outcome.exit_code, outcome.output)
    (survivor,) = outcome.survivors
    pid, _, command = survivor.partition(" ")
    assert "sleep 302" == command
    os.kill(int(pid), 9)
    assert TraceKind.FINISHED is supervisor.trace(tmp_path / "attempt")


@pytest.mark.lab
def test_binary_output_is_shown_safely_and_counted_whole(supervisor, tmp_path):
    """Every byte value, torn characters and a terminal's commands."""
    script = "for i in {0..255}; do printf \"\\\\x$(printf %x $i)\"; done; printf '\\xe2\\x80'"
    outcome = supervisor.perform(ordered(tmp_path / "attempt", script), lambda _: None)
    assert (Ending.EXITED, 0, 258, False) == (
        outcome.ending, outcome.exit_code, outcome.output_bytes, outcome.is_cut,
    )  # fmt: skip
    unsafe = [c for c in outcome.output if not c.isprintable() and c not in "\n\t"]
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in unsafe)
    assert "ABC" in outcome.output
