"""The text of a Markdown file → its headings, fences and paragraphs, in order, with their lines.

Only block rules run: sentences are found in the paragraphs' text by `read.labels`.
"""

import re
from collections.abc import Iterator

from markdown_it.token import Token

from drillbook.model.document import Block, Fence, Heading, Prose
from drillbook.read.markdown.anchors import Anchors
from drillbook.read.markdown.block_parser import block_parser, block_tokens

# Ten lists in each other: deeper is no text for people, and every level costs each line again.
NESTING_MAX = 20
LINES_MAX = 120_000
CHARS_MAX = 2_000_000
# Lines times the depth of lists and quotes: what the parser's time grows with.
WORK_MAX = 250_000
_CONTAINERS = re.compile(r"(?:[ \t]+|>|[-*+][ \t]|[0-9]{1,9}[.)][ \t])*")
_MARKER = re.compile(r"[^ \t]+")
_PARSER = block_parser(NESTING_MAX)


def text_lines(text: str) -> list[str]:
    """The lines as the Markdown parser counts them, without what it replaces."""
    text = text.removeprefix("\ufeff").replace("\0", "\ufffd")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def size_flaw(lines: list[str]) -> str | None:
    """Why the text would take too long to read, or None."""
    if sum(map(len, lines)) + len(lines) > CHARS_MAX + 1:
        return f"the text is longer than {CHARS_MAX:,} characters"
    if len(lines) > LINES_MAX:
        return f"the text has more than {LINES_MAX:,} lines"
    if len(lines) * NESTING_MAX <= WORK_MAX:
        return None
    depth = max((_depth(line) for line in lines), default=0)
    if len(lines) * depth > WORK_MAX:
        return f"the text nests lists or quotes {depth} deep in {len(lines):,} lines"
    return None


def _depth(line: str) -> int:
    containers = _CONTAINERS.match(line[:1_000])
    marks = containers[0] if containers else ""
    return min(len(_MARKER.findall(marks.replace(">", "> "))), NESTING_MAX)


def read_blocks(lines: list[str], *, skipped: int = 0) -> list[Block]:
    """The blocks after the first `skipped` lines, which are front matter."""
    text = "\n" * skipped + "\n".join(lines[skipped:])
    return list(_blocks(block_tokens(_PARSER, text), lines))


def _blocks(tokens: list[Token], lines: list[str]) -> Iterator[Block]:
    anchors = Anchors()
    heading: Token | None = None
    for token in tokens:
        if token.type == "heading_open":
            heading = token
        elif token.type == "fence":
            yield _fence(token, lines)
        elif token.type == "inline" and token.map is not None:
            # A heading inside a list or a quote gives the file no structure.
            if heading is not None and heading.level == 0:
                yield _heading(heading, token.content, anchors, lines)
            else:
                yield Prose(text=token.content, line=token.map[0] + 1)
            heading = None


def _heading(token: Token, title: str, anchors: Anchors, lines: list[str]) -> Heading:
    assert token.map is not None, "headings have lines"
    first, after = token.map
    return Heading(
        level=int(token.tag[1:]),
        title=title,
        anchor=anchors.take(title),
        line=first + 1,
        column=_indent(lines[first]) + 1,
        end_line=after + 1,
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else 0


def _fence(token: Token, lines: list[str]) -> Fence:
    assert token.map is not None, "fences have lines"
    first, after = token.map
    content = token.content
    count = content.count("\n") + (1 if content and not content.endswith("\n") else 0)
    return Fence(
        info=token.info,
        content=content,
        line=first + 1,
        column=max(lines[first].find(token.markup), 0) + 1,
        end_line=after + 1,
        is_closed=after - first == count + 2,
    )
