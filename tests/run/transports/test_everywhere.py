"""What holds wherever a step is carried to: in a container by two engines, in a pod two ways."""

import hashlib
import os
import signal
import threading
from pathlib import Path

import pytest

from drillbook.model.attempt import Ending
from drillbook.run.supervisor import StepSupervisor
from places import Place, silently, until

pytestmark = pytest.mark.lab

# Facts of the program that performs the step; how it is reached is of no matter to them.
on_one_way_of_each_kind = pytest.mark.parametrize(
    "place", ["podman", "websocket", "asyncssh"], indirect=True
)

HOSTILE = "".join(map(chr, range(1, 128))) + " $(touch /tmp/x) `id` ' \" \\ é \udce9 \r\n\t -rf "
# As a program in the background and as one that has left everything behind it.
_DAEMON = (
    "read -r < <(setsid bash -c 'echo it has left; exec sleep 86399 >/dev/null 2>&1 </dev/null'); "
)
# One that has taken the marker out of its environment too, and has no parent left.
_STRANGER = "( (env -i setsid bash -c 'exec sleep 86395 >/dev/null 2>&1 </dev/null') & ); "
_STUBBORN = "trap '' TERM INT HUP; "


def test_values_arrive_byte_for_byte(place: Place, tmp_path: Path):
    """Quotes, substitutions, ends of lines, what is no text: all of it is a value and no more."""
    outcome = place.run(tmp_path / "1", 'printf %s "$VALUE" | od -An -v -tx1', {"VALUE": HOSTILE})
    wanted = HOSTILE.encode("utf-8", "surrogateescape")
    assert (0, wanted) == (outcome.exit_code, bytes.fromhex("".join(outcome.output.split())))


@on_one_way_of_each_kind
def test_a_large_value_arrives(place: Place, tmp_path: Path):
    """A value has no room in an argument, and needs none."""
    value = "0123456789abcdef" * 4096
    outcome = place.run(tmp_path / "1", 'printf %s "$VALUE" | md5sum', {"VALUE": value})
    assert hashlib.md5(value.encode()).hexdigest() == outcome.output.split()[0]


def test_exit_codes_are_the_steps_own(place: Place, tmp_path: Path):
    """Those that engines, kubectl and ssh have for themselves too."""
    for code in (0, 1, 125, 126, 127, 137, 255):
        outcome = place.run(tmp_path / str(code), f"echo done; (exit {code})")
        ended = (outcome.ending, outcome.exit_code, outcome.output)
        assert (Ending.EXITED, code, "done\n") == ended


@on_one_way_of_each_kind
def test_a_program_that_is_not_there_is_named(place: Place, tmp_path: Path):
    """As on this machine: a Check that hides it must still be unknown."""
    outcome = place.run(tmp_path / "1", "if ! pg_isready_x; then exit 1; fi")
    assert (1, ("pg_isready_x",)) == (outcome.exit_code, outcome.missing)


@on_one_way_of_each_kind
def test_a_signal_is_a_signal(place: Place, tmp_path: Path):
    """Not an exit code of 137."""
    outcome = place.run(tmp_path / "1", "kill -KILL $$")
    assert (Ending.SIGNALLED, 9) == (outcome.ending, outcome.signal)


def test_output_is_the_steps_alone(place: Place, tmp_path: Path):
    """Both outputs in their order, binary too; nothing of what carries it."""
    outcome = place.run(tmp_path / "1", "echo one; echo two >&2; printf 'three\\377'; exit 3")
    assert (3, "one\ntwo\nthree\ufffd") == (outcome.exit_code, outcome.output)


@on_one_way_of_each_kind
def test_a_flood_is_bounded_and_ends_well(place: Place, tmp_path: Path):
    """Beginning and end are kept, whatever lies between."""
    outcome = place.run(
        tmp_path / "1", "echo first; head -c 5000000 /dev/zero | tr '\\0' y; echo last; exit 4"
    )
    assert (4, True, 5_000_011) == (outcome.exit_code, outcome.is_cut, outcome.output_bytes)
    assert outcome.output.startswith("first\n")
    assert outcome.output.endswith("last\n")


def test_a_time_limit_leaves_nothing_behind(place: Place, tmp_path: Path):
    """Neither what ignores signals nor what left for a session of its own."""
    script = f"{_DAEMON}{_STRANGER}{_STUBBORN}echo begun; while :; do sleep 86399; done"
    outcome = place.run(tmp_path / "1", script, timeout_s=3.0)
    assert (Ending.TIMED_OUT, "begun") == (outcome.ending, outcome.output.splitlines()[0])
    until(lambda: not place.processes(), "nothing is left of it")


def test_a_cancelled_step_leaves_nothing_behind(place: Place, tmp_path: Path):
    """The same when somebody wants it to end."""
    folder = tmp_path / "1"
    supervisor = StepSupervisor()
    script = f"{_DAEMON}{_STUBBORN}echo begun; while :; do sleep 86399; done"
    order = place.order(folder, script)
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(supervisor.perform(order, silently)))
    thread.start()
    until(lambda: "sleep 86399" in place.processes(), "it runs")
    assert supervisor.cancel(folder)
    thread.join()
    supervisor.close()
    assert [Ending.CANCELLED] == [outcome.ending for outcome in outcomes]
    until(lambda: not place.processes(), "nothing is left of it")


def test_a_daemon_outlives_its_step_and_is_named(place: Place, tmp_path: Path):
    """That is how servers are started; what stays in the step's session ends with it."""
    outcome = place.run(tmp_path / "1", f"{_DAEMON}sleep 86398 & echo done")
    assert (0, "done\n") == (outcome.exit_code, outcome.output)
    assert ["sleep 86399"] == [each.partition(" ")[2] for each in outcome.survivors]
    until(lambda: place.processes() == ["sleep 86399"], "the daemon alone is left")


def test_a_daemon_that_keeps_the_output_keeps_nobody(place: Place, tmp_path: Path):
    """A server that was started without a log of its own: the step has ended all the same."""
    script = (
        "exec 3>&1; read -r < <(setsid bash -c 'echo left; exec sleep 86399 >&3 2>&3'); echo done"
    )
    outcome = place.run(tmp_path / "1", script)
    assert (Ending.EXITED, 0, "done\n") == (outcome.ending, outcome.exit_code, outcome.output)
    assert ["sleep 86399"] == [each.partition(" ")[2] for each in outcome.survivors]


def test_a_place_that_dies_in_mid_step_says_nothing(place: Place, tmp_path: Path):
    """No exit code is made up: nobody knows how the step ended."""
    folder = tmp_path / "1"
    supervisor = StepSupervisor()
    order = place.order(folder, "echo begun; sleep 86397")
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(supervisor.perform(order, silently)))
    thread.start()
    until(lambda: "sleep 86397" in place.processes(), "it runs")
    place.die()
    thread.join()
    supervisor.close()
    (outcome,) = outcomes
    assert (Ending.LOST, None) == (outcome.ending, outcome.exit_code)
    assert "begun" == outcome.output.splitlines()[0]


def test_a_guardian_that_is_killed_leaves_nothing_over_there(place: Place, tmp_path: Path):
    """With it goes what carried the step, and over there the end of the input is heard."""
    folder = tmp_path / "1"
    supervisor = StepSupervisor()
    order = place.order(folder, f"{_DAEMON}{_STUBBORN}sleep 86397 & wait; wait")
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(supervisor.perform(order, silently)))
    thread.start()
    until(lambda: "sleep 86397" in place.processes(), "it runs")
    os.kill(int((folder / "lock").read_text()), signal.SIGKILL)
    thread.join()
    supervisor.close()
    assert [Ending.LOST] == [outcome.ending for outcome in outcomes]
    until(lambda: not place.processes(), "nothing is left of it")


@on_one_way_of_each_kind
def test_a_step_that_kills_what_performs_it_leaves_nothing(place: Place, tmp_path: Path):
    """How it ended nobody can tell then; what it left is ended all the same."""
    script = f"{_DAEMON}kill -KILL $PPID; sleep 86397"
    outcome = place.run(tmp_path / "1", script, timeout_s=3.0)
    assert outcome.ending in {Ending.LOST, Ending.TIMED_OUT}
    assert outcome.exit_code is None
    until(lambda: not place.processes(), "nothing is left of it")


@on_one_way_of_each_kind
def test_a_variable_may_be_called_like_one_of_ours(place: Place, tmp_path: Path):
    """Settings of a target may have any name; the program that performs the step has its own."""
    names = ("argv", "code", "cwd", "field", "folder", "leader", "mark", "setsid", "vars")
    script = " ".join(("echo", *(f'"${name}"' for name in names))) + "; exit 9"
    outcome = place.run(tmp_path / "1", script, dict.fromkeys(names, "/bin/true"))
    wanted = " ".join(["/bin/true"] * len(names)) + "\n"
    assert (9, wanted) == (outcome.exit_code, outcome.output)


@on_one_way_of_each_kind
def test_a_value_that_is_too_long_for_a_variable_begins_nothing(place: Place, tmp_path: Path):
    """The kernel over there would refuse it, with no word of which."""
    outcome = place.run(tmp_path / "1", "true", {"LOG": "x" * 131_072})
    assert Ending.NOT_STARTED is outcome.ending
    because = "it could not begin over there: the value of LOG is longer than 128 KiB"
    assert because == outcome.because


def test_values_stand_in_no_argument(place: Place, tmp_path: Path):
    """Not here, not there: a list of processes is for everybody to read."""
    script = "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"
    outcome = place.run(tmp_path / "1", script, {"VALUE": "Sesam-Auf"})
    assert "bash -p -c IFS=" in outcome.output
    assert "Sesam-Auf" not in outcome.output
    assert not [
        word
        for word in place.order(tmp_path / "2", "echo Sesam", {"VALUE": "Sesam-Auf"}).argv
        if "Sesam" in word
    ]


@on_one_way_of_each_kind
def test_folder_and_python_are_those_of_the_place(place: Place, tmp_path: Path):
    """A step in another language is carried in the same way."""
    script = "import os, sys; print(os.getcwd()); sys.exit(5)"
    outcome = place.run(tmp_path / "1", script, language="python", cwd="/proc")
    assert (5, "/proc\n") == (outcome.exit_code, outcome.output)
