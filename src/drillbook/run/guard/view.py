"""An attempt's folder → its output as safe text: as it grows, or whole with the gap named.

What a step writes is hostile: bytes that are no text, and sequences that a terminal obeys.
"""

import codecs
from pathlib import Path

from drillbook.run.guard.files import OUT, TAIL

# Control characters become their pictures (␛), marks that turn the direction of writing
# become the replacement character. Newline and tab stay.
_SAFE = {
    **{code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    **dict.fromkeys((0x061C, 0x200E, 0x200F), 0xFFFD),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD),
}


class OutputView:
    """Follows one attempt's output; each call gives what is new since the last one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._given = 0  # bytes of the masked output that were given out or named as left out
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._return = ""  # a carriage return whose newline may follow

    def news(self) -> str:
        """The text that has come since; nothing where there is none."""
        return self._head() + self._tail()

    def rest(self) -> str:
        """The text that has come since, of an attempt that has ended."""
        return self.news() + self._safe(self._decoder.decode(b"", final=True), is_end=True)

    def _head(self) -> str:
        try:
            with (self._folder / OUT).open("rb") as out:
                out.seek(self._given)
                data = out.read()
        except OSError:  # nothing written, or nothing could be; the exit says so
            return ""
        self._given += len(data)
        return self._safe(self._decoder.decode(data))

    def _tail(self) -> str:
        try:
            first, _, tail = (self._folder / TAIL).read_bytes().partition(b"\n")
            begin = int(first)
        except (OSError, ValueError):
            return ""
        if begin <= self._given:
            fresh = tail[self._given - begin :]
            self._given += len(fresh)
            return self._safe(self._decoder.decode(fresh))
        gap = begin - self._given
        self._given = begin + len(tail)
        before = self._safe(self._decoder.decode(b"", final=True), is_end=True)
        newline = "" if before.endswith("\n") else "\n"
        mark = f"{newline}[… {gap} bytes left out …]\n"
        # The cut may have split a character: its remaining bytes say nothing.
        return before + mark + self._safe(self._decoder.decode(_from_character(tail)))

    def _safe(self, text: str, *, is_end: bool = False) -> str:
        text = self._return + text
        self._return = ""
        if text.endswith("\r") and not is_end:
            text, self._return = text[:-1], "\r"
        return text.replace("\r\n", "\n").translate(_SAFE)


def _from_character(data: bytes) -> bytes:
    for begin in range(min(4, len(data))):
        if data[begin] & 0xC0 != 0x80:
            return data[begin:]
    return data


def read_output(folder: Path) -> str:
    """The whole output that was kept: head, how many bytes were left out, tail."""
    return OutputView(folder).rest()
