"""A command line in a pseudo-terminal, and the keys that are pressed when something is seen."""

import fcntl
import os
import pty
import select
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from forked import Copy

TIMEOUT_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Screen:
    """All that was written to the terminal, and how the program ended."""

    text: str
    code: int


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """How wide it is, in which folder and environment the program starts."""

    folder: Path
    columns: int = 80
    env: Mapping[str, str] = field(default_factory=dict)


def run_in_terminal(
    arguments: Sequence[str], keys: Sequence[tuple[str, bytes]], terminal: Terminal
) -> Screen:
    """Start `drillbook`; each time the next text of `keys` is seen, send what belongs to it.

    Raises TimeoutError where the program does not end.
    """
    descriptor, theirs = pty.openpty()
    size = struct.pack("HHHH", 24, terminal.columns, 0, 0)
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, size)
    streams = (theirs, theirs, theirs)
    copy = Copy(arguments, terminal.folder, environment(terminal.env), streams)
    os.close(theirs)
    try:
        text = _talk(descriptor, list(keys))
    finally:
        os.close(descriptor)
        code = copy.wait(TIMEOUT_S)
    return Screen(text=text, code=code)


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """The caller's, without what changes how programs draw."""
    left_out = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "DRILLBOOK_CONFIG")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "TERM": "xterm-256color", **more}


def _talk(descriptor: int, keys: list[tuple[str, bytes]]) -> str:
    seen = b""
    answered_up_to = 0
    ends_at_s = time.monotonic() + TIMEOUT_S
    while time.monotonic() < ends_at_s:
        if select.select([descriptor], [], [], 0.1)[0]:
            piece = _read(descriptor)
            if not piece:
                return seen.decode(errors="replace")
            seen += piece
        if keys and keys[0][0].encode() in seen[answered_up_to:]:
            answered_up_to = len(seen)
            os.write(descriptor, keys.pop(0)[1])
    raise TimeoutError(f"the program did not end; it wrote {seen[-2000:]!r}")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except OSError:
        # Linux answers so when the last program has left the terminal.
        return b""
