"""A folder in a git work tree + a revision → the lines that were changed since.

Where a branch is named, "since" counts from where this work tree parted from it.
"""

import re
import subprocess
from pathlib import Path

from drillbook.model.changes import Changes

GIT_TIMEOUT_S = 60.0
REVISION_CHARS_MAX = 1_000
# Nothing of the repository's own settings may start a program or change what is printed.
_GIT = ("git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
_DIFF = (
    "diff",
    "--unified=0",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--find-renames",
    "--ignore-submodules",
    "--diff-filter=ACMRT",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)
_HUNK = re.compile(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f"}


class ChangesError(Exception):
    """Nobody can say what was changed; one line says why and the cure."""


def changes_since(root: Path, revision: str) -> Changes:
    """Paths count from `root`. Files that git does not know yet are new. Raises ChangesError."""
    top = _top(root)
    commit = _parting(root, _commit_of(root, revision))
    diff = _git(root, *_DIFF, commit, "--")
    fresh = _git(root, "ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", top)
    lines, new = _changed(diff)
    new |= {name for name in fresh.split("\0") if name}
    inside = {path: shown for path in (*lines, *new) if (shown := _shown(path, top, root))}
    return Changes(
        lines={inside[path]: tuple(found) for path, found in lines.items() if path in inside},
        new=frozenset(inside[path] for path in new if path in inside),
    )


def _top(root: Path) -> str:
    """The uppermost folder of the work tree."""
    top = _run(root, "rev-parse", "--show-toplevel")
    if top.returncode:
        raise ChangesError(
            f"{root} lies in no git work tree, so nothing is known of changes; "
            "run this inside of one, or leave --changed-since away"
        )
    return top.stdout.removesuffix("\n")


def _commit_of(root: Path, revision: str) -> str:
    """The revision is anybody's text: it is never taken for an option, nor for a path."""
    is_text = revision.isprintable() and 0 < len(revision) <= REVISION_CHARS_MAX
    named = f"{revision}^{{commit}}"
    found = is_text and _run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", named)
    if not found or found.returncode:
        raise ChangesError(
            f"git knows no revision {ascii(revision)[:80]}; "
            "name a commit, tag or branch (in CI: fetch it first, as with fetch-depth: 0)"
        )
    return found.stdout.strip()


def _parting(root: Path, commit: str) -> str:
    """What others did on a branch since we left it is no change of ours."""
    base = _run(root, "merge-base", commit, "HEAD")
    return base.stdout.strip() if base.returncode == 0 else commit


def _git(root: Path, *arguments: str) -> str:
    done = _run(root, *arguments)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["it does not say why"])[-1]
        raise ChangesError(f"git {arguments[0]} failed: {why}; make it work in {root}")
    return done.stdout


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [*_GIT, "-C", str(root), *arguments],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=GIT_TIMEOUT_S,
            encoding="utf-8",
            errors="surrogateescape",
        )
    except FileNotFoundError as error:
        raise ChangesError("--changed-since needs git, which is not installed") from error
    except subprocess.TimeoutExpired as error:
        cure = "make the work tree smaller, or leave --changed-since away"
        raise ChangesError(f"git took more than {GIT_TIMEOUT_S:g} s; {cure}") from error


def _changed(diff: str) -> tuple[dict[str, list[tuple[int, int]]], set[str]]:
    """The stretches of each file; a file that was not there before is new."""
    lines: dict[str, list[tuple[int, int]]] = {}
    new: set[str] = set()
    path, is_new, is_head = "", False, False
    for line in diff.split("\n"):
        if line.startswith("diff --git "):
            path, is_new, is_head = "", False, True
        elif is_head and line.startswith("--- "):
            is_new = line == "--- /dev/null"
        elif is_head and line.startswith("+++ "):
            path, is_head = _path_of(line.removeprefix("+++ ")), False
            if is_new:
                new.add(path)
        elif path and (hunk := _HUNK.match(line)):
            first, count = int(hunk[1]), int(hunk[2] or 1)
            if count:
                lines.setdefault(path, []).append((first, first + count - 1))
    return lines, new


def _path_of(said: str) -> str:
    """`b/path`, or in quotes with its odd characters escaped; a tab ends a path with spaces."""
    if not said.startswith('"'):
        return said.removesuffix("\t").removeprefix("b/")
    raw = said.rstrip("\t")[1:-1].encode("utf-8", "surrogateescape")
    return _ESCAPED.sub(_unescaped, raw).decode("utf-8", "surrogateescape").removeprefix("b/")


def _unescaped(match: re.Match[bytes]) -> bytes:
    said = match[1]
    return bytes([int(said, 8) & 0xFF]) if len(said) == 3 else _ESCAPES.get(said, said)


def _shown(path: str, top: str, root: Path) -> str | None:
    """As it counts from the root; None for what lies elsewhere."""
    whole = Path(top) / path
    try:
        return whole.relative_to(root.resolve()).as_posix()
    except ValueError:
        return None
