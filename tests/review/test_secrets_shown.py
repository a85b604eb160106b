"""Configured secrets where a terminal would show them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SECRET = 'hunter2"secret'
CONFIG = """
[[secrets]]
name = "password"
file = "password"

[targets.db]
url = 'postgres://app:hunter2"secret@db/orders'
"""
RUNBOOK = """---
alerts: [X]
inputs:
  url: {from: target.db.url}
---
# Title

## Diagnosis

### Is it there?
```sh { name=there timeout=5s }
test "$URL" = 'hunter2"secret'
```
**Healthy:** exit code is 0. **Unhealthy:** exit code is 1.

## Resolution

### Mend it
**When:** `there` is unhealthy.
**Risk:** disruptive.
**Loses:** nothing.
```sh { name=mend timeout=5s }
echo 'hunter2"secret'
```
**Expect:** output is `hunter2"secret`.

## Verification
```sh { name=done timeout=5s }
true
```
**Recovered:** exit code is 0.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a runbook and a configured secret that stands in it."""
    (tmp_path / "drillbook.toml").write_text(CONFIG)
    (tmp_path / "password").write_text(SECRET + "\n")
    (tmp_path / "runbook.md").write_text(RUNBOOK)
    return tmp_path


def drillbook(folder: Path, *words: str) -> str:
    """All that the command shows."""
    program = shutil.which("drillbook", path=str(Path(sys.executable).parent)) or "drillbook"
    done = subprocess.run(
        [program, *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    return done.stdout


def test_a_plan_shows_no_secret(folder: Path) -> None:
    """Neither in a value, a command nor a sentence."""
    shown = drillbook(folder, "plan", "runbook.md")
    assert (False, True) == ("hunter2" in shown, "postgres://app:***@db/orders" in shown)


def test_a_plan_as_json_shows_no_secret_and_stays_json(folder: Path) -> None:
    """Also where JSON writes the secret with a backslash."""
    shown = drillbook(folder, "plan", "runbook.md", "--format", "json")
    values = json.loads(shown)["values"]
    assert (False, {"url": "postgres://app:***@db/orders"}) == ("hunter2" in shown, values)


def test_a_dry_run_shows_no_secret(folder: Path) -> None:
    """It is the same plan."""
    assert "hunter2" not in drillbook(folder, "run", "runbook.md", "--dry-run")


def test_a_question_shows_no_secret(folder: Path) -> None:
    """A person is asked about the command with the secret masked."""
    shown = drillbook(folder, "run", "runbook.md")
    assert (False, True) == ("hunter2" in shown, "echo '***'" in shown.split("Run `mend`?")[1])
