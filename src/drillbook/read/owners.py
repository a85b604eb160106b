"""A folder under version control + a path in it → who owns the path, as the repository says.

CODEOWNERS, where it has one; the last line that fits holds. Else the name that git commits under.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from drillbook.read.file import read_text

FILES = ("CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS")
GIT_TIMEOUT_S = 5.0
LINES_MAX = 10_000
OWNER_CHARS_MAX = 100


def owner_of(root: Path, path: str) -> tuple[str, str] | None:
    """The owner, and where it is said; None where nobody says. `path` counts from the root."""
    top = _top(root.absolute())
    if top is not None:
        inside = (root.absolute() / path).relative_to(top).as_posix()
        for name in FILES:
            text, _ = read_text(top / name)
            owner = owner_in(text, inside) if text is not None else None
            if owner:
                return owner, name
    committer = _committer(root)
    return (committer, "git's user.name") if committer else None


def _top(folder: Path) -> Path | None:
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)


def owner_in(text: str, path: str) -> str | None:
    """The first owner of the last line that fits; a team's or a person's bare name."""
    found = None
    for pattern, owners in _lines(text):
        if _pattern(pattern).fullmatch(path):
            found = _bare(owners[0]) if owners else None
    return found


def _lines(text: str) -> Iterator[tuple[str, list[str]]]:
    for line in text.splitlines()[:LINES_MAX]:
        words = line.partition(" #")[0].split()
        # A section of GitLab's has brackets, and its owners hold for what names none: passed over.
        if words and not words[0].startswith(("#", "[", "^[", "!")):
            yield words[0], words[1:]


def _pattern(glob: str) -> re.Pattern[str]:
    """As .gitignore means it: anchored where it has a slash that is not its last letter."""
    is_anchored = "/" in glob.rstrip("/")
    parts = re.split(r"(\*\*/?|\*|\?)", glob.strip("/"))
    said = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    body = "".join(said.get(part) or re.escape(part) for part in parts)
    tail = "/.*" if glob.endswith("/") else "(?:/.*)?"
    return re.compile(("" if is_anchored else "(?:.*/)?") + body + tail)


def _bare(owner: str) -> str | None:
    name = owner.rpartition("/")[2].lstrip("@") if owner.startswith("@") else owner
    return name[:OWNER_CHARS_MAX] if name.isprintable() and name else None


def _committer(root: Path) -> str | None:
    try:
        done = subprocess.run(
            ["git", "config", "--get", "user.name"],
            cwd=root,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=GIT_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    name = done.stdout.strip()
    return name[:OWNER_CHARS_MAX] if done.returncode == 0 and name.isprintable() else None
