"""A state folder whose disk is full: said in one line, and nothing is lost or repeated."""

import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

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
echo performed >> ../performed
cat /dev/zero > fill 2>/dev/null || true
```

## Verification
```sh { name=done timeout=5s }
true
```
**Recovered:** exit code is 0.
"""


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 400 kB with a runbook on it, whose step fills it up."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        pytest.skip(f"a small disk needs the right to mount one: {done.stderr.strip()}")
    (folder / "runbook.md").write_text(RUNBOOK)
    (folder / "drillbook.toml").write_text("")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=60)


def drillbook(folder: Path, *words: str):
    program = shutil.which("drillbook", path=str(Path(sys.executable).parent)) or "drillbook"
    return subprocess.run(
        [program, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_full_disk_is_named_and_the_run_goes_on_once_there_is_room(small_disk):
    """Exit code 2 and one line with the folder; the step that filled the disk is not repeated."""
    run = drillbook(small_disk, "run", "runbook.md", "--yes")
    (attempts,) = (small_disk / ".drillbook" / "attempts").iterdir()
    expected = f"drillbook: {attempts}/2: No space left on device; make room on that disk"
    assert (2, expected) == (run.returncode, run.stderr.splitlines()[-1])
    assert 1 == sum(line.startswith("drillbook:") for line in run.stderr.splitlines())

    (small_disk / "fill").unlink()
    resumed = drillbook(small_disk, "resume", attempts.name, "--yes")
    assert 0 == resumed.returncode, resumed.stderr
    assert "performed\n" == (small_disk.parent / "performed").read_text()
    journal = drillbook(small_disk, "journal", "show", f"run/{attempts.name}").stdout
    assert "step-lost" not in journal
    assert "0 flaws" in drillbook(small_disk, "journal", "verify").stdout


def test_a_disk_that_is_full_from_the_beginning_is_named(small_disk):
    """Nothing is performed, and the state folder is named."""
    with (small_disk / "fill").open("wb", buffering=0) as fill, suppress(OSError):
        while fill.write(bytes(4096)):
            pass
    run = drillbook(small_disk, "run", "runbook.md", "--yes")
    (line,) = (line for line in run.stderr.splitlines() if line.startswith("drillbook:"))
    assert (2, True) == (run.returncode, f"{small_disk}/.drillbook" in line)
    assert not (small_disk.parent / "performed").exists()
