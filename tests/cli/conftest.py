"""A folder of one's own, and `drillbook` as a real subprocess in it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from terminal import environment

Result = subprocess.CompletedProcess[str]
Drillbook = Callable[..., Result]


@pytest.fixture
def drillbook(tmp_path: Path) -> Drillbook:
    """`drillbook("plan", "a.md")`; standard input is empty unless `given` is."""

    def run(*arguments: str, given: str = "", **env: str) -> Result:
        return subprocess.run(
            [Path(sys.executable).with_name("drillbook"), *arguments],
            cwd=tmp_path,
            env=environment({"COLUMNS": "80", **env}),
            input=given,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def runbook(tmp_path: Path) -> Callable[..., str]:
    """Write a runbook that recovers by one disruptive step; the answer is its name."""

    def write(step: str = "echo one; touch mended", **more: str) -> str:
        (tmp_path / "runbook.md").write_text(text_of_runbook(step, **more), encoding="utf-8")
        return "runbook.md"

    return write


def text_of_runbook(
    step: str,
    *,
    check: str = "test -e mended",
    verify: str = "test -e mended",
    risk: str = "disruptive",
    title: str = "The file is away",
    attributes: str = "timeout=30s",
) -> str:
    """Healthy once the file `mended` is there."""
    return f"""# {title}
## Diagnosis
### Is it there?
```sh {{ name=is-there timeout=10s }}
{check}
```
**Healthy:** exit code is 0. **Unhealthy:** exit code is 1.
## Resolution
### Mend it
**When:** `is-there` is unhealthy.
**Risk:** {risk}.
**Loses:** nothing.
```sh {{ name=mend-it {attributes} }}
{step}
```
## Verification
```sh {{ name=is-back timeout=10s every=1s }}
{verify}
```
**Recovered:** exit code is 0, for 2 s, within 20 s.
"""
