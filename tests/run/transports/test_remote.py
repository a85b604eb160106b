"""The program that performs a step far away, run here without any way between."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.model.plan import PlannedStep
from drillbook.model.target import Target
from drillbook.run.guard.channel import Channel
from drillbook.run.transports import remote
from drillbook.run.transports.remote import BOOTSTRAP, BOOTSTRAP_LINE, frame_of, new_mark
from nouns import step
from places import until

WITHIN_S = 60.0
# What an environment variable can hold: all but NUL, also what is no text.
TEXTS = st.binary(max_size=200).map(lambda data: data.replace(b"\0", b"")).map(os.fsdecode)


def planned(script: str, timeout_s: float = WITHIN_S, **fields) -> PlannedStep:
    """A step on a target of no kind that matters here."""
    target = Target(name="far", cwd=fields.pop("target_cwd", None))
    return PlannedStep(step=step("s", script, **fields), target=target, timeout_s=timeout_s)


@dataclass
class There:
    """The program, started, with the frame of a step; its temporary files lie in `folder`."""

    process: subprocess.Popen[bytes]
    channel: Channel
    folder: Path
    output: bytes = b""

    def read(self) -> None:
        """Take what comes next."""
        assert self.process.stdout is not None
        data = os.read(self.process.stdout.fileno(), 65_536)
        self.output += self.channel.feed(data)
        if not data:
            self.output += self.channel.finish()
            raise EOFError

    def say_go(self) -> None:
        """Once it is ready."""
        while not self.channel.is_ready:
            self.read()
        self.say(b"go\n")

    def say(self, data: bytes) -> None:
        """Write to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def hang_up(self) -> None:
        """What it sees when we are gone; waits for its end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(WITHIN_S)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def finish(self) -> "There":
        """Read on to the end."""
        try:
            while not self.channel.is_over:
                self.read()
        except EOFError:
            pass
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(WITHIN_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return self

    @property
    def left_over(self) -> list[str]:
        """Files that it forgot."""
        return sorted(path.name for path in self.folder.iterdir())


def started(step_there: PlannedStep, values: Mapping[str, str] | None = None, **env: str) -> There:
    """The program with a frame on its way."""
    mark = new_mark()
    folder = Path(tempfile.mkdtemp())
    process = subprocess.Popen(
        BOOTSTRAP,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(folder), **env},
        start_new_session=True,
    )
    there = There(process, Channel(mark), folder)
    there.say(frame_of(step_there, values or {}, mark, 0.5))
    return there


def performed(
    script: str, values: Mapping[str, str] | None = None, *, timeout_s: float = WITHIN_S, **fields
) -> There:
    """A step that is begun and has ended."""
    there = started(planned(script, timeout_s, **fields), values)
    there.say_go()
    there.finish()
    assert [] == there.left_over
    there.folder.rmdir()
    return there


@settings(max_examples=15)
@given(values=st.lists(TEXTS, max_size=6))
def test_any_value_arrives_byte_for_byte(values):
    """Quotes, substitutions, newlines, dashes, bytes that are no text: data, and nothing else."""
    names = [f"V{number}" for number in range(len(values))]
    script = "".join(f'printf "%s\\0" "${name}"\n' for name in names)
    there = performed(script, dict(zip(names, values, strict=True)))
    assert b"".join(os.fsencode(value) + b"\0" for value in values) == there.output


@pytest.mark.parametrize(
    "value",
    [
        "$(touch owned)",
        "`touch owned`",
        "'; touch owned; '",
        '"; touch owned; "',
        "-rf",
        "a\nb\r\n\tc\\",
        "\x01\x7f\x1b[2J",
        "x" * 100_000,
        "",
    ],
)
def test_hostile_values_are_never_run(value, tmp_path):
    """Each as itself, in the variable and in the environment of programs."""
    script = 'printf %s "$VALUE"; printf "|"; sh -c \'printf %s "$VALUE"\''
    there = performed(script, {"VALUE": value}, cwd=None, target_cwd=str(tmp_path))
    assert f"{value}|{value}".encode() == there.output
    assert [] == list(tmp_path.iterdir())


def test_a_value_that_no_program_can_be_given_is_refused():
    """The kernel's bound of one variable is 128 KiB; nothing is begun with less than was meant."""
    there = started(planned("true"), {"VALUE": "x" * 1_000_000}).finish()
    assert b"the value of VALUE is longer than 128 KiB" == there.channel.refusal


def test_a_nul_is_refused_here():
    """Nothing over there could hold it."""
    with pytest.raises(ValueError, match="NUL"):
        frame_of(planned("true"), {"VALUE": "a\0b"}, new_mark(), 1.0)


def test_who_hangs_up_at_once_leaves_nothing():
    """The end of the step is wanted before it has a session: none slips through."""
    for _ in range(8):
        there = started(planned("exec sleep 86394"))
        there.say_go()
        there.hang_up()  # waits for the end of the program, which waits for that of the step
        assert [] == there.left_over
        there.folder.rmdir()


def test_nothing_is_begun_before_we_say_so(tmp_path):
    """Who hangs up before that knows that nothing happened, and nothing is left."""
    there = started(planned(f"touch {tmp_path}/begun"))
    while not there.channel.is_ready:
        there.read()
    there.hang_up()
    assert [] == list(tmp_path.iterdir())
    assert [] == there.left_over


@pytest.mark.parametrize("missing", ["setsid", "mktemp", "mkfifo", "rm"])
def test_what_it_needs_over_there_is_named(missing, tmp_path):
    """Before anything is begun."""
    for name in {"setsid", "mktemp", "mkfifo", "rm"} - {missing}:
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    (tmp_path / "bash").symlink_to(str(shutil.which("bash")))
    there = started(planned("true"), PATH=str(tmp_path)).finish()
    assert f"it has no program {missing}".encode() == there.channel.refusal


def test_a_folder_that_is_not_there_is_named():
    """The step's own comes before its target's."""
    there = started(planned("true", cwd="/no/1", target_cwd="/")).finish()
    assert b"the folder /no/1 cannot be entered" == there.channel.refusal


@pytest.mark.parametrize(
    ("script", "record"),
    [
        ("exit 0", b"exit 0"),
        ("exit 255", b"exit 255"),
        ("exit 137", b"exit 137"),
        ("kill -KILL $$", b"signal 9"),
        ("kill -SEGV $$", b"signal 11"),
        ("false; echo no", b"exit 1"),
        ("(exit 5) | cat", b"exit 5"),
        ("echo (", b"exit 2"),
    ],
)
def test_how_it_ended_is_told(script, record):
    """As truthfully as here: errexit, pipefail, and a signal that is no exit code."""
    assert [record] == performed(script).channel.records


def test_ctrl_c_is_not_ignored_by_a_step():
    """A job in the background of bash would."""
    script = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    assert b"True\n" == performed(script, language="python").output


def test_a_step_sees_what_it_is_given_and_no_way_to_us():
    """No open file but its outputs and its leash, nothing of the program's own variables."""
    there = performed("ls /proc/self/fd | wc -l; env", {"A": "b"})
    count, *variables = there.output.decode().splitlines()
    assert "5" == count
    names = {line.partition("=")[0] for line in variables}
    assert {"A", "DRILLBOOK_ATTEMPT", "PATH", "TERM", "TMPDIR", "PWD", "SHLVL", "_"} >= names


class TestTree:
    """What lives on over there, and what does not."""

    def test_what_is_left_in_the_session_is_ended(self):
        """It is no survivor."""
        there = performed("sleep 100 & echo $!")
        until(lambda: not Path(f"/proc/{int(there.output)}").exists(), "it has ended")
        assert [b"exit 0"] == there.channel.records

    def test_what_left_the_session_is_named(self):
        """With its id and its command; it goes on."""
        there = performed("setsid sleep 97 >/dev/null 2>&1 & echo $!")
        pid = int(there.output)
        assert [b"exit 0", f"survivor {pid} sleep 97".encode()] == there.channel.records
        os.kill(pid, 9)

    def test_in_the_background_it_may_stay(self):
        """As the step says."""
        there = performed("sleep 96 >/dev/null 2>&1 & echo $!", is_background=True)
        pid = int(there.output)
        assert f"survivor {pid} sleep 96".encode() in there.channel.records
        os.kill(pid, 9)

    @pytest.mark.parametrize(
        "script",
        [
            "echo $$; exec sleep 95",
            "trap '' TERM INT HUP; echo $$; while :; do sleep 95; done",
            "setsid sleep 95 >/dev/null 2>&1 & echo $!; sleep 95",
            "(setsid bash -c 'trap \"\" TERM; sleep 95; sleep 95' & echo $!); sleep 95",
            "env -i setsid sleep 95 & echo $!; sleep 95",
            "kill -STOP $$ & echo $$; sleep 95",
        ],
    )
    def test_when_we_hang_up_all_of_it_dies(self, script):
        """What ignores signals, what is stopped, what has a session or no marker of its own."""
        there = started(planned(script))
        there.say_go()
        while b"\n" not in there.output:
            there.read()
        there.hang_up()
        pid = int(there.output.split()[0])
        until(lambda: not Path(f"/proc/{pid}").exists(), "it has ended")
        assert [] == there.left_over

    def test_the_time_limit_is_kept_over_there_too(self, monkeypatch):
        """For the case that it is us who are cut off: nobody hangs up."""
        monkeypatch.setattr(remote, "_LATER_S", 0.5)
        began_s = time.monotonic()
        there = performed("echo $$; sleep 94", timeout_s=0.1)
        assert time.monotonic() - began_s < WITHIN_S
        assert re.match(rb"signal (15|9)", there.channel.records[0])


def test_every_shell_begins_it_alike():
    """A login runs the one line by its own shell."""
    for shell in ("sh", "bash", "dash", "zsh", "fish", "csh", "tcsh"):
        if shutil.which(shell) is None:
            continue
        process = subprocess.Popen(
            [shell, "-c", BOOTSTRAP_LINE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        there = There(process, Channel(mark := new_mark()), Path("/"))
        there.say(frame_of(planned('echo "$A"'), {"A": "$B 'c'"}, mark, 1.0))
        there.say_go()
        assert b"$B 'c'\n" == there.finish().output


def test_what_goes_over_is_small_and_plain():
    """No comments, and its length in the five digits that the other end reads."""
    frame = frame_of(planned("true"), {}, new_mark(), 1.0)
    length = int(frame[:5])
    program = frame[5 : 5 + length].decode("ascii")
    assert "main\n" == program[-5:]
    assert not re.search(r"^\s*#", program, re.MULTILINE)
    assert len(frame) < 16_384
