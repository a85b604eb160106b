"""Whatever a user gives: one line with place, cause and cure, the right exit code, no traceback."""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from drillbook.cli.main import code_of
from terminal import environment

ROOT = Path(__file__).parents[2]
PACK = str(ROOT / "packs" / "erpgo")
STEP = "```sh { name=a timeout=2s }\ntrue\n```\n**Healthy:** exit code is 0.\n"

# What the runbook holds, which lint says so, and what the cure must name.
RUNBOOKS = {
    "binary": (b"# T\n\x00\x01\x02", "file-is-binary", "UTF-8"),
    "no UTF-8": (b"# T\n\xff\xfe\n", "file-not-utf-8", "UTF-8"),
    "front matter no mapping": (b"---\n- a\n---\n# T\n", "front-matter-not-a-mapping", "owner:"),
    "broken YAML": (b"---\na: [b\n---\n# T\n", "yaml-not-readable", "correct it"),
    "duplicate keys": (b"---\nowner: a\nowner: b\n---\n# T\n", "duplicate-yaml-key", "keep one"),
    "two steps of one name": (
        f"# T\n## Diagnosis\n### A\n{STEP}### B\n{STEP}".encode(),
        "duplicate-step-name",
        "another name",
    ),
    "a When that names no check": (
        f"# T\n## Diagnosis\n### A\n{STEP}## Resolution\n### O\n**When:** `b` is unhealthy.\n"
        f"**Risk:** none.\n{STEP.split('**', maxsplit=1)[0].replace('=a', '=o')}".encode(),
        "when-names-no-check",
        "checks of this runbook: a",
    ),
    "an unknown target": (
        f"# T\n## Diagnosis\n### A\n{STEP.replace('2s', '2s on=nowhere')}".encode(),
        "unknown-target",
        "[targets.nowhere]",
    ),
    "a fence that never closes": (
        b"# T\n## Diagnosis\n### A\n```sh { name=a timeout=2s }\ntrue\n",
        "unclosed-fence",
        "close it",
    ),
    "a sentence outside the grammar": (
        f"# T\n## Diagnosis\n### A\n{STEP.replace('exit code is 0', 'it mostly works')}".encode(),
        "sentence-outside-grammar",
        "exit code is 0",
    ),
}


def assert_told(result, code, *texts):
    """The exit code, every text on standard error, and no traceback."""
    assert code == result.returncode, result.stderr
    assert "Traceback" not in result.stderr + result.stdout
    for text in texts:
        assert text in result.stderr


@pytest.fixture
def inside(tmp_path, monkeypatch, capfd):
    """The same program without a process of its own, which is most of what a refusal costs.

    What only a process shows (its exit, its streams, its signals) is tested with `drillbook`.
    """
    monkeypatch.chdir(tmp_path)
    for name in os.environ.keys() - environment({}).keys():
        monkeypatch.delenv(name)
    for name, value in environment({"COLUMNS": "80"}).items():
        monkeypatch.setenv(name, value)

    def run(*arguments):
        capfd.readouterr()
        code = code_of(list(arguments))
        told = capfd.readouterr()
        return subprocess.CompletedProcess(arguments, code, told.out, told.err)

    return run


@pytest.mark.parametrize("what", RUNBOOKS)
def test_flawed_runbook_is_a_finding(what, drillbook, inside, tmp_path):
    """`plan` names place, cause and cure and ends with 1; `run` says the same, runs nothing."""
    data, lint, cure = RUNBOOKS[what]
    (tmp_path / "a.md").write_bytes(data)
    assert_told(drillbook("plan", "a.md"), 1, "a.md:", f"[{lint}]", "help: ", cure)
    assert_told(inside("run", "a.md", "--yes"), 2, f"[{lint}]", cure)
    assert "" == inside("journal", "show").stdout


def test_what_is_no_file(drillbook, tmp_path):
    """A missing file and a folder are Findings of `plan`, and stop `run`."""
    assert_told(drillbook("plan", "away.md"), 1, "away.md:1:1", "no such file", "check the path")
    assert_told(drillbook("plan", "."), 1, "folder", "name one file in it")
    assert_told(drillbook("run", "away.md"), 2, "no such file")
    (tmp_path / "gone").mkdir()
    assert_told(drillbook("plan", "/dev/zero"), 1, "device or pipe")


def test_empty_file_has_nothing_to_run(drillbook, tmp_path):
    """An empty file is readable and holds nothing; following it escalates."""
    (tmp_path / "a.md").touch()
    assert_told(drillbook("plan", "a.md"), 0, "runbook-without-sections")
    assert_told(drillbook("run", "a.md"), 1, "no Option")


def test_file_of_50_megabytes_costs_nothing(tmp_path):
    """A file over the limit is refused in bounded time and memory."""
    (tmp_path / "a.md").write_bytes(b"# A\n\nword word\n\n" * 3_200_000)
    limit = 400 * 1_048_576
    began_s = time.monotonic()
    result = subprocess.run(
        [sys.executable, "-m", "drillbook", "plan", "a.md"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)),
    )
    assert_told(result, 1, "file-too-large", "split it")
    assert time.monotonic() - began_s < 30


def test_inputs(drillbook, runbook):
    """An input that the runbook has not, and one that is no NAME=VALUE."""
    assert_told(drillbook("plan", runbook(), "--input", "x=1"), 1, "no input `x`")
    for command in ("plan", "run"):
        result = drillbook(command, runbook(), "--input", "nonsense")
        assert_told(result, 2, "'nonsense' is not NAME=VALUE")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("drlil",), "did you mean drill?"),
        (("wombat",), "there are init, new, import, lint, find, plan, run"),
        (("plan",), "Missing argument 'RUNBOOK'"),
        (("plan", "--nope", "a.md"), "No such option"),
        (("run", "a.md", "--risk", "high"), "'none', 'disruptive', 'destructive'"),
        (("drill",), "name a pack"),
        (("drill", "a", "--compressed", "0"), "not in the range"),
        (("drill", "a", "--compressed", "nan"), "not a number from 1 to 1000"),
        (("respond", "a.json"), "Missing option '--pack'"),
        (("resume", "no-such-run"), "`drillbook resume` lists what there is"),
        (("judge", "no-such-drill"), "`drillbook judge` lists what there is"),
        (("journal", "show", "no/stream"), "`drillbook journal show` lists what there is"),
        (("resume", "\udcff"), "unprintable"),
        (("judge", "\udcff"), "unprintable"),
        (("journal", "show", "\x1b[31m"), "unprintable"),
    ],
)
def test_usage(arguments, text, inside):
    """Wrong words on the command line end with 2 and say the right ones."""
    assert_told(inside(*arguments), 2, text)


def test_all_flaws_of_the_settings_at_once(inside, runbook, tmp_path):
    """Every flaw of drillbook.toml is told in one go."""
    (tmp_path / "drillbook.toml").write_text(
        'state = 3\npackz = []\n[targets.a]\nkind = "ftp"\nenv = {PATH = "x"}\n'
        '[[secrets]]\nname = "s"\n[limits]\nstep_timeout = "x"\n'
    )
    places = ("state:", "packz:", "targets.a.kind", "targets.a.env.PATH", "secrets[0]", "limits.")
    assert_told(inside("plan", runbook()), 2, *places, "drillbook.toml is not usable")
    (tmp_path / "drillbook.toml").write_text("state = \n")
    assert_told(inside("run", runbook()), 2, "settings-not-toml", "line 1")
    assert_told(inside("journal", "show", "--config", "away.toml"), 2, "no such file")


def test_secret_that_is_not_there(drillbook, runbook, tmp_path):
    """A secret whose variable is not set stops everything, and says which."""
    (tmp_path / "drillbook.toml").write_text('[[secrets]]\nname = "s"\nenv = "NOT_SET_HERE"\n')
    assert_told(drillbook("run", runbook(), "--yes"), 2, "NOT_SET_HERE is not set")


def test_folder_that_is_no_pack(inside, tmp_path):
    """A pack that is none stops `drill` and `respond`; no incident opens for it."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "alert.json").write_text(webhook("Anything"))
    assert_told(inside("drill", "away"), 2, "there is no such folder")
    assert_told(inside("drill", "empty"), 2, "empty/pack.yaml", "the folder is no pack")
    for folder in ("away", "empty"):
        result = inside("respond", "alert.json", "--pack", folder)
        assert_told(result, 2, "no runbook that an alert could lead to")
    assert "" == inside("journal", "show").stdout


@pytest.mark.parametrize("what", ["runbook", "alert", "option"])
def test_drill_that_names_what_is_not_there(what, inside, tmp_path):
    """A drill of a runbook, alert or Option that the pack has not is never begun."""
    drill = copied_pack(tmp_path) / "drills" / "postgresql-killed.yaml"
    lines = drill.read_text().splitlines()
    drill.write_text("\n".join(f"{what}: away" if ln.startswith(what) else ln for ln in lines))
    result = inside("drill", "pack")
    assert_told(result, 2, f"pack/drills/{drill.name}:1", f"drill-names-no-{what}", "there are:")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("lab: away", "the lab `away`, which is not there"),
        ("fault: {kind: earthquake}", "the fault `earthquake`, which is not there"),
        ("fault: {kind: kill}", "no setting process"),
        ("operator: octopus", "one of literal, human, agent"),
        ("operator: human", "use: literal"),
    ],
)
def test_drill_with_a_part_that_nobody_has(line, text, inside, tmp_path):
    """An unknown lab, fault, setting or operator is told before anything is started."""
    drill = copied_pack(tmp_path) / "drills" / "postgresql-killed.yaml"
    key = line.split(":")[0]
    lines = drill.read_text().splitlines()
    drill.write_text("\n".join(line if each.startswith(f"{key}:") else each for each in lines))
    assert_told(inside("drill", "pack"), 2, text)


def test_drill_that_the_pack_has_not(drillbook):
    """--only with a wrong name lists the right ones."""
    assert_told(drillbook("drill", PACK, "--only", "x"), 2, "drills are postgresql-killed")


@pytest.mark.parametrize(
    ("arrange", "text"),
    [
        (lambda state: (state / "journal.db").write_bytes(b"no database " * 90), "not a database"),
        (lambda state: (state / "journal.db").mkdir(), "is no file"),
        (lambda state: newer(state / "journal.db"), "newer Drillbook"),
        (lambda state: (state / "runs").touch(), "name another path"),
    ],
)
def test_state_that_is_none(arrange, text, drillbook, runbook, tmp_path):
    """A journal that is none of ours, or a newer one, is left as it is and nothing is run."""
    state = tmp_path / ".drillbook"
    state.mkdir()
    arrange(state)
    before = (state / "journal.db").read_bytes() if (state / "journal.db").is_file() else b""
    assert_told(drillbook("run", runbook("touch performed"), "--yes"), 2, text)
    assert not (tmp_path / "performed").exists()
    if before:
        assert before == (state / "journal.db").read_bytes()


@pytest.mark.parametrize("state", ["/proc/away", "runbook.md/below"])
def test_state_folder_that_cannot_be_made(state, drillbook, runbook, tmp_path):
    """Where the journal cannot be, nothing is run."""
    (tmp_path / "drillbook.toml").write_text(f'state = "{state}"\n')
    assert_told(drillbook("run", runbook(), "--yes"), 2, "name a state folder")
    assert_told(drillbook("journal", "verify"), 2, "name a state folder")


def test_journal_that_another_holds(drillbook, runbook, tmp_path):
    """While another process holds the journal we wait for it, and lose nothing."""
    assert 0 == drillbook("run", runbook("touch mended"), "--yes").returncode
    (tmp_path / "mended").unlink()
    code = (
        "import sqlite3, sys, time\n"
        "held = sqlite3.connect('.drillbook/journal.db', isolation_level=None)\n"
        "held.execute('BEGIN IMMEDIATE')\nprint('held', flush=True)\ntime.sleep(2)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert b"held\n" == holder.stdout.readline()
        result = drillbook("run", runbook("touch mended"), "--yes")
    assert_told(result, 0, "recovered")
    assert "0 flaws" in drillbook("journal", "verify").stdout


def test_report_folder_that_cannot_be_written_is_told_before_the_drill(drillbook, tmp_path):
    """Nobody waits for a drill to learn that its report cannot be written."""
    (tmp_path / "file").touch()
    assert_told(drillbook("drill", PACK, "--report", "file/below"), 2, "file/below", "another path")
    assert "" == drillbook("judge").stdout


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"garbage", "webhook-not-json"),
        (b"", "webhook-not-json"),
        (b"[" * 200_000, "webhook-not-json"),
        (b'{"a": "' + b"x" * 20_000_000 + b'"}', "webhook-too-large"),
        (b"{}", "no alert in it is firing"),
        (b"\xff\x00\xfe", "webhook-not-json"),
    ],
)
def test_webhook_that_is_none(body, text, inside, tmp_path):
    """A body that holds no firing alert opens no incident."""
    (tmp_path / "alert.json").write_bytes(body)
    assert_told(inside("respond", "alert.json", "--pack", PACK), 2, text)
    assert "" == inside("journal", "show").stdout


def test_webhook_without_a_runbook_escalates(drillbook, tmp_path):
    """An alert that leads nowhere opens an incident and escalates, with exit code 1."""
    (tmp_path / "alert.json").write_text(webhook("Nobody\x1b[31mKnows"))
    result = drillbook("respond", "alert.json", "--pack", PACK, "--format", "json")
    assert_told(result, 1, "escalate", "[31mKnows")
    assert json.loads(result.stdout)["run"] is None
    assert "\x1b" not in result.stdout + result.stderr


def test_webhook_that_is_away(drillbook):
    """A missing file and a folder are told as such."""
    assert_told(drillbook("respond", "away.json", "--pack", PACK), 2, "readable file")
    assert_told(drillbook("respond", ".", "--pack", PACK), 2, "readable file")


def test_output_that_nobody_takes(runbook, tmp_path):
    """A full disk behind standard output is one line; one behind the narration stops no run."""
    program = f"{Path(sys.executable).with_name('drillbook')}"
    name = runbook("touch mended")
    full = in_shell(f"{program} plan {name} >/dev/full", tmp_path)
    assert_told(full, 2, "No space left on device", "make room")
    assert_told(in_shell(f"{program} run {name} --yes 2>/dev/full", tmp_path), 0)
    assert (tmp_path / "mended").exists()
    (tmp_path / "mended").unlink()
    assert_told(in_shell(f"{program} run {name} --yes <&- >&- 2>&-", tmp_path), 0)
    assert (tmp_path / "mended").exists()


def test_closed_standard_input_answers_nothing(runbook, tmp_path):
    """Where nobody can be asked, the disruptive step is not run, and the cure is named."""
    program = f"{Path(sys.executable).with_name('drillbook')}"
    for given_by in ("<&-", "</dev/null"):
        result = in_shell(f"{program} run {runbook('touch mended')} {given_by}", tmp_path)
        assert_told(result, 4, "Run `mend-it`? It is disruptive.")
        assert "nobody can answer here; go on with `drillbook resume 2" in result.stdout
    assert not (tmp_path / "mended").exists()


def test_folder_that_was_removed(tmp_path):
    """Standing in a folder that is no more is told as such."""
    program = f"{Path(sys.executable).with_name('drillbook')}"
    result = in_shell(f"mkdir gone; cd gone; rmdir ../gone; {program} resume", tmp_path)
    assert_told(result, 2, "current folder was removed")


KINDS = ("runbook", "rules", "drill", "pack", "settings", "webhook", "proof")
# Bytes that are likelier to get past the first check than chance's are.
SEEDS = (
    b"---\ninputs: {a: {pattern: '('}}\n---\n# T\n## Diagnosis\n```sh { name=a }\n",
    b"groups: [{name: a, rules: [{alert: A, expr: 'up', for: 1m}]}]\n",
    b"name: a\nrunbook: b\nalert: c\nlab: d\nfault: {kind: e}\noption: f\n",
    b"name: a\nrunbook_urls: {1: 2, a: []}\n",
    b'[targets.a]\nkind = "local"\nx = [1]\n',
    b'{"version": "4", "alerts": [{"status": "firing", "labels": {"a": 1}}]}',
    b'{"schema_version": 1, "proof": {"drill": "postgresql-killed", "hashes": {"lab": "0"}}}',
)
PIECES = st.sampled_from([piece for seed in SEEDS for piece in seed.split(b" ")])
HOSTILE = st.one_of(
    st.binary(max_size=200),
    st.lists(st.one_of(PIECES, st.binary(max_size=4)), max_size=30).map(b" ".join),
)


# Each example reads a whole pack four times over; ten for each kind of file, and the seeds.
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from(KINDS), data=HOSTILE)
@example(kind="runbook", data=SEEDS[0])
@example(kind="rules", data=SEEDS[1])
@example(kind="drill", data=SEEDS[2])
@example(kind="pack", data=SEEDS[3])
@example(kind="settings", data=SEEDS[4])
@example(kind="webhook", data=SEEDS[5])
@example(kind="proof", data=SEEDS[6])
def test_no_bytes_are_a_bug_of_ours(kind, data, tmp_path_factory):
    """Whatever a file holds, the exit code is never 3."""
    folder = tmp_path_factory.mktemp("hostile")
    pack = copied_pack(folder)
    paths = {
        "runbook": pack / "runbooks" / "database-connectivity.md",
        "rules": pack / "rules" / "postgresql.yaml",
        "drill": pack / "drills" / "postgresql-killed.yaml",
        "pack": pack / "pack.yaml",
        "settings": folder / "drillbook.toml",
        "webhook": folder / "alert.json",
        "proof": pack / "proofs" / "postgresql-killed.json",
    }
    paths["settings"].write_text(f'state = "{folder / "state"}"\n')
    paths["webhook"].write_text(webhook("Anything"))
    paths["proof"].parent.mkdir(exist_ok=True)
    paths[kind].write_bytes(data)
    config = ["--config", str(paths["settings"])]
    commands = [
        ["plan", str(paths["runbook"]), *config],
        ["drill", str(pack), "--list", *config],
        ["cover", str(pack), "--format", "html", *config],
        ["respond", str(paths["webhook"]), "--pack", str(pack), *config],
    ]
    assert not [argv for argv in commands if code_of(argv) == 3]
    shutil.rmtree(folder)


def webhook(alert: str) -> str:
    """What Alertmanager posts for one firing alert."""
    body = {
        "version": "4",
        "groupKey": "g",
        "status": "firing",
        "receiver": "r",
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": alert},
                "annotations": {},
                "startsAt": "2026-11-21T10:00:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "fingerprint": "ab",
            }
        ],
    }
    return json.dumps(body)


def copied_pack(folder: Path) -> Path:
    """A copy of the first pack that a test may spoil."""
    return Path(shutil.copytree(PACK, folder / "pack"))


def newer(path: Path) -> None:
    """A journal that a later version of ours wrote."""
    subprocess.run(
        [sys.executable, "-m", "drillbook", "journal", "show"], cwd=path.parents[1], check=True
    )
    journal = sqlite3.connect(path)
    journal.execute("PRAGMA user_version = 99")
    journal.commit()
    journal.close()


def in_shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command line with redirections, by bash."""
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
        timeout=120,
        check=False,
    )
