"""The terminal → a line that somebody typed, seen or unseen; nothing where nobody is there."""

import os
import select
import sys
import termios

LOOK_S = 0.2
LINE_BYTES_MAX = 4_096
_LFLAG = 3


def is_terminal() -> bool:
    """Whether somebody can be asked: standard input is a terminal."""
    try:
        return sys.stdin is not None and sys.stdin.isatty()
    except ValueError:
        return False


def forget_typed() -> None:
    """What was typed before a question was seen is no answer to it."""
    termios.tcflush(sys.stdin, termios.TCIFLUSH)


def read_line(within_s: float | None = None) -> str | None:
    """One line of the terminal; None where none came `within_s` seconds.

    Raises EOFError at its end, KeyboardInterrupt at Ctrl-C. We look whether there is one, and
    only then read it: a Ctrl-C that comes just before a read that blocks would be noticed only
    after it.
    """
    descriptor = sys.stdin.fileno()
    if within_s is not None:
        if not select.select([descriptor], [], [], within_s)[0]:
            return None
    else:
        while not select.select([descriptor], [], [], LOOK_S)[0]:
            pass
    line = os.read(descriptor, LINE_BYTES_MAX)
    if not line:
        raise EOFError
    return line.decode(errors="replace")


def read_hidden() -> str:
    """The same while what is typed is not shown; the terminal is as it was afterwards."""
    before = termios.tcgetattr(sys.stdin)
    quiet = [*before]
    quiet[_LFLAG] = before[_LFLAG] & ~termios.ECHO
    try:
        termios.tcsetattr(sys.stdin, termios.TCSAFLUSH, quiet)
        return read_line() or ""
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSAFLUSH, before)
