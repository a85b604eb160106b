"""Steps over ssh: what ssh is told, which settings are refused, and ways that do not lead there."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.attempt import Ending, Outcome
from drillbook.model.plan import PlannedStep
from drillbook.model.target import Target
from drillbook.run.ordering import Surroundings, order_of, prepare
from drillbook.run.supervisor import StepSupervisor
from drillbook.run.transports import ssh
from drillbook.run.transports.remote import BOOTSTRAP_LINE
from nouns import step
from places import until
from ssh_server import SshServer, has_ssh, openssh_server, python_server, sshd_program

HERE = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
needs_ssh = pytest.mark.skipif(not has_ssh(), reason="ssh is not installed")


def on(**settings: str) -> Target:
    """A host by its settings."""
    return Target(name="far", kind="ssh", settings=settings)


def lints(**settings: str) -> list[str]:
    """What is wrong with such a target."""
    return [finding.lint for finding in ssh.flaws(step("look"), on(**settings))]


def planned(target: Target, script: str, *, timeout_s: float = 60.0, **fields) -> PlannedStep:
    """A step on that target with these fields."""
    env = fields.pop("env", {})
    one = step("s", script, on="far", **fields)
    return PlannedStep(step=one, target=target, timeout_s=timeout_s, env=env, carrier_env=HERE)


def silently(_text: str) -> None:
    """Show nothing."""


class TestSettings:
    """A target that ssh could not be told of, or that would tell it something else."""

    def test_a_host_alone_is_enough(self):
        """The rest is in the user's own configuration."""
        assert [] == lints(host="db-1")

    def test_there_is_no_host_by_default(self):
        assert ["ssh-without-host"] == lints(user="oncall")

    @pytest.mark.parametrize("name", ["host", "user", "jump", "identity_file", "config"])
    @pytest.mark.parametrize("value", ["-oProxyCommand=id", "-F", "", "a b", "a\nb", "a;id"])
    def test_options_and_what_is_no_name_are_refused(self, name, value):
        """Ssh has options that run programs."""
        settings = {"host": "db-1", name: value}
        assert ["bad-ssh-setting"] == lints(**settings)

    @pytest.mark.parametrize("value", ["0", "65536", "-1", "22 ", "ssh", "022222"])
    def test_a_port_is_a_number_in_range(self, value):
        assert ["bad-ssh-setting"] == lints(host="db-1", port=value)

    @pytest.mark.parametrize("value", ["0", "301", "1m", "ten", "-1s"])
    def test_the_time_to_connect_is_bounded(self, value):
        assert ["bad-ssh-setting"] == lints(host="db-1", connect_timeout=value)

    def test_every_setting_as_it_should_be(self):
        """A name of the configuration, addresses of both kinds, jumps with users and ports."""
        whole = {
            "host": "2001:db8::7",
            "user": "on-call@corp",
            "port": "2222",
            "identity_file": "~/.ssh/on call key",
            "config": "/etc/ssh/drillbook",
            "jump": "root@gate:2200,inner",
            "connect_timeout": "20s",
        }
        assert [] == lints(**whole)
        assert [] == lints(host="db-1.example.org", jump="ssh://gate")

    def test_a_machine_without_ssh_says_so(self, monkeypatch, tmp_path):
        """Before anything is run, with what to install."""
        monkeypatch.setenv("PATH", str(tmp_path))
        assert ["missing-ssh"] == lints(host="db-1")


class TestCommand:
    """What stands in arguments, for everybody to read."""

    @given(script=st.text(max_size=40), value=st.text(max_size=40))
    def test_it_is_the_same_for_every_step(self, script, value):
        """Neither the script nor a value is part of it."""
        target = on(host="db-1")
        text, value = script.replace("\0", ""), value.replace("\0", "")
        one = ssh.carry(planned(target, text), {"VALUE": value}, 1.0)
        other = ssh.carry(planned(target, "true"), {}, 1.0)
        assert one.argv == other.argv
        assert ("--", "db-1", BOOTSTRAP_LINE) == one.argv[-3:]
        assert one.mark != other.mark

    def test_what_asks_a_person_is_forbidden_and_silence_is_bounded(self):
        """A step never waits for a password, nor for a host that is gone."""
        options = ssh.options_of(on(host="db-1", connect_timeout="30s"))
        for wanted in ("BatchMode=yes", "ConnectTimeout=30", "ServerAliveInterval=15"):
            assert wanted in options
        assert "-F" not in options

    def test_settings_become_options(self):
        """Each by its own flag; a key of the target's own is the only one that is tried."""
        target = on(host="h", user="u", port="7", jump="j", identity_file="/k", config="/c")
        options = " ".join(ssh.options_of(target))
        for wanted in ("-l u", "-p 7", "-J j", "-i /k", "-F /c", "IdentitiesOnly=yes"):
            assert wanted in options

    def test_no_character_of_the_command_is_special_to_any_shell(self):
        """A login may have fish or csh: one pair of single quotes, one line, no `!`."""
        assert 2 == BOOTSTRAP_LINE.count("'")
        assert not set("\\!\n") & set(BOOTSTRAP_LINE)


@pytest.fixture
def supervisor() -> Iterator[StepSupervisor]:
    """A supervisor that is closed at the end."""
    one = StepSupervisor()
    yield one
    one.close()


class Runner:
    """Performs steps on one server, each in a folder of its own, as a run does."""

    def __init__(self, server: SshServer, supervisor: StepSupervisor, folder: Path) -> None:
        self.server = server
        self.target = server.target()
        self.supervisor = supervisor
        self.folder = folder
        self.count = 0
        self.shown: list[str] = []

    def order(self, script: str, **fields):
        """The order of the next step."""
        self.count += 1
        captures = fields.pop("captures", {})
        one = planned(fields.pop("target", self.target), script, **fields)
        prepare(one)
        where = Surroundings(folder=self.folder / str(self.count), masks=("Sesam",))
        return order_of(one, captures, where)

    def run(self, script: str, **fields) -> Outcome:
        """What came of a step."""
        self.shown = []
        return self.supervisor.perform(self.order(script, **fields), self.shown.append)

    def begin(self, script: str, **fields) -> tuple[threading.Thread, list[Outcome], Path]:
        """Perform a step beside the test."""
        order = self.order(script, **fields)
        outcomes: list[Outcome] = []
        thread = threading.Thread(
            target=lambda: outcomes.append(self.supervisor.perform(order, silently)), daemon=True
        )
        thread.start()
        return thread, outcomes, order.folder


@pytest.fixture(params=["python", pytest.param("openssh", marks=pytest.mark.lab)])
def far(request, supervisor, tmp_path) -> Iterator[Runner]:
    """A server in Python, and OpenSSH's own where it is."""
    if not has_ssh():
        pytest.skip("ssh is not installed")
    if request.param == "python":
        with python_server() as server:
            yield Runner(server, supervisor, tmp_path)
        return
    program = sshd_program()
    if program is None:
        pytest.skip("sshd is neither installed nor unpacked by tools/servers.sh")
    with openssh_server(program) as server:
        yield Runner(server, supervisor, tmp_path)


def test_a_step_is_performed_as_it_would_be_here(far):
    """Exit code, both outputs in order, values, captures, programs that are not there, exports."""
    outcome = far.run(
        'echo "$API_URL"; echo "$LAG" >&2; no-such-program || true; LEADER="n 1"; exit 0',
        env={"API_URL": "'$(x)"},
        captures={"lag": "7"},
        exports=("LEADER", "NOBODY"),
    )
    assert (Ending.EXITED, 0, ("no-such-program",)) == (
        outcome.ending,
        outcome.exit_code,
        outcome.missing,
    )
    told = "'$(x)\n7\nbash: line 1: no-such-program: command not found\n"
    assert told == outcome.output == "".join(far.shown)
    assert {"LEADER": "n 1"} == outcome.exports


@pytest.mark.parametrize(
    ("script", "ending", "code", "signal"),
    [
        ("exit 255", Ending.EXITED, 255, None),
        ("exit 137", Ending.EXITED, 137, None),
        ("kill -KILL $$", Ending.SIGNALLED, None, 9),
        ("kill -TERM $$", Ending.SIGNALLED, None, 15),
    ],
)
@needs_ssh
def test_its_own_end_is_told_from_that_of_ssh(supervisor, tmp_path, script, ending, code, signal):
    """255 of the step is its own, and a signal is no exit code."""
    with python_server() as server:
        outcome = Runner(server, supervisor, tmp_path).run(script)
    assert (ending, code, signal) == (outcome.ending, outcome.exit_code, outcome.signal)


def test_secrets_are_masked_here(far):
    """In the output, and in what is exported: the journal never sees them."""
    outcome = far.run("echo Sesam-Auf; A=x-Sesam", exports=("A",))
    assert ("***-Auf\n", {"A": "x-***"}) == (outcome.output, outcome.exports)


def test_a_program_cannot_pretend_an_end(far):
    """What looks like what we are told in the end is output."""
    fake = "drillbook-00000000000000000000000000000000"
    outcome = far.run(f"printf '{fake} end\\0exit 0\\0{fake} over'; exit 4")
    assert (4, f"{fake} end␀exit 0␀{fake} over") == (outcome.exit_code, outcome.output)


def test_steps_share_a_connection_that_outlives_them(far):
    """It is made once, is no part of a step, and a cancelled step does not take it along."""
    first = far.run('echo "$SSH_CONNECTION"').output
    thread, outcomes, folder = far.begin("sleep 300")
    until(lambda: (folder / "lock").exists() and far.server.processes(), "it runs over there")
    far.supervisor.cancel(folder)
    thread.join()
    assert [Ending.CANCELLED] == [outcome.ending for outcome in outcomes]
    until(lambda: not any(map(is_sleep, far.server.processes())), "nothing is left of it")
    second = far.run('echo "$SSH_CONNECTION"').output
    assert first == second
    assert () == far.run("true").survivors


def is_sleep(pid: int) -> bool:
    """Whether a process is the long sleep of these tests."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep")
    except OSError:
        return False


@pytest.mark.lab
def test_more_steps_at_once_than_a_connection_bears(far):
    """OpenSSH allows ten on one connection; the others make their own."""
    begun = [far.begin(f"sleep 1; exit {number}") for number in range(14)]
    for thread, _, _ in begun:
        thread.join()
    codes = [outcome.exit_code for _, outcomes, _ in begun for outcome in outcomes]
    assert list(range(14)) == codes


class TestNoWay:
    """What failed before it was begun has not happened; what broke in the middle is not known."""

    def test_a_host_that_refuses(self, supervisor, tmp_path):
        """Ssh says why, and that is why the step did not begin."""
        if not has_ssh():
            pytest.skip("ssh is not installed")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = str(listener.getsockname()[1])
        target = on(host="127.0.0.1", port=port, config="/dev/null")
        order = order_of(planned(target, "true"), {}, Surroundings(folder=tmp_path / "1"))
        outcome = supervisor.perform(order, silently)
        assert Ending.NOT_STARTED is outcome.ending
        assert "it did not begin: ssh: connect to host 127.0.0.1" in outcome.because
        assert "Connection refused" in outcome.output

    def test_a_host_that_accepts_and_says_nothing(self, supervisor, tmp_path):
        """Noticed within the time to connect, long before the step's own time limit."""
        if not has_ssh():
            pytest.skip("ssh is not installed")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = str(listener.getsockname()[1])
            target = on(host="127.0.0.1", port=port, config="/dev/null", connect_timeout="1s")
            one = planned(target, "true", timeout_s=600.0)
            began_s = time.monotonic()
            prepare(one)
            order = order_of(one, {}, Surroundings(folder=tmp_path / "1"))
            outcome = supervisor.perform(order, silently)
        assert Ending.NOT_STARTED is outcome.ending
        assert time.monotonic() - began_s < 60.0

    def test_a_host_that_falls_silent_in_mid_step(self, far):
        """Within the silence that is borne, and nobody says that the step failed."""
        target = far.server.target(connect_timeout="2s")
        thread, outcomes, _ = far.begin("sleep 299", target=target, timeout_s=600.0)
        until(lambda: any(map(is_sleep, far.server.processes())), "it runs over there")
        far.server.stop()
        thread.join(120.0)
        assert [Ending.LOST] == [outcome.ending for outcome in outcomes]
        assert "broke before it told how it ended" in outcomes[0].because

    def test_a_host_without_bash(self, supervisor, tmp_path):
        """What its shell says is the reason."""
        if not has_ssh():
            pytest.skip("ssh is not installed")
        with python_server(path="/nonexistent") as server:
            outcome = Runner(server, supervisor, tmp_path).run("true")
        assert Ending.NOT_STARTED is outcome.ending
        assert "bash" in outcome.because
        assert "not found" in outcome.because

    def test_a_folder_that_is_not_there(self, far):
        """Seen over there before anything is begun."""
        outcome = far.run("touch here", cwd="/no/such/folder")
        assert (Ending.NOT_STARTED, "") == (outcome.ending, outcome.output)
        assert "the folder /no/such/folder cannot be entered" in outcome.because

    def test_a_time_limit_before_it_began(self, supervisor, tmp_path):
        """It says that nothing had begun."""
        if not has_ssh():
            pytest.skip("ssh is not installed")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = str(listener.getsockname()[1])
            target = on(host="127.0.0.1", port=port, config="/dev/null")
            one = planned(target, "true", timeout_s=0.5)
            order = order_of(one, {}, Surroundings(folder=tmp_path / "1"))
            outcome = supervisor.perform(order, silently)
        assert Ending.TIMED_OUT is outcome.ending
        assert outcome.because.endswith("before it had begun over there")


@pytest.mark.parametrize(
    ("interpreter", "script", "expected"),
    [("/bin/sh", "echo $0", "/bin/sh\n"), ("cat", "x", "cat: invalid option -- 'c'")],
)
def test_an_interpreter_is_one_over_there(far, interpreter, script, expected):
    """`PROGRAM -c`, as here."""
    outcome = far.run(script, interpreter=interpreter)
    assert outcome.output.startswith(expected)
