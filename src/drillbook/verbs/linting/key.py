"""How files are looked at → a key for all that Findings depend on beside the files."""

import hashlib
import os
import sys
from functools import cache
from pathlib import Path

from drillbook import __version__
from drillbook.lint.outside.program import PROGRAMS, path_of
from drillbook.verbs.linting.inspect import Manner

PACKAGE = Path(__file__).parents[2]
ROOMS = ("lint", "read", "plan", "link", "model", "verbs")


def key_of(manner: Manner) -> str:
    """The same as long as the same text gives the same Findings."""
    uses_today = any(lint.uses_today for lint in manner.lints)
    asks_outside = any(lint.asks_outside for lint in manner.lints)
    parts = (
        __version__,
        sys.version,
        _program(),
        str(manner.root.absolute()),
        str(manner.folder),
        [lint.name for lint in manner.lints],
        manner.around.settings,
        sorted((name, sorted(target.env)) for name, target in manner.targets.items()),
        manner.around.today.isoformat() if uses_today else "",
        # One that is installed tomorrow is asked tomorrow.
        [path_of(name) for name in PROGRAMS] if asks_outside else "",
    )
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _program() -> str:
    """Changes with our own sources: who works on a lint sees at once what it says now."""
    said = [line for room in ROOMS for line in _sources(PACKAGE / room)]
    return hashlib.sha256("".join(said).encode()).hexdigest()


def _sources(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        inside = sorted(entries, key=lambda entry: entry.name)
    said = []
    for entry in inside:
        if entry.name.endswith(".py"):
            found = entry.stat()
            said.append(f"{entry.path} {found.st_size} {found.st_mtime_ns}\n")
        elif entry.is_dir() and entry.name != "__pycache__":
            said += _sources(Path(entry.path))
    return said
