"""The reconstruction of a drift, as a tree of small files → what all lints say of it."""

from collections.abc import Mapping
from pathlib import Path

from lint_pages import lint_folder


def said_of(root: Path, files: Mapping[str, str]) -> set[tuple[str, str]]:
    """Each Finding as its lint and `path:line`; notes as well."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    found = lint_folder(root).findings
    return {(one.lint, f"{one.place.path}:{one.place.line}") for one in found}


def line_of(text: str, words: str) -> int:
    """The line on which these words first stand."""
    return text[: text.index(words)].count("\n") + 1
