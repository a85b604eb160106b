"""Who listens may go; what is said never stops what is done."""

import io
import subprocess
import sys

import pytest

from drillbook.cli.voice import Voice


class Broken(io.StringIO):
    """A terminal that was closed after so many texts."""

    def __init__(self, error: Exception, texts: int) -> None:
        super().__init__()
        self.error, self.texts = error, texts

    def write(self, text: str, /) -> int:
        if not self.texts:
            raise self.error
        self.texts -= 1
        return super().write(text)

    def flush(self) -> None:
        if not self.texts:
            raise self.error


@pytest.mark.parametrize("error", [BrokenPipeError(), OSError(5, "EIO"), ValueError("closed")])
def test_it_falls_silent_at_the_first_error(error):
    """What was heard before stays, and nobody is asked again."""
    stream = Broken(error, 1)
    voice = Voice(stream)
    assert [3, 3, 5] == [voice.write("one"), voice.write("two"), voice.write("three")]
    stream.texts = 1
    voice.write("four")
    voice.flush()
    assert "one" == stream.getvalue()


def test_a_flush_that_fails_silences_it():
    """An error may show only where the buffer is written."""
    stream = Broken(BrokenPipeError(), 0)
    voice = Voice(stream)
    voice.flush()
    stream.texts = 1
    voice.write("one")
    assert "" == stream.getvalue()


def test_without_a_stream_it_is_silent():
    """A process of Windows or of a daemon may have no standard error at all."""
    voice = Voice(None)
    assert 3 == voice.write("one")
    assert not voice.isatty()
    assert "utf-8" == voice.encoding
    voice.flush()


def test_a_closed_stream_is_no_terminal():
    """Asked whether it is one, it raises."""
    stream = io.StringIO()
    stream.close()
    assert not Voice(stream).isatty()


def test_what_is_said_is_nothing_that_a_terminal_obeys():
    """Names come from outside."""
    program = r"from drillbook.cli.voice import say; say('a\x1b[31mb')"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert 1 == said.stderr.count("\n")
    assert "\x1b" not in said.stderr
    assert said.stderr.startswith("drillbook: a")
