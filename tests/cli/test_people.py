"""A team at its terminals: who may start, approve, refuse, answer, note and cancel what."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from terminal import Terminal, run_in_terminal

TEAM = """
[people.ada]
roles = ["admin", "oncall"]
[people.bob]
roles = ["dba"]
[people.eve]

[[policy]]
services = ["orders"]
risks = ["destructive"]
start = ["oncall"]
approvals = 1
approvers = ["dba"]
"""
NEEDS = "risk: destructive, service: orders"


@pytest.fixture
def team(inside, tmp_path):
    """A folder of three people; their tokens as environments."""
    (tmp_path / "drillbook.toml").write_text(TEAM)
    ada = {"DRILLBOOK_TOKEN": inside("token", "create", "ada").out.strip()}
    others = {
        name: {"DRILLBOOK_TOKEN": inside("token", "create", name, **ada).out.strip()}
        for name in ("bob", "eve")
    }
    return {"ada": ada, **others}


@pytest.fixture
def waiting(team, inside, runbook):
    """The name of a run of ada's that waits for a DBA's approval."""
    started = inside(
        "run", runbook(risk="destructive", front="service: orders"), "--yes", **team["ada"]
    )
    assert 4 == started.code, started.err
    return json.loads(inside("runs", "--format", "json").out)[0]["run"]


def hash_of(inside, run: str, env) -> str:
    shown = inside("approve", run, "--show", "--format", "json", **env)
    return str(json.loads(shown.out)["hash"])


def kinds(inside, run: str) -> list[str]:
    entries = json.loads(inside("runs", "show", run, "--format", "json").out)["entries"]
    return [entry["kind"] for entry in entries]


def test_nothing_changes_without_a_token(team, inside, runbook, tmp_path):
    """Neither a run nor a word to one; reading needs none."""
    name = runbook()
    for arguments in (
        ("run", name, "--yes"),
        ("resume", "x"),
        ("approve", "x"),
        ("answer", "x", "yes"),
        ("note", "x", "hello"),
        ("cancel", "x"),
        ("token", "revoke", "x"),
    ):
        ended = inside(*arguments)
        assert (2, True) == (ended.code, "a token must say who you are" in ended.err), arguments
    assert 0 == inside("runs").code
    assert 0 == inside("plan", name).code
    assert not (tmp_path / "mended").exists()


def test_a_destructive_option_waits_for_somebody_else(waiting, team, inside, tmp_path):
    """What for, who may, with which command; the run stays open and nothing was done."""
    assert not (tmp_path / "mended").exists()
    listed = inside("runs").out
    assert f"{waiting}  The file is away  by ada\n" in listed
    assert "open, waits for approval of dba, 0 of 1: Mend it (" in listed
    resumed = inside("resume", waiting, **team["ada"])
    assert 4 == resumed.code
    said = "  bob may give it, on any terminal of this installation:\n    drillbook approve"
    assert f"{said} {waiting}\n" in resumed.err
    assert f"`drillbook approve {waiting}`; then go on with `drillbook resume" in resumed.out


def test_approved_it_goes_on(waiting, team, inside, tmp_path):
    """By the hash of what was reviewed; then whoever asked goes on, and it is done."""
    digest = hash_of(inside, waiting, team["bob"])
    approved = inside("approve", waiting, "--yes", "--hash", digest, **team["bob"])
    assert 0 == approved.code, approved.err
    assert (
        f"approved by bob: the terminal that waits goes on; if nobody waits there any more, "
        f"ada goes on by `drillbook resume {waiting}`\n" == approved.err
    )
    assert "waits for somebody who goes on with it: approved" in inside("runs").out
    assert 0 == inside("resume", waiting, **team["ada"]).code
    assert (tmp_path / "mended").exists()
    shown = inside("runs", "show", waiting).out
    assert re.search(r"✓ bob \(dba\) approves \(hash [0-9a-f]{12}\)", shown)
    assert "0 flaws" in inside("journal", "verify").out


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("ada", "nobody approves their own; ask somebody else"),
        ("eve", "eve has none of the roles that may approve it: dba"),
    ],
)
def test_who_may_not_approve(who, told, waiting, team, inside):
    """Whoever asked, and whoever has no role for it."""
    digest = hash_of(inside, waiting, team["bob"])
    refused = inside("approve", waiting, "--yes", "--hash", digest, **team[who])
    assert (2, True) == (refused.code, told in refused.err)
    assert "approved" not in kinds(inside, waiting)


def test_nothing_but_what_was_reviewed_is_approved(waiting, team, inside):
    """Another hash, none at all, and nobody to ask: the run goes on waiting."""
    other = inside("approve", waiting, "--yes", "--hash", "0" * 64, **team["bob"])
    assert "and not the one of --hash; look at it again with --show" in other.err
    assert "--yes needs --hash" in inside("approve", waiting, "--yes", **team["bob"]).err
    assert "nobody can be asked here" in inside("approve", waiting, **team["bob"]).err
    assert "approved" not in kinds(inside, waiting)


def test_what_an_approver_sees(waiting, team, inside):
    """The command, its target, the Checks, who asked, what it loses; also for a machine."""
    shown = inside("approve", waiting, "--show", **team["bob"]).out
    for line in (
        f"run {waiting}: Mend it",
        "  risk      destructive",
        "  loses     nothing",
        "  because   `is-there` is unhealthy",
        "  asked by  ada",
        "  check     is-there: unhealthy: exit code is 1",
        "    on      local (local), in sh, for at most 30 s",
        "    | echo one; touch mended",
    ):
        assert f"{line}\n" in shown
    body = json.loads(inside("approve", waiting, "--show", "--format", "json", **team["bob"]).out)
    assert (["ada"], 1, ["dba"]) == (body["requesters"], body["approvals"], body["roles"])
    assert "echo one; touch mended" == body["steps"][0]["command"].strip()


def test_refused_the_run_leaves_the_option(waiting, team, inside, tmp_path):
    """With the reason in the timeline; there is no other way, so it escalates."""
    words = ("--refuse", "--yes", "--because", "the backup is from May")
    assert 0 == inside("approve", waiting, *words, **team["bob"]).code
    assert 1 == inside("resume", waiting, **team["ada"]).code
    assert not (tmp_path / "mended").exists()
    assert "bob refuses it: the backup is from May" in inside("runs", "show", waiting).out


@pytest.mark.parametrize(("typed", "code"), [(b"yes\n", 0), (b"y\n", 1), (b"\n", 1)])
def test_approving_at_a_terminal(typed, code, waiting, team, inside, tmp_path):
    """Exactly what will run is shown first; only yes, in full, is yes."""
    terminal = Terminal(folder=tmp_path, env=team["bob"])
    screen = run_in_terminal(["approve", waiting], [("leave it: ", typed)], terminal)
    assert code == screen.code
    text = screen.text.replace("\r", "")
    assert text.index("| echo one; touch mended") < text.index("Approve exactly this? Type yes")
    assert (code == 0) == ("approved" in kinds(inside, waiting))


def test_who_may_not_approve_is_not_asked(waiting, team, inside, tmp_path):
    """They see what waits, and at once why it is not theirs to approve."""
    terminal = Terminal(folder=tmp_path, env=team["ada"])
    screen = run_in_terminal(["approve", waiting], [], terminal)
    assert 2 == screen.code
    assert "nobody approves their own; ask somebody else" in " ".join(screen.text.split())
    assert "Type yes" not in screen.text


def test_a_terminal_that_waits_goes_on_by_itself(team, inside, runbook, tmp_path):
    """Approved from elsewhere while it waits: the run ends there, recovered."""
    name = runbook(risk="destructive", front="service: orders")
    program = Path(sys.executable).with_name("drillbook")
    with subprocess.Popen(
        [program, "run", name, "--yes", "--wait", "60s"],
        cwd=tmp_path,
        env={**os.environ, **team["ada"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as tool:
        assert tool.stderr is not None
        assert any("Waiting here for 1 min; Ctrl-C leaves" in line for line in tool.stderr)
        run = json.loads(inside("runs", "--format", "json").out)[0]["run"]
        digest = hash_of(inside, run, team["bob"])
        assert 0 == inside("approve", run, "--yes", "--hash", digest, **team["bob"]).code
        tool.stderr.read()
    assert 0 == tool.returncode
    assert (tmp_path / "mended").exists()


def test_ctrl_c_while_waiting_leaves_the_run_open(team, inside, runbook, tmp_path):
    """Others may still approve it: exit code 4, and the command that goes on."""
    name = runbook(risk="destructive", front="service: orders")
    terminal = Terminal(folder=tmp_path, env={**team["ada"], "TERM": "dumb"})
    keys = [("Ctrl-C leaves the run open", b"\x03")]
    screen = run_in_terminal(["run", name, "--yes"], keys, terminal)
    assert 4 == screen.code
    assert "then go on with `drillbook resume" in screen.text
    assert "run-ended" not in kinds(
        inside, json.loads(inside("runs", "--format", "json").out)[0]["run"]
    )


def test_a_risk_that_one_may_not_start_is_not_taken(team, inside, runbook, tmp_path):
    """The rule is named at once, and the Option is not taken."""
    name = runbook(risk="destructive", front="service: orders")
    ended = inside("run", name, "--yes", **team["eve"])
    assert 1 == ended.code
    assert (
        "drillbook: eve may not start what is destructive of service orders: rule 1 of [[policy]] "
        "leaves it to oncall; such an Option is not taken\n"
    ) in ended.err
    assert not (tmp_path / "mended").exists()


def test_who_may_not_even_look_is_told(team, inside, runbook, tmp_path):
    """A rule for everything leaves it to a role: nothing begins."""
    (tmp_path / "drillbook.toml").write_text(f"{TEAM}\n[[policy]]\nstart = ['oncall']\n")
    ended = inside("run", runbook(), "--yes", **team["eve"])
    assert 2 == ended.code
    assert "eve may not start what is without risk of service unknown: rule 2" in ended.err
    assert "[]" == inside("runs", "--format", "json").out.strip()


def test_answering_from_elsewhere(team, inside, runbook, tmp_path):
    """A run that nobody could be asked of goes on once somebody has answered."""
    assert 4 == inside("run", runbook(), **team["ada"]).code
    run = json.loads(inside("runs", "--format", "json").out)[0]["run"]
    wrong = inside("answer", run, "happened", **team["bob"])
    assert (2, True) == (wrong.code, "say one of yes, no, stop" in wrong.err)
    answered = inside("answer", run, "yes", "--because", "I looked", **team["bob"])
    assert f"answered yes about mend-it; `drillbook resume {run}` goes on\n" == answered.out
    assert 0 == inside("resume", run, **team["ada"]).code
    assert (tmp_path / "mended").exists()
    assert "bob says yes: I looked (about mend-it)" in inside("runs", "show", run).out


def test_notes_and_cancelling(waiting, team, inside, tmp_path):
    """Into the timeline, by whom; what is cancelled ends when it is gone on with."""
    noted = inside("note", waiting, "the disk", "is new", **team["eve"])
    assert f"noted in the timeline of run {waiting}\n" == noted.out
    told = inside("cancel", waiting, "--because", "enough", **team["eve"])
    assert f"run {waiting} was told to end" in told.out
    assert f"`drillbook resume {waiting}` ends it where nobody performs it" in told.out
    assert "goes on with it: eve wants it to end" in inside("runs").out
    assert 130 == inside("resume", waiting, **team["ada"]).code
    shown = inside("runs", "show", f"run/{waiting}").out
    assert "note by eve: the disk is new" in shown
    assert "eve wants it stopped: enough" in shown
    assert not (tmp_path / "mended").exists()
    assert "has ended already" in inside("cancel", waiting, **team["eve"]).err


def test_cancel_ends_the_step_that_runs_elsewhere(team, inside, runbook, tmp_path):
    """Its processes are gone and the run has ended, at the terminal that performed it."""
    name = runbook("echo $$ > begun; sleep 300")
    program = Path(sys.executable).with_name("drillbook")
    with subprocess.Popen(
        [program, "run", name, "--yes"],
        cwd=tmp_path,
        env={**os.environ, **team["ada"]},
        stderr=subprocess.DEVNULL,
    ) as tool:
        ends_at_s = time.monotonic() + 30
        while not (tmp_path / "begun").exists() and time.monotonic() < ends_at_s:
            time.sleep(0.02)
        run = json.loads(inside("runs", "--format", "json").out)[0]["run"]
        assert 0 == inside("cancel", run, **team["bob"]).code
        assert 130 == tool.wait(timeout=60)
    assert "step-cancelled" in kinds(inside, run)


def test_an_open_run_is_completed_by_the_tab_key(waiting, drillbook, tmp_path):
    """The names of open runs stand behind it; where there is no journal, none is made."""
    words = {"_DRILLBOOK_COMPLETE": "bash_complete", "COMP_CWORD": "2"}
    offered = drillbook(**words, COMP_WORDS=f"drillbook resume {waiting[:4]}")
    assert f"plain,{waiting}\n" == offered.stdout
    (tmp_path / "drillbook.toml").write_text("state = 'elsewhere'\n")
    assert "" == drillbook(**words, COMP_WORDS="drillbook resume ").stdout.strip()
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("order", [signal.SIGHUP, signal.SIGKILL])
def test_a_lost_connection_loses_nothing(order, team, inside, runbook, tmp_path):
    """The guided run of a terminal that is gone asks the same question at another one."""
    pid, descriptor = os.forkpty()
    name = runbook()
    if pid == 0:
        os.chdir(tmp_path)
        program = str(Path(sys.executable).with_name("drillbook"))
        os.execve(program, [program, "run", name, "--guided"], {**os.environ, **team["ada"]})
    seen = b""
    ends_at_s = time.monotonic() + 60
    while b"What now?" not in seen and time.monotonic() < ends_at_s:
        seen += os.read(descriptor, 65_536)
    os.kill(pid, order)
    os.waitpid(pid, 0)
    os.close(descriptor)
    (open_run,) = json.loads(inside("runs", "--format", "json").out)
    assert "an answer: run `is-there`?" == open_run["waits_for"]
    keys = [("What now? ", b"r\n"), ("What now? ", b"r\n"), ("What now? ", b"r\n")]
    terminal = Terminal(folder=tmp_path, env=team["ada"])
    screen = run_in_terminal(["resume", open_run["run"]], keys, terminal)
    assert 0 == screen.code, screen.text
    assert (tmp_path / "mended").exists()
