"""A line of source + a place on it → the line as a terminal shows it, and marks below the place.

Columns of a terminal are cells: a wide character takes two, a combining one none.
"""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len

from drillbook.report.plain import plain

TAB_CELLS = 4
CUT = "…"
MARK = "^"
# A base with more marks on it than these is no letter of any script.
COMBINED_MAX = 8
CLUSTERS_KEPT = 4_096


class _Cluster(NamedTuple):
    """Characters that are drawn together; `end` is the index behind them in the source."""

    end: int
    shown: str
    cells: int


def underlined(line: str, column: int, end_column: int, width: int) -> tuple[str, str]:
    """The line in at most `width` cells, and the marks below; columns count from 1.

    An `end_column` of 0 is not known: then the word that begins there is marked. What does not
    fit is cut around the place, with `…` for it.
    """
    start = min(max(column - 1, 0), len(line))
    end = min(end_column - 1, len(line)) if end_column else _word_end(line, start)
    if max(len(line), start + 1) <= width and line.isascii() and line.isprintable():
        return line.rstrip(), " " * start + MARK * max(end - start, 1)
    # All that can be seen lies so near, whatever stands on the line.
    first = max(0, start - width * COMBINED_MAX)
    last = start + width * COMBINED_MAX
    clusters = _clusters(line[first:last], first)
    begin = sum(each.cells for each in clusters if each.end <= start)
    marked = sum(each.cells for each in clusters if start < each.end and each.end <= end)
    window = _window(clusters, begin, max(marked, 1), width, is_cut=first > 0 or last < len(line))
    return _shown(clusters, begin, max(marked, 1), window, is_cut=(first > 0, last < len(line)))


def cells_of(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return len(text) if text.isascii() and text.isprintable() else cell_len(text)


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """The words of the text in lines of at most `width` cells, `indent` before all but the first.

    A word that is wider than a line is broken.
    """
    lines = [""]
    for word in text.split():
        rest = word
        space = " " if lines[-1].strip() else ""
        if cells_of(lines[-1] + space + rest) <= width:
            lines[-1] += space + rest
            continue
        if lines[-1].strip():
            lines.append(indent)
        while cells_of(lines[-1] + rest) > width:
            head = _head(rest, max(width - cells_of(lines[-1]), 2))
            lines[-1] += head
            rest = rest[len(head) :]
            lines.append(indent)
        lines[-1] += rest
    return [line for line in lines if line.strip()]


def _head(word: str, width: int) -> str:
    """As many characters as fit, at least one."""
    count = min(len(word), width)
    while count > 1 and cells_of(word[:count]) > width:
        count -= 1
    return word[:count]


def _word_end(line: str, start: int) -> int:
    end = start
    while end < len(line) and not line[end].isspace():
        end += 1
    return end


def _clusters(text: str, first: int) -> list[_Cluster]:
    """Each character with what combines with it; `first` is where the text begins in its line."""
    if text.isascii() and text.isprintable():
        return [_Cluster(end, shown, 1) for end, shown in enumerate(text, first + 1)]
    clusters: list[_Cluster] = []
    cells = 0
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and end - at < COMBINED_MAX and unicodedata.combining(text[end]):
            end += 1
        # The selector that makes a sign a picture makes it wide as well.
        end += text[end : end + 1] == "\ufe0f"
        shown, width = _drawn(text[at:end])
        if shown == "\t":
            width = TAB_CELLS - cells % TAB_CELLS
            shown = " " * width
        clusters.append(_Cluster(first + end, shown, width))
        cells += width
        at = end
    return clusters


@lru_cache(maxsize=CLUSTERS_KEPT)
def _drawn(text: str) -> tuple[str, int]:
    """How it is shown, and in how many cells."""
    shown = plain(text)
    return shown, cell_len(shown)


def _window(
    clusters: list[_Cluster], begin: int, marked: int, width: int, *, is_cut: bool
) -> tuple[int, int]:
    """The cells that are shown, from and to: all of them, or a stretch around the place."""
    total = sum(each.cells for each in clusters)
    if max(total, begin + marked) <= width and not is_cut:
        return 0, width
    room = width - 2 * len(CUT)
    if begin + min(marked, room // 2) <= room and not is_cut:
        return 0, width - len(CUT)
    before = max((room - marked) // 2, room // 4)
    left = max(0, min(begin - before, max(total, begin + 1) - room))
    return left, left + room


def _shown(
    clusters: list[_Cluster],
    begin: int,
    marked: int,
    window: tuple[int, int],
    *,
    is_cut: tuple[bool, bool],
) -> tuple[str, str]:
    left, right = window
    shown, cells, offset = "", 0, None
    is_left, is_right = is_cut
    for each in clusters:
        if cells < left:
            is_left = True
        elif cells + each.cells > right:
            is_right = True
            break
        else:
            offset = cells if offset is None else offset
            shown += each.shown
        cells += each.cells
    offset = left if offset is None else offset
    head, tail = CUT * is_left, CUT * is_right
    at = max(begin - offset, 0) + len(head)
    count = max(1, min(marked, cells - begin, right - begin)) if cells > begin else 1
    return (head + shown + tail).rstrip(), " " * at + MARK * count
