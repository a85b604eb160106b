"""`drillbook run` as an engineer has it before them: in a real terminal, and without one."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from terminal import Terminal, run_in_terminal

ASKED = "y, n, s:"
ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
PLAIN = {"NO_COLOR": "1"}
# A process that leaves the step's process group and session, and would outlive a careless tool.
WITH_CHILD = "setsid sleep 300 & echo $! > child; echo begun; sleep 300"


def entries_of(drillbook):
    """(kind, body) of every entry of the only run."""
    streams = json.loads(drillbook("journal", "show", "--format", "json").stdout)
    (run,) = [stream for stream in streams if stream.startswith("run/")]
    lines = drillbook("journal", "show", run, "--format", "json").stdout.splitlines()
    return [(entry["kind"], entry["body"]) for entry in map(json.loads, lines)]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_yes_runs_the_disruptive_step(runbook, tmp_path):
    """Asked, told yes: the step runs, the system is verified, the run ends recovered with 0."""
    screen = run_in_terminal(["run", runbook()], [(ASKED, b"y\n")], Terminal(folder=tmp_path))
    assert 0 == screen.code
    assert (tmp_path / "mended").exists()
    text = ESCAPE.sub("", screen.text)
    assert "Run `mend-it`? It is disruptive." in text
    assert "echo one; touch mended" in text
    assert "next: the verification" in text
    assert "recovered: recovered after Mend it" in text


@pytest.mark.parametrize(
    ("keys", "code", "state"),
    [
        (b"n\n", 1, "escalated"),
        (b"s\n", 130, "cancelled"),
        (b"N\n", 1, "escalated"),
        (b"\x04", 130, "cancelled"),
        (b"\x03", 130, "cancelled"),
        (b"what\ns\n", 130, "cancelled"),
    ],
)
def test_anything_but_yes_runs_nothing(keys, code, state, runbook, drillbook, tmp_path):
    """No, stop, the end of input and Ctrl-C are answers; the run has ended and says how."""
    terminal = Terminal(folder=tmp_path)
    script = [(ASKED, keys)] if b"w" not in keys else [(ASKED, keys[:5]), (ASKED, keys[5:])]
    screen = run_in_terminal(["run", runbook()], script, terminal)
    assert code == screen.code
    assert not (tmp_path / "mended").exists()
    kind, body = entries_of(drillbook)[-1]
    assert ("run-ended", state) == (kind, body["state"])


def test_what_was_typed_before_the_question_is_no_answer(runbook, tmp_path):
    """A `y` that was pressed while a check still ran approves nothing."""
    name = runbook(check="echo looking; sleep 1; test -e mended")
    keys = [("looking", b"y\n"), (ASKED, b"s\n")]
    screen = run_in_terminal(["run", name], keys, Terminal(folder=tmp_path))
    assert 130 == screen.code
    assert not (tmp_path / "mended").exists()


def test_ctrl_c_ends_the_step_and_the_run(runbook, drillbook, tmp_path):
    """Ctrl-C during a step: its whole process tree is gone, the journal says so, 130."""
    keys = [(ASKED, b"y\n"), ("│ begun", b"\x03")]
    screen = run_in_terminal(["run", runbook(WITH_CHILD)], keys, Terminal(folder=tmp_path))
    assert 130 == screen.code
    child = int((tmp_path / "child").read_text())
    ends_at_s = time.monotonic() + 10
    while is_alive(child) and time.monotonic() < ends_at_s:
        time.sleep(0.05)
    assert not is_alive(child)
    kinds = [kind for kind, _ in entries_of(drillbook)]
    assert ["step-cancelled", "stopped", "run-ended"] == kinds[-3:]
    assert "0 flaws" in drillbook("journal", "verify").stdout


@pytest.mark.parametrize("order", [signal.SIGKILL, signal.SIGTERM])
def test_kill_leaves_a_run_that_resume_goes_on_with(order, runbook, drillbook, tmp_path):
    """After kill, with or without -9, the step goes on: `resume` performs it no second time."""
    name = runbook("echo once >> performed; sleep 2; touch mended")
    program = Path(sys.executable).with_name("drillbook")
    with subprocess.Popen(
        [program, "run", name, "--yes"], cwd=tmp_path, stderr=subprocess.DEVNULL
    ) as tool:
        ends_at_s = time.monotonic() + 30
        while not (tmp_path / "performed").exists() and time.monotonic() < ends_at_s:
            time.sleep(0.02)
        tool.send_signal(order)
    assert -order == tool.returncode
    (run,) = json.loads(drillbook("resume", "--format", "json").stdout)
    resumed = drillbook("resume", run["run"])
    assert 0 == resumed.returncode, resumed.stderr
    assert "once\n" == (tmp_path / "performed").read_text()
    assert "no run was cut off" in drillbook("resume").stderr


def test_yes_asks_nothing(runbook, drillbook, tmp_path):
    """--yes needs no terminal."""
    result = drillbook("run", runbook(), "--yes")
    assert 0 == result.returncode
    assert result.stdout.startswith("recovered: recovered after Mend it (run ")
    assert (tmp_path / "mended").exists()


def test_no_terminal_leaves_the_run_at_the_question(runbook, drillbook, tmp_path):
    """Nobody there to ask: nothing is run, nothing ended, and the cure is named; --yes goes on."""
    result = drillbook("run", runbook(), given="y\n")
    assert 4 == result.returncode
    (run,) = [each["run"] for each in json.loads(drillbook("resume", "--format", "json").stdout)]
    cure = (
        f"nobody can answer here; go on with `drillbook resume {run}` at a terminal, or with --yes"
    )
    assert f"asking: {cure} (run {run})\n" == result.stdout
    again = drillbook("resume", run, "--format", "json")
    told = json.loads(again.stdout)
    assert (4, "asking", cure) == (again.returncode, told["state"], told["because"])
    assert not (tmp_path / "mended").exists()
    assert ["asked", "run-resumed"] == [kind for kind, _ in entries_of(drillbook)[-2:]]

    approved = drillbook("resume", run, "--yes")
    assert 0 == approved.returncode, approved.stderr
    assert (tmp_path / "mended").exists()
    answers = [body["answer"] for kind, body in entries_of(drillbook) if kind == "answered"]
    assert ["yes"] == answers


def test_a_run_that_was_left_goes_on_at_a_terminal(runbook, drillbook, tmp_path):
    """The same question is asked again, of whoever is there now."""
    assert 4 == drillbook("run", runbook()).returncode
    (run,) = [each["run"] for each in json.loads(drillbook("resume", "--format", "json").stdout)]
    screen = run_in_terminal(["resume", run], [(ASKED, b"y\n")], Terminal(folder=tmp_path))
    assert 0 == screen.code
    assert (tmp_path / "mended").exists()


def test_yes_does_not_say_that_a_lost_step_happened(runbook, drillbook, tmp_path):
    """Whether it did is a question that only a person can answer: the run stays open."""
    name = runbook("echo once >> performed; sleep 60; touch mended")
    program = Path(sys.executable).with_name("drillbook")
    with subprocess.Popen(
        [program, "run", name, "--yes"], cwd=tmp_path, stderr=subprocess.DEVNULL
    ) as tool:
        ends_at_s = time.monotonic() + 30
        while not (tmp_path / "performed").exists() and time.monotonic() < ends_at_s:
            time.sleep(0.02)
        tool.kill()
    last = max(tmp_path.rglob("lock"), key=lambda lock: int(lock.parent.name))
    os.kill(int(last.read_text(encoding="ascii")), signal.SIGKILL)
    (run,) = [each["run"] for each in json.loads(drillbook("resume", "--format", "json").stdout)]
    for _ in range(2):
        resumed = drillbook("resume", run, "--yes")
        assert 4 == resumed.returncode, resumed.stderr
        assert "Whether `mend-it` happened is not known. Did it?" in resumed.stderr
        assert resumed.stdout.startswith("waiting: nobody can answer here; go on with ")
        assert "--yes" not in resumed.stdout
    assert "once\n" == (tmp_path / "performed").read_text()
    keys = [("h, a, s:", b"h\n")]
    (tmp_path / "mended").touch()
    assert 0 == run_in_terminal(["resume", run], keys, Terminal(folder=tmp_path)).code


def test_risk_bounds_what_is_taken(runbook, drillbook, tmp_path):
    """An Option beyond --risk is not taken, also with --yes."""
    result = drillbook("run", runbook(risk="destructive"), "--yes", "--risk", "disruptive")
    assert 1 == result.returncode
    assert "beyond the allowed risk" in result.stderr
    assert not (tmp_path / "mended").exists()


def test_mild_option_is_not_asked_about(runbook, drillbook, tmp_path):
    """Risk none is run without a question."""
    assert 0 == drillbook("run", runbook(risk="none")).returncode
    assert (tmp_path / "mended").exists()


def test_dry_run_shows_the_plan(runbook, drillbook, tmp_path):
    """--dry-run prints what `plan` prints, runs nothing and writes nothing."""
    planned = drillbook("plan", runbook())
    dry = drillbook("run", runbook(), "--dry-run", "--yes")
    assert (0, planned.stdout) == (dry.returncode, dry.stdout)
    assert not (tmp_path / "mended").exists()
    assert not (tmp_path / ".drillbook").exists()


def test_output_streams_while_the_step_runs(runbook, tmp_path):
    """What a step writes is seen before it ends: the step waits until it was."""
    step = "echo first; until test -e seen; do sleep 0.05; done; touch mended"
    name = runbook(step, risk="none")
    program = Path(sys.executable).with_name("drillbook")
    with subprocess.Popen(
        [program, "run", name], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as tool:
        assert tool.stderr is not None
        assert any("│ first" in line for line in tool.stderr)
        (tmp_path / "seen").touch()
        tool.stderr.read()
    assert 0 == tool.returncode


def test_polled_output_is_shown_once(runbook, drillbook):
    """A step that is polled says the same again and again; a person sees it once."""
    result = drillbook("run", runbook(verify="echo asked; test -e mended"), "--yes")
    assert 1 == result.stderr.count("│ asked")
    assert 1 == result.stderr.count("verification is-back on local")


def test_polls_update_in_place(runbook, tmp_path):
    """On a terminal the last line counts the polls, and is gone at the end."""
    screen = run_in_terminal(["run", runbook(), "--yes"], [], Terminal(folder=tmp_path))
    assert "is-back: poll 2" in ESCAPE.sub("", screen.text)
    assert 0 == screen.code
    assert screen.text.rstrip().endswith(")")
    # The cursor that the moving line hides is there again.
    assert screen.text.rfind("\x1b[?25h") > screen.text.rfind("\x1b[?25l")


HOSTILE = "\x1b[2J\x1b]0;owned\x07\x1b[31m\u202e[bold]:boom:[/bold]\\"


@pytest.mark.parametrize("columns", [40, 100])
def test_escape_sequences_are_shown_and_not_obeyed(columns, runbook, tmp_path):
    """What a step, a heading or a label writes cannot clear, colour or retitle the terminal."""
    (tmp_path / "hostile").write_text(f"{HOSTILE}\nnext\rline\n")
    name = runbook("cat hostile; touch mended", title=f"Title {HOSTILE}", risk="none")
    screen = run_in_terminal(["run", name], [], Terminal(folder=tmp_path, columns=columns))
    assert 0 == screen.code
    for sequence in ("\x1b[2J", "\x1b]0;", "\x07", "\x1b[31m\u202e", "\u202e"):
        assert sequence not in screen.text
    shown = re.sub(r"[\s│]+", "", ESCAPE.sub("", screen.text))
    assert r"\x1b[2J\x1b]0;owned\x07\x1b[31m\u202e[bold]:boom:[/bold]" in shown
    assert "next␍line" in shown


def test_narrow_terminal(runbook, tmp_path):
    """At 40 columns no line of the narration is broken by the terminal itself."""
    step = f"echo {'word ' * 30}; touch mended"
    terminal = Terminal(folder=tmp_path, columns=40, env=PLAIN)
    screen = run_in_terminal(["run", runbook(step), "--yes"], [], terminal)
    lines = screen.text.replace("\r", "").splitlines()
    narration = [line for line in lines if not line.startswith("recovered:")]
    assert len(narration) > 10
    assert not [line for line in narration if len(line) > 40]


def test_no_escape_codes_where_they_are_not_wanted(runbook, drillbook, tmp_path):
    """NO_COLOR on a terminal, a dumb one, and a pipe get plain text."""
    for env in (PLAIN, {"TERM": "dumb"}):
        (tmp_path / "mended").unlink(missing_ok=True)
        terminal = Terminal(folder=tmp_path, env=env)
        screen = run_in_terminal(["run", runbook(), "--yes"], [], terminal)
        assert 0 == screen.code
        assert "\x1b" not in screen.text
    planned = run_in_terminal(["plan", runbook()], [], Terminal(folder=tmp_path, env=PLAIN))
    assert "\x1b" not in planned.text
    (tmp_path / "mended").unlink()
    piped = drillbook("run", runbook(), "--yes")
    assert "\x1b" not in piped.stdout + piped.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "runbook.md", "--yes"),
        ("run", "runbook.md"),
        ("run", "runbook.md", "--dry-run"),
        ("plan", "runbook.md"),
        ("plan", "away.md"),
        ("resume",),
        ("judge",),
        ("journal", "verify"),
        ("journal", "show"),
        ("drill", "pack", "--list"),
    ],
)
def test_json_is_all_there_is_on_stdout(arguments, runbook, drillbook, tmp_path):
    """With --format json, standard output is one JSON text; all else is on standard error."""
    runbook()
    packs = Path(__file__).parents[2] / "packs"
    shutil.copytree(packs / "erpgo", tmp_path / "pack")
    result = drillbook(*arguments, "--format", "json")
    assert isinstance(json.loads(result.stdout), dict | list)


def test_reader_that_goes_away_stops_no_run(runbook, tmp_path):
    """`drillbook run … 2>&1 | head -1`: the run goes on to its end."""
    program = Path(sys.executable).with_name("drillbook")
    command = f"{program} run {runbook('sleep 1; touch mended')} --yes 2>&1 | head -1"
    subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True, timeout=60)
    ends_at_s = time.monotonic() + 20
    while not (tmp_path / "mended").exists() and time.monotonic() < ends_at_s:
        time.sleep(0.05)
    assert (tmp_path / "mended").exists()
