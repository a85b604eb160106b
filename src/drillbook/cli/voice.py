"""Standard error → a stream that never fails: whoever listens may go, the run goes on."""

import io
import sys
from typing import TextIO

from drillbook.report.plain import plain


class Voice(io.TextIOBase):
    """Writes as long as somebody can read it; falls silent at the first error.

    A run that recovers a system must not end half-way because a terminal or a pipe did. All
    that is said stands in the journal.
    """

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__()
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """How the stream writes characters; rich draws with what it has."""
        return (self._stream.encoding if self._stream else None) or "utf-8"

    def write(self, text: str, /) -> int:
        if self._stream is not None:
            try:
                self._stream.write(text)
            except (OSError, ValueError):
                self._stream = None
        return len(text)

    def flush(self) -> None:
        if self._stream is not None:
            try:
                self._stream.flush()
            except (OSError, ValueError):
                self._stream = None

    def isatty(self) -> bool:
        try:
            return self._stream is not None and self._stream.isatty()
        except (OSError, ValueError):
            return False


def say(line: str) -> None:
    """One line on standard error, for as long as somebody reads it."""
    voice = Voice(sys.stderr)
    voice.write(f"drillbook: {plain(line)}\n")
    voice.flush()
