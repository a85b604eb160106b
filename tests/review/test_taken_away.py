"""State that somebody takes away while a run needs it."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.journal import JournalError

RUNBOOK = """---
alerts: [X]
---
# Title

## Diagnosis

### Is it well?
```sh { name=well timeout=5s }
exit 1
```
**Healthy:** exit code is 0. **Unhealthy:** exit code is 1.

## Resolution

### Mend it
**When:** `well` is unhealthy.
**Risk:** none.
**Loses:** nothing.
```sh { name=mend timeout=60s }
echo performed >> performed
until [ -e go ]; do sleep 0.05; done
```

## Verification
```sh { name=done timeout=5s }
true
```
**Recovered:** exit code is 0.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a runbook whose one Option is not idempotent."""
    (tmp_path / "runbook.md").write_text(RUNBOOK)
    (tmp_path / "drillbook.toml").write_text("")
    return tmp_path


def begun(folder: Path) -> "subprocess.Popen[str]":
    """A run whose step is being performed."""
    run = subprocess.Popen(
        [program(), "run", "runbook.md", "--yes"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    ends_at_s = time.monotonic() + 60
    while not (folder / "performed").exists():
        assert time.monotonic() < ends_at_s
        time.sleep(0.02)
    return run


def program() -> str:
    """The installed command."""
    return str(Path(sys.executable).parent / "drillbook")


def test_a_step_whose_traces_were_deleted_is_not_repeated(folder: Path) -> None:
    """After a kill, no trace is no proof that the step never began."""
    run = begun(folder)
    run.send_signal(signal.SIGKILL)
    run.communicate(timeout=60)
    shutil.rmtree(folder / ".drillbook" / "attempts")
    (folder / "go").touch()
    name = next((folder / ".drillbook" / "runs").iterdir()).stem
    resumed = subprocess.run(
        [program(), "resume", name],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    assert "performed\n" == (folder / "performed").read_text()
    assert "traces was taken away" in " ".join(resumed.stdout.split())


def test_a_run_whose_state_folder_is_deleted_repeats_nothing(folder: Path) -> None:
    """The tool that lives sees the same gap, and does not claim to have recovered either."""
    run = begun(folder)
    shutil.rmtree(folder / ".drillbook")
    (folder / "go").touch()
    shown, _ = run.communicate(timeout=120)
    assert "performed\n" == (folder / "performed").read_text()
    assert (2, True) == (run.returncode, "taken away or replaced" in shown)


def test_a_journal_that_was_deleted_takes_no_entry(tmp_path: Path) -> None:
    """An entry that nobody can ever read was not kept."""
    journal = SqliteJournal(tmp_path / "journal.db", clock=SystemClock())
    journal.append("run/a", "run-started", {})
    (tmp_path / "journal.db").unlink()
    with pytest.raises(JournalError, match="taken away or replaced"):
        journal.append("run/a", "run-ended", {})
    journal.close()


def test_a_journal_that_was_replaced_takes_no_entry(tmp_path: Path) -> None:
    """Nor one whose file is another by now."""
    journal = SqliteJournal(tmp_path / "journal.db", clock=SystemClock())
    journal.append("run/a", "run-started", {})
    shutil.copy(tmp_path / "journal.db", tmp_path / "copy")
    (tmp_path / "copy").replace(tmp_path / "journal.db")
    with pytest.raises(JournalError, match="taken away or replaced"):
        journal.append("run/a", "run-ended", {})
    journal.close()
