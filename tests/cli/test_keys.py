"""Lines that somebody types at a real terminal: seen, unseen, too early, or never."""

import os
import pty
import sys
import termios
import time
from pathlib import Path

import pytest

from drillbook.cli import keys


@pytest.fixture
def typist(monkeypatch):
    """A terminal of which one end is standard input; the other is where is typed."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield ours
    os.close(ours)


def echoes() -> bool:
    return bool(termios.tcgetattr(sys.stdin)[3] & termios.ECHO)


def test_a_line(typist):
    """As it was typed."""
    assert keys.is_terminal()
    os.write(typist, "grün\n".encode())
    assert "grün\n" == keys.read_line()


def test_the_end_of_input(typist):
    """Is no line."""
    os.write(typist, b"\x04")
    with pytest.raises(EOFError):
        keys.read_line()


def test_none_within_the_time(typist):
    """Nobody is waited for longer than was said."""
    began_s = time.monotonic()
    assert keys.read_line(within_s=0.05) is None
    assert time.monotonic() - began_s >= 0.05


def test_what_is_no_text_is_shown_as_such(typist):
    """Bytes that are no UTF-8 raise nothing."""
    os.write(typist, b"a\xffb\n")
    assert "a\N{REPLACEMENT CHARACTER}b\n" == keys.read_line()


def test_what_was_typed_before_is_forgotten(typist):
    """It was no answer to a question that was not seen yet."""
    os.write(typist, b"y\n")
    time.sleep(0.05)
    keys.forget_typed()
    os.write(typist, b"n\n")
    assert "n\n" == keys.read_line()


def test_unseen(typist, monkeypatch):
    """The terminal shows nothing while it is typed, and is as it was afterwards."""
    seen = []

    def read_line(_=None):
        seen.append(echoes())
        return "hunter2\n"

    monkeypatch.setattr(keys, "read_line", read_line)
    assert "hunter2\n" == keys.read_hidden()
    assert ([False], True) == (seen, echoes())


def test_unseen_and_interrupted(typist, monkeypatch):
    """After Ctrl-C the terminal shows what is typed again."""

    def interrupted(_=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(keys, "read_line", interrupted)
    with pytest.raises(KeyboardInterrupt):
        keys.read_hidden()
    assert echoes()


def test_nobody(monkeypatch):
    """No standard input, a closed one, and a file are no terminal."""
    monkeypatch.setattr(sys, "stdin", None)
    assert not keys.is_terminal()
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert not keys.is_terminal()
    assert not keys.is_terminal()
