"""A page below docs/lints → its examples, each a tree of files that can be linted.

The fenced blocks below `## Flagged` must produce the lint that the page is called after, those
below `## Fine` must not. A line with a path in backticks and a colon before a block names its
file: all such blocks of a section are one tree. Every other block is a tree of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from drillbook.cli.options import nearest_settings
from drillbook.lint.choose import Choice
from drillbook.model.finding import Finding, Severity
from drillbook.model.linted import Linted
from drillbook.read.settings import default_settings, read_settings
from drillbook.verbs.lint import Wanted, lint_tree

PAGES = Path(__file__).parents[2] / "docs" / "lints"
TODAY = date(2026, 11, 21)
SECTIONS = {"Flagged": True, "Fine": False}
# Where a block without a path of its own lies.
PLACES = {
    "markdown": "runbooks/example.md",
    "yaml": "rules/example.yaml",
    "toml": "drillbook.toml",
}
_PATH = re.compile(r"^`([^`]+)`(?: \((.*)\))?:$")
_REPEATED = re.compile(r"repeated ([0-9,]+) times")


# A path, what is odd about the file, and what is in it.
Block = tuple[str | None, str, Token]


@dataclass
class Example:
    """Files by their path; `is_flagged` says what must come of them.

    `odd` is what the brackets behind a path say: `named` by the caller, `named, and not there`,
    `a link to itself`, `in Latin-1`, `with a zero byte`, `repeated N times`.
    """

    name: str
    is_flagged: bool
    line: int
    files: dict[str, str] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)


def pages() -> dict[str, str]:
    """The text of each page, by the name of its lint."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(PAGES.glob("*.md"))}


def examples(name: str, text: str) -> list[Example]:
    """In the order of the page. Raises ValueError where a block has no place."""
    found: list[Example] = []
    for is_flagged, blocks in _sections(MarkdownIt("commonmark").parse(text)):
        named = Example(name, is_flagged, 0)
        for path, odd, block in blocks:
            language = block.info.split()[0] if block.info else ""
            if path is None and language not in PLACES:
                raise ValueError(f"{name}: the block of line {_line(block)} has no path")
            if path is not None or language == "toml":
                named.line = named.line or _line(block)
                named.files[path or PLACES[language]] = block.content
                if path is not None and odd:
                    named.odd[path] = odd
            else:
                found.append(
                    Example(name, is_flagged, _line(block), {PLACES[language]: block.content})
                )
        found += _with_settings(found, named, is_flagged)
    return found


def _with_settings(found: list[Example], named: Example, is_flagged: bool) -> list[Example]:
    """The named files are a tree; settings without any other file are those of all its section."""
    if set(named.files) - {"drillbook.toml"}:
        return [named]
    for one in found:
        if one.is_flagged is is_flagged:
            one.files |= named.files
    return []


def _line(token: Token) -> int:
    assert token.map is not None
    return token.map[0] + 1


def _sections(tokens: list[Token]) -> Iterator[tuple[bool, list[Block]]]:
    """Each section of examples: its blocks, each with the path that stands before it."""
    is_flagged: bool | None = None
    path: str | None = None
    odd = ""
    blocks: list[Block] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline" and before is not None and before.type == "heading_open":
            if is_flagged is not None:
                yield is_flagged, blocks
            is_flagged, blocks = SECTIONS.get(token.content), []
        elif token.type == "inline":
            said = _PATH.match(token.content)
            path, odd = (said[1], said[2] or "") if said else (None, "")
        elif token.type == "fence" and token.level == 0:
            blocks.append((path, odd, token))
            path, odd = None, ""
    if is_flagged is not None:
        yield is_flagged, blocks


def linted(example: Example, root: Path) -> Linted:
    """What all lints, this one included where it is off, say of the files of the example."""
    for path, text in example.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        _write(root / path, text, example.odd.get(path, ""))
    named = [path for path, odd in example.odd.items() if odd.startswith(("named", "a link"))]
    return lint_folder(root, enable=(example.name,), paths=(".", *named))


def _write(path: Path, text: str, odd: str) -> None:
    """The file, as odd as its page says."""
    if odd == "named, and not there":
        return
    if odd == "a link to itself":
        path.symlink_to(path.name)
        return
    if odd == "with a zero byte":
        text += "\0"
    if repeated := _REPEATED.fullmatch(odd):
        text *= int(repeated[1].replace(",", ""))
    path.write_text(text, encoding="latin-1" if odd == "in Latin-1" else "utf-8")


def lint_folder(
    root: Path, *, enable: tuple[str, ...] = (), paths: tuple[str, ...] = (".",)
) -> Linted:
    """Everything below a folder, notes as well; its `drillbook.toml` counts."""
    settings = default_settings(root)
    if nearest_settings(root) == root / "drillbook.toml":
        read, flaws = read_settings(root / "drillbook.toml")
        assert read is not None, flaws
        settings = read
    wanted = Wanted(
        root=root, today=TODAY, choice=Choice(enable=enable), severity=Severity.NOTE, paths=paths
    )
    return lint_tree(wanted, settings)


def of_lint(found: Linted, name: str) -> list[Finding]:
    """The Findings of this lint."""
    return [each for each in found.findings if each.lint == name]
