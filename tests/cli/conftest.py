"""A folder of one's own, and `drillbook` as a real subprocess in it."""

import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import forked
from drillbook.cli.main import code_of
from terminal import environment

TIMEOUT_S = 120.0
Result = subprocess.CompletedProcess[str]
Drillbook = Callable[..., Result]


@pytest.fixture
def drillbook(tmp_path: Path) -> Drillbook:
    """`drillbook("plan", "a.md")`; standard input is empty unless `given` is."""

    def run(*arguments: str, given: str = "", **more: str) -> Result:
        env = environment({"COLUMNS": "80", **more})
        if forked.can_be_forked(env):
            return forked.run(arguments, tmp_path, env, given, TIMEOUT_S)
        return subprocess.run(
            [Path(sys.executable).with_name("drillbook"), *arguments],
            cwd=tmp_path,
            env=env,
            input=given,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
        )

    return run


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def inside(tmp_path, monkeypatch, capsys) -> Callable[..., Ended]:
    """The same in this process, which is quicker: `inside("runs", DRILLBOOK_TOKEN=text)`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DRILLBOOK_TOKEN", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def run(*arguments: str, **env: str) -> Ended:
        with monkeypatch.context() as patch:
            for name, value in env.items():
                patch.setenv(name, value)
            code = code_of(list(arguments))
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

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
    front: str = "",
) -> str:
    """Healthy once the file `mended` is there; `front` is what its front matter says."""
    return f"""{front and f"---{chr(10)}{front}{chr(10)}---{chr(10)}"}# {title}
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
