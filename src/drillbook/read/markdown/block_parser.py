"""The text of a Markdown file → the block tokens that we read, by markdown-it's own rules.

markdown-it asks every rule of every line. The first character of a line says which of them can
fit at all, so only those are asked here; and only headings, fences and paragraphs are kept of
what they say. What comes of it is the same, in a third of the time.
"""

import re
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.parser_block import ParserBlock, RuleFuncBlockType
from markdown_it.rules_block import (
    StateBlock,
    blockquote,
    code,
    fence,
    hr,
    html_block,
    list_block,
)
from markdown_it.token import Token
from markdown_it.utils import EnvType

KEPT = frozenset(("heading_open", "inline", "fence"))
_RULES = ("code", "fence", "blockquote", "hr", "list", "html_block", "heading", "lheading")
_HEADING = re.compile(r"(?P<marks>#{1,6})(?![^ \t])")


def _heading(state: StateBlock, line: int, _: int, silent: bool) -> bool:
    """A heading of one line, which markdown-it would read character by character."""
    end = state.eMarks[line]
    found = _HEADING.match(state.src, state.bMarks[line] + state.tShift[line], end)
    if found is None or silent:
        return found is not None
    words = state.src[found.end() : end].rstrip(" \t")
    bare = words.rstrip("#")
    state.line = line + 1
    token = state.push("heading_open", f"h{len(found['marks'])}", 1)
    token.markup, token.map = found["marks"], [line, state.line]
    _push_inline(state, mdTrim(bare if bare.endswith((" ", "\t")) else words), line, state.line)
    state.push("heading_close", "", -1)
    return True


_MARKERS: dict[str, tuple[RuleFuncBlockType, ...]] = {
    "`": (fence,),
    "~": (fence,),
    ">": (blockquote,),
    "*": (hr, list_block),
    "-": (hr, list_block),
    "_": (hr,),
    "+": (list_block,),
    "<": (html_block,),
    "#": (_heading,),
    **dict.fromkeys("0123456789", (list_block,)),
}
_NONE: tuple[RuleFuncBlockType, ...] = ()
_CODE_INDENT = 4


class _Kept(Token):
    """A token with what we read of it; twice as many fields take twice the time."""

    __slots__ = ()

    def __init__(self, kind: str, tag: str, nesting: Literal[-1, 0, 1], level: int) -> None:
        self.type, self.tag, self.nesting, self.level = kind, tag, nesting, level
        self.map, self.children = None, None
        self.content = self.markup = self.info = ""


class _State(StateBlock):
    """The lines of the text with their indents; tokens that nobody reads are not kept."""

    # Every rule asks for it all the time: here it is no property.
    src = ""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> None:
        super().__init__("", md, env, tokens)
        self.src = src
        self._unread = Token("", "", 0)
        self._read_lines(src)

    def _read_lines(self, src: str) -> None:
        starts, ends, shifts, indents = [], [], [], []
        start, length = 0, len(src)
        for line in src.split("\n"):
            end = start + len(line)
            shift = len(line) - len(line.lstrip(" \t")) if line[:1] in " \t" else 0
            # Blanks at the very end are no line.
            if end == length and shift == len(line):
                break
            starts.append(start)
            ends.append(end)
            shifts.append(shift)
            indents.append(_columns(line[:shift]) if shift and "\t" in line[:shift] else shift)
            start = end + 1
        self.lineMax = len(starts)
        # The rules look one line ahead.
        self.bMarks, self.eMarks = [*starts, length], [*ends, length]
        self.tShift, self.sCount = [*shifts, 0], [*indents, 0]
        self.bsCount = [0] * (self.lineMax + 1)

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        if nesting < 0:
            self.level -= 1
        token = self._unread
        if ttype in KEPT:
            token = _Kept(ttype, tag, nesting, self.level)
            self.tokens.append(token)
        if nesting > 0:
            self.level += 1
        return token


def _columns(blanks: str) -> int:
    """How far a tab goes depends on where it begins."""
    count = 0
    for blank in blanks:
        count += 4 - count % 4 if blank == "\t" else 1
    return count


class _Blocks(ParserBlock):
    """Asks of each line the rules that its first character allows."""

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803 - markdown-it's names
        line, had_empty = startLine, False
        nesting_max = state.md.options.maxNesting
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= nesting_max:
                # What is nested more deeply is not read.
                state.line = endLine
                break
            _read_block(state, line, endLine)
            state.tight = not had_empty
            line = state.line
            had_empty = had_empty or (line - 1 < endLine and state.isEmpty(line - 1))
            if line < endLine and state.isEmpty(line):
                had_empty = True
                line += 1
                state.line = line

    def parse(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> list[Token]:  # noqa: N803 - as above
        state = _State(src, md, env, outTokens)
        self.tokenize(state, 0, state.lineMax)
        return state.tokens


def _read_block(state: StateBlock, line: int, end_line: int) -> None:
    if state.sCount[line] - state.blkIndent >= _CODE_INDENT:
        code(state, line, end_line, False)
        return
    marker = state.src[state.bMarks[line] + state.tShift[line]]
    for rule in _MARKERS.get(marker, _NONE):
        if rule(state, line, end_line, False):
            return
    _read_text(state, line, end_line)


def _read_text(state: StateBlock, start: int, end_line: int) -> None:
    """A paragraph, or a heading that is underlined. Lazy lines go on beyond the container's end."""
    before, state.parentType = state.parentType, "paragraph"
    line, underline = _end_of_text(state, start + 1, end_line, is_underlined=True)
    if underline:
        _push_heading(state, start, line, underline)
        state.parentType = before
        return
    if line >= end_line:
        line, _ = _end_of_text(state, line, state.lineMax, is_underlined=False)
    content = _content(state, start, line)
    state.line = line
    state.level += 1
    _push_inline(state, content, start, line)
    state.level -= 1


def _content(state: StateBlock, start: int, line: int) -> str:
    """Most paragraphs are one line, or stand in no list and no quote whose marks are cut off."""
    if line - start == 1 or (state.blkIndent == 0 and state.level == 0):
        begin = state.bMarks[start] + state.tShift[start]
        return mdTrim(state.src[begin : state.eMarks[line - 1]])
    return mdTrim(state.getLines(start, line, state.blkIndent, False))


def _end_of_text(
    state: StateBlock, line: int, end_line: int, *, is_underlined: bool
) -> tuple[int, str]:
    """The line after the text, and the character that underlines it there, if any does."""
    # Asked of every line, so that a call for each would be felt.
    begins, shifts, ends, indents = state.bMarks, state.tShift, state.eMarks, state.sCount
    while line < end_line and (start := begins[line] + shifts[line]) < ends[line]:
        indent = indents[line] - state.blkIndent
        marker = state.src[start]
        if indent < _CODE_INDENT and (marker in _MARKERS or marker == "="):
            may_underline = is_underlined and indent >= 0 and marker in "-="
            if may_underline and _is_all(marker, state.src[start : ends[line]]):
                return line, marker
            if indents[line] >= 0 and _ends_text(state, line, end_line, marker):
                break
        line += 1
    return line, ""


def _is_all(marker: str, words: str) -> bool:
    return not words.rstrip(" \t").strip(marker)


def _ends_text(state: StateBlock, line: int, end_line: int, marker: str) -> bool:
    return any(rule(state, line, end_line, True) for rule in _MARKERS.get(marker, _NONE))


def _push_heading(state: StateBlock, start: int, line: int, underline: str) -> None:
    content = _content(state, start, line)
    state.line = line + 1
    token = state.push("heading_open", "h1" if underline == "=" else "h2", 1)
    token.markup, token.map = underline, [start, state.line]
    _push_inline(state, content, start, line)
    state.push("heading_close", "", -1)


def _push_inline(state: StateBlock, content: str, start: int, line: int) -> None:
    token = state.push("inline", "", 0)
    token.content, token.map = content, [start, line]


def block_parser(nesting_max: int) -> MarkdownIt:
    """A parser of blocks alone. HTML blocks are recognised, so that comments are no text."""
    parser = MarkdownIt("zero", {"html": True, "maxNesting": nesting_max}).enable(list(_RULES))
    parser.block = _Blocks()
    parser.block.ruler.enableOnly([*_RULES, "paragraph"])
    return parser


def block_tokens(parser: MarkdownIt, text: str) -> list[Token]:
    """The tokens of `KEPT`. The text's lines end in a line feed alone, and it holds no NUL."""
    tokens: list[Token] = []
    parser.block.parse(text, parser, {}, tokens)
    return tokens
