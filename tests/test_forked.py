"""A copy of `drillbook` behaves as one that the shell started."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import forked
from terminal import environment

PROGRAM = Path(sys.executable).with_name("drillbook")


@pytest.mark.parametrize(
    "arguments", [["--version"], ["plan", "away.md"], ["nonsense"], ["journal", "show"], []]
)
def test_a_copy_says_what_a_started_one_says(arguments, tmp_path):
    """The same code, the same output, the same errors."""
    env = environment({"COLUMNS": "80"})
    started = subprocess.run(
        [PROGRAM, *arguments], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    copy = forked.run(arguments, tmp_path, env, "", 60)
    assert started.returncode == copy.returncode
    assert (started.stdout, started.stderr) == (copy.stdout, copy.stderr)


def test_a_copy_is_where_and_what_it_was_told(tmp_path):
    """Its folder and its environment are its own, the next one's are others."""
    (tmp_path / "mine.toml").write_text('state = "elsewhere"\n', encoding="utf-8")
    env = environment({"DRILLBOOK_CONFIG": "mine.toml"})
    found = forked.run(["journal", "show", "--format", "json"], tmp_path, env, "", 60)
    assert (0, []) == (found.returncode, json.loads(found.stdout))
    del env["DRILLBOOK_CONFIG"]
    other = tmp_path / "other"
    other.mkdir()
    assert 0 == forked.run(["journal", "show"], other, env, "", 60).returncode
    assert not (tmp_path / ".drillbook").exists()


def test_one_that_does_not_end_is_killed(tmp_path):
    """As `subprocess.run` does; and its process is gone."""
    (tmp_path / "book.md").write_text(
        "# A\n## Diagnosis\n### Is it?\n```sh { name=a timeout=60s }\nsleep 40\n```\n"
        "**Healthy:** exit code is 0. **Unhealthy:** exit code is 1.\n",
        encoding="utf-8",
    )
    with pytest.raises(subprocess.TimeoutExpired):
        forked.run(["run", "book.md", "--yes"], tmp_path, environment({}), "", 2)


def test_what_the_interpreter_reads_at_its_start_needs_a_real_one():
    """Its encoding and its own switches cannot be changed afterwards."""
    assert forked.can_be_forked({**os.environ, "COLUMNS": "20"})
    assert not forked.can_be_forked({**os.environ, "PYTHONIOENCODING": "ascii"})
    assert not forked.can_be_forked({**os.environ, "LC_ALL": "POSIX"})
