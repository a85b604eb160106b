"""A folder in a git work tree → what git is told to ignore there: nobody wrote it by hand."""

import subprocess
from pathlib import Path

GIT_TIMEOUT_S = 30.0
IGNORED_MAX = 1_000
# Nothing of the repository's own settings may start a program or change what is printed.
_COMMAND = (
    "git", "--no-optional-locks", "-c", "core.fsmonitor=false", "ls-files", "--others", "--ignored",
    "--exclude-standard", "--directory", "-z",
)  # fmt: skip


def ignored_below(folder: Path) -> tuple[str, ...]:
    """Files and whole folders (without a slash), as they count from it; none without git."""
    try:
        done = subprocess.run(
            _COMMAND, cwd=folder, capture_output=True, timeout=GIT_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    if done.returncode:
        return ()
    names = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    found = sorted({name.rstrip("/") for name in names if name and not name.startswith("..")})
    return tuple(name for name in found if name)[:IGNORED_MAX]
