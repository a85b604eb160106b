"""Commands that give secrets: run once, without a shell or a terminal, bounded and ended whole."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from drillbook.model.settings import Limits, Secret
from drillbook.verbs.running.secret_commands import SILENT_S_MAX, run_commands
from drillbook.verbs.running.secrets import (
    SECRET_CHARACTERS_MAX,
    STDERR_CHARACTERS_MAX,
    SetupError,
    forget_commands,
    secrets_of,
)
from drillbook.verbs.running.workplace import open_workplace


@pytest.fixture(autouse=True)
def _afresh():
    """What one test's commands gave is unknown to the next."""
    forget_commands()


def with_commands(desk, timeout_s=10.0, others=(), **commands):
    secrets = tuple(Secret(name=name, command=words) for name, words in commands.items())
    limits = Limits(secret_timeout_s=timeout_s)
    return replace(desk.settings, secrets=(*others, *secrets), limits=limits)


def refusal_of(settings):
    """The one line with which these settings are refused."""
    with pytest.raises(SetupError) as refusal:
        secrets_of(settings)
    (line,) = str(refusal.value).splitlines()
    return line


def said(folder, *words, timeout_s=10.0, bytes_max=100):
    heard = run_commands(
        (Secret(name="s", command=words),),
        folder,
        timeout_s=timeout_s,
        bytes_max=bytes_max,
        tell=lambda _: None,
    )
    return heard["s"]


def test_a_secret_is_what_its_command_prints(desk):
    """The last line ends are no part of it; a blank at its end is."""
    settings = with_commands(desk, db=("printf", "corr3ct h0rse \\n\\n"))
    assert {"db": "corr3ct h0rse "} == secrets_of(settings)


def test_a_command_is_no_shell_text(desk, tmp_path):
    """Its words reach the program as they stand."""
    words = ("printf", "%s", "$(touch canary) `touch canary`; touch canary")
    assert {"db": words[2]} == secrets_of(with_commands(desk, db=words))
    assert not (tmp_path / "canary").exists()


def test_a_command_has_no_input_and_no_terminal(desk):
    """Nothing can wait for a person: its standard input is empty, its session has no terminal."""
    script = "read line && exit 9; (exec < /dev/tty) 2>/dev/null && exit 8; echo alone"
    assert {"db": "alone"} == secrets_of(with_commands(desk, db=("bash", "-c", script)))


def test_a_command_runs_in_the_folder_of_the_settings(desk):
    """So that a relative path means what it means beside `file`."""
    settings = with_commands(desk, db=("pwd",))
    assert {"db": str(Path(settings.folder).resolve())} == secrets_of(settings)


def test_a_command_is_run_once_in_a_process(desk, tmp_path):
    """Also where two secrets name it, and where workplaces are opened again and again."""
    words = ("bash", "-c", f"echo x >>{tmp_path}/runs; wc -l <{tmp_path}/runs")
    settings = with_commands(desk, one=words, two=words)
    assert [{"one": "1", "two": "1"}] * 2 == [secrets_of(settings), secrets_of(settings)]
    assert "x\n" == (tmp_path / "runs").read_text()


def test_a_command_that_failed_is_run_again(desk, tmp_path):
    """Only what was given is remembered."""
    settings = with_commands(desk, db=("cat", str(tmp_path / "later")))
    assert "ended with exit code 1" in refusal_of(settings)
    (tmp_path / "later").write_text("corr3ct-h0rse\n")
    assert {"db": "corr3ct-h0rse"} == secrets_of(settings)


def test_commands_run_beside_each_other(desk, tmp_path):
    """Each waits for the other's sign: one after the other, neither would ever end."""
    wait = "touch {0}; until [ -e {1} ]; do sleep 0.01; done; echo {0}"
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    settings = with_commands(
        desk,
        one=("bash", "-c", wait.format(one, two)),
        two=("bash", "-c", wait.format(two, one)),
    )
    assert {"one": one, "two": two} == secrets_of(settings)


def test_a_command_that_fails_is_one_line_without_secrets(desk, tmp_path):
    """Which secret, which program, how it ended and the end of what it said, masked."""
    (tmp_path / "other").write_text("hunter2-other")
    script = f"printf {'x' * 5_000} >&2; printf half-a-secret; echo >&2; "
    script += "echo 'no key for hunter2-other, but half-a-secret' >&2; exit 7"
    others = (Secret(name="other", file="other"),)
    line = refusal_of(with_commands(desk, others=others, db=("bash", "-c", script)))
    assert "secret `db`: its command `bash` ended with exit code 7: xxx" in line
    assert "no key for ***, but ***; run it yourself" in line
    assert "hunter2-other" not in line
    assert len(line) < STDERR_CHARACTERS_MAX + 200


@pytest.mark.parametrize(
    ("words", "because"),
    [
        (("/nowhere/pass", "show"), "its command `/nowhere/pass` cannot be started: No such file"),
        (("bash", "-c", "kill -9 $$"), "its command `bash` was ended by signal 9"),
        (("true",), "its value is empty"),
        (("printf", "\\xff\\xfe"), "what its command `printf` prints is no text in UTF-8"),
        (("yes",), f"its value is longer than {SECRET_CHARACTERS_MAX} characters"),
    ],
)
def test_a_command_that_gives_no_secret_is_one_line(desk, words, because):
    """An endless one is ended as soon as it has said too much."""
    assert because in refusal_of(with_commands(desk, db=words))


def test_a_secret_of_full_length_is_taken(desk):
    """In characters, however many bytes they are."""
    script = f"print('é' * {SECRET_CHARACTERS_MAX})"
    assert {"db": "é" * SECRET_CHARACTERS_MAX} == secrets_of(
        with_commands(desk, db=("python3", "-c", script))
    )


def test_a_command_that_hangs_is_ended_with_all_it_started(desk, tmp_path):
    """At the limit that is set, which the line names."""
    script = f"sleep 300 & echo $! >{tmp_path}/child; trap '' TERM; sleep 300"
    line = refusal_of(with_commands(desk, timeout_s=1.0, db=("bash", "-c", script)))
    assert "secret `db`: its command `bash` did not end within 1 s" in line
    child = int((tmp_path / "child").read_text())
    until_s = time.monotonic() + 10
    while is_alive(child):
        assert time.monotonic() < until_s
        time.sleep(0.02)


def is_alive(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_child_that_stays_does_not_hold_us(tmp_path):
    """The command's own end counts, though the pipe stays open; then the child is ended too."""
    heard = said(tmp_path, "bash", "-c", "echo secret; sleep 300 & disown", timeout_s=60.0)
    assert (b"secret\n", "", False) == (heard.stdout, heard.because, heard.is_long)


def test_what_is_kept_is_bounded(tmp_path):
    """Of both outputs."""
    heard = said(tmp_path, "bash", "-c", "yes >&2 & yes", bytes_max=1_000)
    assert heard.is_long
    assert len(heard.stdout) <= 1_000 + 65_536
    assert len(heard.stderr) <= 4_096


def test_who_waits_is_told(tmp_path):
    """Of commands that take over two seconds, once, and with the limit."""
    told = []
    begun_s = time.monotonic()
    run_commands(
        (
            Secret(name="slow", command=("sleep", f"{SILENT_S_MAX + 0.5}")),
            Secret(name="quick", command=("true",)),
        ),
        tmp_path,
        timeout_s=30.0,
        bytes_max=100,
        tell=told.append,
    )
    assert ["waiting up to 30 s for the commands of slow"] == told
    assert time.monotonic() - begun_s >= SILENT_S_MAX


def test_no_secrets_start_nothing(tmp_path):
    """Not even a thread."""
    before = threading.active_count()
    assert {} == run_commands((), tmp_path, timeout_s=1.0, bytes_max=1, tell=lambda _: None)
    assert before == threading.active_count()


def test_who_only_reads_the_journal_is_asked_for_no_secret(desk, tmp_path):
    """No command is run, and none has to be there; the store's own password is read."""
    settings = with_commands(desk, db=("bash", "-c", f"touch {tmp_path}/ran; echo secret"))
    missing = Secret(name="gone", env="DRILLBOOK_TEST_NOT_SET")
    settings = replace(settings, secrets=(*settings.secrets, missing))
    with open_workplace(settings, reads_only=True) as place:
        assert {} == dict(place.secrets)
    assert not (tmp_path / "ran").exists()
    with pytest.raises(SetupError):
        open_workplace(settings)
    assert {"db": "secret"} == secrets_of(settings, names={"db", "unknown"})
