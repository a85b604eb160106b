"""What a team puts into its CI: the hook, the action, and the commands of their page."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reference" / "lint-ci.md").read_text(encoding="utf-8")
BLOCKS = [token for token in MarkdownIt("commonmark").parse(PAGE) if token.type == "fence"]
PROGRAMS = Path(sys.executable).parent
TIMEOUT_S = 60
BAD = "---\nowner: storage\n---\n# Disk\n\n## Diagnosis\n```sh { name=a name=b }\ndf\n```\n"
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
INSTALL, LINT = ACTION["runs"]["steps"]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with one bad runbook, committed, on a branch of its own."""
    (tmp_path / "docs" / "run books").mkdir(parents=True)
    (tmp_path / "docs" / "run books" / "disk.md").write_text(BAD)
    (tmp_path / "rules").mkdir()
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for arguments in (
        ["init", "-q", "-b", "main"],
        ["add", "."],
        ["commit", "-q", "-m", "one"],
        ["branch", "origin/main"],
    ):
        subprocess.run(
            [*git, *arguments],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            timeout=TIMEOUT_S,
            env=environment(),
        )
    return tmp_path


def environment(**more: str) -> dict[str, str]:
    """With this Drillbook first, and no settings of whoever runs the tests."""
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    own = {"PATH": path, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return {**os.environ, **own, **more}


def bash(script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """As GitHub runs it: `-e` and `pipefail`."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def lint_step(folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """The action's script, with the inputs as GitHub hands them over."""
    inputs = {name: each["default"] for name, each in ACTION["inputs"].items()} | {
        name.replace("_", "-"): value for name, value in given.items()
    }
    variables = {
        variable: inputs[re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) }}", said)[1]]  # type: ignore[index]
        for variable, said in LINT["env"].items()
    }
    return bash(LINT["run"], folder, **variables)


def test_the_hook_runs_what_there_is(repo):
    """Its entry finds the flaw, and ends with the exit code by which pre-commit stops."""
    done = bash(shlex.join([*shlex.split(HOOK["entry"]), *HOOK.get("args", [])]), repo)
    assert (1, "") == (done.returncode, done.stderr)
    assert "[duplicate-fence-attribute]" in done.stdout


def test_the_hook_is_as_pre_commit_wants_it():
    """With the keys that it needs, and without the names of single files."""
    assert {"id", "name", "entry", "language"} <= HOOK.keys()
    assert ("drillbook-lint", "python", False) == (
        HOOK["id"],
        HOOK["language"],
        HOOK["pass_filenames"],
    )


@pytest.mark.parametrize(
    ("path", "is_meant"),
    [
        ("docs/a.md", True),
        ("a.markdown", True),
        ("rules/a.yaml", True),
        ("a.yml", True),
        ("drillbook.toml", True),
        ("x/drillbook.toml", True),
        ("a.py", False),
        ("mydrillbook.toml", False),
        ("a.md.txt", False),
    ],
)
def test_the_hook_is_for_runbooks_and_rules(path, is_meant):
    """And for the settings, which decide what counts."""
    assert is_meant is bool(re.search(HOOK["files"], path))


def test_the_action_marks_the_line(repo):
    """With what it is given by default."""
    done = lint_step(repo)
    assert (1, "") == (done.returncode, done.stderr)
    assert "::error file=docs/run books/disk.md,line=7," in done.stdout


def test_the_action_takes_paths_with_spaces(repo):
    """One on a line; empty lines are none."""
    assert 1 == lint_step(repo, paths="docs/run books\nrules\n\n").returncode
    assert 0 == lint_step(repo, paths="rules\n").returncode


def test_the_action_fails_from_what_it_is_told(repo):
    """Never, or from warnings on."""
    assert 0 == lint_step(repo, fail_on="never").returncode
    (repo / "docs" / "run books" / "disk.md").write_text(BAD.replace(" name=b", ""))
    assert [0, 1] == [lint_step(repo, fail_on=each).returncode for each in ("error", "warning")]


def test_the_action_takes_a_baseline_and_a_revision(repo):
    """Old findings and unchanged lines do not count."""
    bash("drillbook lint --severity note --write-baseline old.json", repo)
    assert 0 == lint_step(repo, baseline="old.json").returncode
    assert 0 == lint_step(repo, changed_since="origin/main").returncode
    (repo / "docs" / "net.md").write_text(BAD)
    for given in ({"baseline": "old.json"}, {"changed_since": "origin/main"}):
        assert 1 == lint_step(repo, **given).returncode


@pytest.mark.parametrize("name", ["paths", "fail_on", "baseline", "changed_since"])
@pytest.mark.parametrize("hostile", ["$(touch pwned)", "--fix"])
def test_what_the_action_is_given_is_never_run(repo, name, hostile):
    """Neither as a command nor as an option: it ends with a line that says what is wrong."""
    before = (repo / "docs" / "run books" / "disk.md").read_text()
    done = lint_step(repo, **{name: hostile})
    assert done.returncode in {1, 2}
    assert not (repo / "pwned").exists()
    assert before == (repo / "docs" / "run books" / "disk.md").read_text()


def test_nothing_given_becomes_a_part_of_a_script():
    """GitHub would put it in as text."""
    assert [] == [step["name"] for step in ACTION["runs"]["steps"] if "${{" in step["run"]]


def test_the_action_installs_what_lies_beside_it(tmp_path):
    """Its script is bash, and its folder holds a project."""
    check = subprocess.run(
        ["bash", "-n"], input=INSTALL["run"], text=True, timeout=TIMEOUT_S, check=False
    )
    assert 0 == check.returncode
    assert "$GITHUB_ACTION_PATH" in INSTALL["run"]
    assert (ROOT / "pyproject.toml").is_file()


def test_every_input_is_on_the_page_and_in_the_script():
    """With its default."""
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| .* \| (.*) \|$", PAGE, re.MULTILINE))
    assert ACTION["inputs"].keys() == rows.keys()
    used = " ".join(LINT["env"].values())
    assert all(f"inputs.{name} " in used for name in rows)
    assert f"`{ACTION['inputs']['fail-on']['default']}`" == rows["fail-on"]


@pytest.mark.parametrize("block", [each for each in BLOCKS if each.info == "yaml"])
def test_every_example_is_yaml_of_its_kind(block):
    """It is used with what there is: the hook's name, the action's inputs."""
    document: Any = yaml.safe_load(block.content)
    for repo in document.get("repos", []):
        assert [HOOK["id"]] == [each["id"] for each in repo["hooks"]]
    for job in document.get("jobs", {}).values():
        for step in job["steps"]:
            if step.get("uses", "").startswith("OWNER/"):
                assert step["with"].keys() <= ACTION["inputs"].keys()


COMMANDS = [
    pytest.param(line, id=line[:60])
    for block in BLOCKS
    for line in (
        text.strip().removeprefix("- run: ").removeprefix("- ")
        for text in block.content.split("\n")
    )
    if line.startswith("drillbook ")
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_page_runs(repo, command):
    """On a repository; what it would refuse ends with 2."""
    bash("drillbook lint --severity note --write-baseline .drillbook-baseline.json", repo)
    alone = command.split(" | ")[0]
    done = bash(alone, repo)
    assert done.returncode in {0, 1}, done.stderr
    if " > " in alone:
        assert (repo / alone.split(" > ")[1]).stat().st_size > 0


def test_the_page_has_commands():
    """None of them is passed over in silence."""
    assert 6 <= len(COMMANDS)
