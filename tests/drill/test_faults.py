"""Settings + Lab → a fault that is injected, seen to hold, reverted and seen to be gone.

The lab is a small real one: a server process with a child of its own, on a loopback port.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from drillbook.drill.deadline import wait_until
from drillbook.drill.faults.processes import find_process, tree, with_variable
from drillbook.drill.faults.registry import FAULTS
from drillbook.model.clock import SystemClock
from drillbook.model.drill import Setting
from drillbook.model.lab import ClientCount, Lab, LabError, LabOrder, LabView, Observation
from drillbook.model.target import Target
from drillbook.model.truth import Truth

WAIT_S = 20.0
NAME = "postgresql"
PROCESS: dict[str, Setting] = {"process": NAME}
SERVER = """\
import os, signal, socket, sys
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    while os.getppid() != 1:
        signal.sigtimedwait([], 0.1)
    sys.exit()
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    connection, _ = server.accept()
    with connection:
        connection.sendall(connection.recv(4).replace(b"PING", b"PONG"))
"""


class ServerLab:
    """One server process that answers PING with PONG, and one target."""

    def __init__(self, folder: Path, manner: str = "polite") -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.folder, self.manner = folder, manner
        self.server: subprocess.Popen[bytes] | None = None

    def up(self, order: LabOrder) -> LabView:
        raise LabError(f"this lab is started by its test and not in {order.folder}")

    def steady(self) -> Observation:
        return self.serves()

    def serves(self) -> Observation:
        truth = Truth.TRUE if self.accepts(NAME) else Truth.FALSE
        return Observation(truth=truth, because=truth.value)

    def start_client(self) -> None:
        raise LabError("this lab has no client")

    def first_failure_ns(self, *, since_ns: int) -> int | None:
        raise LabError(f"this lab has no client since {since_ns}")

    def stop_client(self) -> ClientCount:
        raise LabError("this lab has no client")

    def pid(self, process: str) -> int | None:
        assert NAME == process
        is_there = self.server is not None and self.server.poll() is None
        return self.server.pid if self.server is not None and is_there else None

    def accepts(self, process: str) -> bool:
        assert NAME == process
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=0.5) as connection:
                connection.sendall(b"PING")
                return connection.recv(4) == b"PONG"
        except OSError:
            return False

    def start(self, process: str, *, timeout_s: float) -> None:
        assert NAME == process
        self.down()
        arguments = [sys.executable, "-S", "-c", SERVER, str(self.port), self.manner]
        self.server = subprocess.Popen(arguments, start_new_session=True)
        wait_until(self.serves, within_s=timeout_s / 2, every_s=0.02, clock=SystemClock())

    def target(self, name: str) -> Target:
        return Target(
            name=name,
            settings={"port": str(self.port), "api-url": "http://x"},
            env={"GREETING": "hello"},
            path=("/usr/bin", "/bin"),
            cwd=str(self.folder),
        )

    def down(self) -> Sequence[str]:
        if self.server is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait(WAIT_S)
        return ()


def started(lab: ServerLab) -> ServerLab:
    """The lab when its server answers and has its child."""
    lab.start(NAME, timeout_s=WAIT_S)
    answer = wait_until(lab.serves, within_s=WAIT_S, every_s=0.02, clock=SystemClock())
    assert answer.truth is Truth.TRUE
    return lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A lab that serves."""
    made = ServerLab(tmp_path)
    yield started(made)
    made.down()


def truth(lab: Lab, kind: str, act: str, settings: Mapping[str, Setting]) -> Truth:
    """The answer of one of the two looks."""
    fault = FAULTS[kind]
    look = fault.is_effective if act == "is_effective" else fault.is_reverted
    return look(lab, settings, timeout_s=WAIT_S).truth


@pytest.mark.parametrize(
    ("kind", "settings"),
    [("kill", PROCESS), ("kill", {**PROCESS, "signal": "TERM"}), ("pause", PROCESS)],
)
def test_a_fault_holds_when_injected_and_is_gone_when_reverted(
    lab: Lab, kind: str, settings: Mapping[str, Setting]
) -> None:
    """Both looks tell the truth before, during and after."""
    looks = [truth(lab, kind, act, settings) for act in ("is_effective", "is_reverted")]
    assert [Truth.FALSE, Truth.TRUE] == looks
    FAULTS[kind].inject(lab, settings, timeout_s=WAIT_S)
    looks = [truth(lab, kind, act, settings) for act in ("is_effective", "is_reverted")]
    assert [Truth.TRUE, Truth.FALSE] == looks
    FAULTS[kind].revert(lab, settings, timeout_s=WAIT_S)
    looks = [truth(lab, kind, act, settings) for act in ("is_effective", "is_reverted")]
    assert [Truth.FALSE, Truth.TRUE] == looks


@pytest.mark.parametrize("kind", ["kill", "pause"])
def test_reverting_twice_does_no_harm(lab: Lab, kind: str) -> None:
    """Cleaning up after a crash may find that all is well: the process is not started anew."""
    pid = lab.pid(NAME)
    FAULTS[kind].inject(lab, PROCESS, timeout_s=WAIT_S)
    FAULTS[kind].revert(lab, PROCESS, timeout_s=WAIT_S)
    again = lab.pid(NAME)
    FAULTS[kind].revert(lab, PROCESS, timeout_s=WAIT_S)
    assert again == lab.pid(NAME)
    assert (kind == "pause") == (pid == again)


@pytest.mark.parametrize("kind", ["kill", "pause"])
def test_what_does_not_run_cannot_be_broken(tmp_path: Path, kind: str) -> None:
    """A fault that cannot be injected says so, with the name of the process."""
    with pytest.raises(LabError, match=r"postgresql cannot be .* does not run"):
        FAULTS[kind].inject(ServerLab(tmp_path), PROCESS, timeout_s=WAIT_S)


def test_a_pause_stops_the_children_too(lab: Lab) -> None:
    """Every process of the tree is stopped, and every one goes on."""
    root = find_process(lab.pid(NAME) or 0)
    assert root is not None
    FAULTS["pause"].inject(lab, PROCESS, timeout_s=WAIT_S)
    assert [True, True] == [one.is_stopped for one in tree(find_process(root.pid) or root)]
    FAULTS["pause"].revert(lab, PROCESS, timeout_s=WAIT_S)
    assert [False, False] == [one.is_stopped for one in tree(find_process(root.pid) or root)]


def test_a_paused_process_that_was_killed_is_started_again(lab: Lab) -> None:
    """The runbook may have killed it; reverting still brings the lab back."""
    FAULTS["pause"].inject(lab, PROCESS, timeout_s=WAIT_S)
    os.kill(lab.pid(NAME) or 0, signal.SIGKILL)
    until_s = time.monotonic() + WAIT_S
    while lab.pid(NAME) is not None and time.monotonic() < until_s:
        time.sleep(0.02)
    assert truth(lab, "pause", "is_effective", PROCESS) is Truth.FALSE
    FAULTS["pause"].revert(lab, PROCESS, timeout_s=WAIT_S)
    assert truth(lab, "pause", "is_reverted", PROCESS) is Truth.TRUE


def test_a_process_that_survives_its_signal_is_said_to(tmp_path: Path) -> None:
    """A fault without effect is an error of the drill, not of the runbook."""
    lab = started(ServerLab(tmp_path, "stubborn"))
    try:
        with pytest.raises(LabError, match=r"survived SIGTERM for 0\.3 s: use the signal KILL"):
            FAULTS["kill"].inject(lab, {**PROCESS, "signal": "TERM"}, timeout_s=0.3)
        with pytest.raises(LabError, match="TREM is no signal"):
            FAULTS["kill"].inject(lab, {**PROCESS, "signal": "TREM"}, timeout_s=0.3)
    finally:
        lab.down()


def test_a_server_that_never_answers_is_not_reverted(tmp_path: Path) -> None:
    """Started is not yet healed: without an answer in time there is an error."""
    lab = ServerLab(tmp_path)
    with socket.create_server(("127.0.0.1", lab.port)) as squatter:
        squatter.listen(1)
        with pytest.raises(LabError, match=r"after 1 s postgresql (does not run|runs but)"):
            FAULTS["kill"].revert(lab, PROCESS, timeout_s=1.0)
    lab.down()


def commands(**given: str) -> dict[str, Setting]:
    """The settings of a `commands` fault that makes a file."""
    base = {
        "on": "orders-db",
        "inject": "touch broken",
        "is_effective": "test -e broken",
        "revert": "rm -f broken",
        "is_reverted": "! test -e broken",
    }
    return {**base, **given}


def test_four_commands_are_a_fault(lab: Lab) -> None:
    """They run in the target's folder; exit code 0 is yes and 1 is no."""
    fault, settings = FAULTS["commands"], commands()
    assert truth(lab, "commands", "is_effective", settings) is Truth.FALSE
    fault.inject(lab, settings, timeout_s=WAIT_S)
    assert truth(lab, "commands", "is_effective", settings) is Truth.TRUE
    assert truth(lab, "commands", "is_reverted", settings) is Truth.FALSE
    fault.revert(lab, settings, timeout_s=WAIT_S)
    assert truth(lab, "commands", "is_reverted", settings) is Truth.TRUE


def looked(lab: Lab, command: str, timeout_s: float = WAIT_S) -> Observation:
    """What the look `is_effective` makes of that command."""
    return FAULTS["commands"].is_effective(lab, commands(is_effective=command), timeout_s=timeout_s)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("exit 2", "ended with 2"),
        ("no-such-program", "ended with 127"),
        ("kill -9 $$", "was ended by signal 9"),
        ("false | true; exit 7", "ended with 1"),
    ],
)
def test_neither_yes_nor_no_is_unknown(lab: Lab, command: str, said: str) -> None:
    """A command that could not look has not seen that all is well."""
    answer = looked(lab, command)
    expected = Truth.FALSE if said.endswith(" 1") else Truth.UNKNOWN
    assert expected == answer.truth
    assert f"the fault's command is_effective {said}" in answer.because


def test_the_targets_settings_are_variables(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """DRILL_ and the name in capitals; the target's environment and path hold, ours does not."""
    monkeypatch.setenv("DRILL_TEST_LEAK", "leaked")
    told = 'echo "$DRILL_PORT $DRILL_API_URL $GREETING $PATH [$DRILL_TEST_LEAK]"; exit 3'
    port = lab.target("orders-db").settings["port"]
    assert looked(lab, told).because.endswith(f"wrote: {port} http://x hello /usr/bin:/bin []")


def test_a_command_that_fails_is_an_error_with_its_words(lab: Lab) -> None:
    """The words are bounded and hold nothing that a terminal would act upon."""
    settings = commands(inject="printf '\\033[2J no rights'; head -c 5000000 /dev/zero; exit 4")
    with pytest.raises(LabError, match="command inject ended with 4") as caught:
        FAULTS["commands"].inject(lab, settings, timeout_s=WAIT_S)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


def running(command: str) -> list[str]:
    """The process ids under which that very command runs."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if path.read_bytes().rstrip(b"\0").split(b"\0") == command.encode().split():
                found.append(path.parent.name)
    return found


def test_at_the_time_limit_the_whole_tree_is_killed(lab: Lab) -> None:
    """Also what made a session of its own, and what emptied its environment."""
    sleeper = f"sleep 3{time.time_ns() % 10**8}"
    command = f"setsid {sleeper} & env -i {sleeper} & {sleeper}"
    answer = looked(lab, command, timeout_s=0.5)
    assert Truth.UNKNOWN == answer.truth
    assert "did not end within 0.5 s" in answer.because
    assert [] == running(sleeper)


def test_what_a_command_leaves_running_does_not_hold_it_up(lab: Lab) -> None:
    """A fault may be a process; the act ends when the command does."""
    begun_s = time.monotonic()
    begun = "until grep -q ^sleep /proc/$!/cmdline; do :; done"
    settings = commands(inject=f"DRILL_LEFT={lab.pid(NAME)} sleep 300 & {begun}")
    FAULTS["commands"].inject(lab, settings, timeout_s=WAIT_S)
    assert time.monotonic() - begun_s < WAIT_S
    (left,) = with_variable("DRILL_LEFT", str(lab.pid(NAME)))
    os.kill(left.pid, signal.SIGKILL)


def test_endless_output_does_not_grow_and_does_not_hold_it_up(lab: Lab) -> None:
    """A background writer that never ends is left behind with a closed pipe."""
    answer = looked(lab, "yes & sleep 0.2; exit 1")
    assert Truth.FALSE == answer.truth


def test_a_folder_that_is_gone_is_an_error_of_the_lab(tmp_path: Path) -> None:
    """No command can be run where the target's folder does not exist."""
    with pytest.raises(LabError, match="no command can be run on orders-db"):
        FAULTS["commands"].inject(ServerLab(tmp_path / "gone"), commands(), timeout_s=WAIT_S)
