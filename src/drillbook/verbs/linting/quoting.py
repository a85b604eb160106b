"""A tree → what stands on a line of one of its files."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from drillbook.read.file import read_text
from drillbook.read.markdown.blocks import text_lines

# Findings come by file; a few more are kept for those that name others.
FILES_KEPT = 16


def quoter(root: Path) -> Callable[[str, int], str]:
    """Paths count from `root`, lines from 1; empty where there is no such file or line."""

    @lru_cache(maxsize=FILES_KEPT)
    def lines_of(path: str) -> list[str]:
        text, _ = read_text(root / path, path)
        return text_lines(text) if text is not None else []

    def line_of(path: str, line: int) -> str:
        lines = lines_of(path)
        return lines[line - 1] if 0 < line <= len(lines) else ""

    return line_of
