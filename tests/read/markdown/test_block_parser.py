"""Our choice of rules says of every text what markdown-it's own parser says of it."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from drillbook.read.markdown.block_parser import KEPT, block_parser, block_tokens

ROOT = Path(__file__).parents[3]
NESTING = 20
OURS = block_parser(NESTING)
RULES = ["code", "fence", "blockquote", "hr", "list", "html_block", "heading", "lheading"]
THEIRS = MarkdownIt("zero", {"html": True, "maxNesting": NESTING}).enable(RULES)
THEIRS.core.ruler.disable(["inline", "text_join"])

Said = list[tuple[object, ...]]


def said(tokens) -> Said:
    """What we read of the tokens."""
    return [
        (one.type, one.tag, one.level, one.map, one.content, one.info, one.markup)
        for one in tokens
        if one.type in KEPT
    ]


def by_ours(text: str) -> Said:
    return said(block_tokens(OURS, text))


def by_theirs(text: str) -> Said:
    return said(THEIRS.parse(text))


# Pieces that make containers, text that goes on lazily, underlines, fences that are not closed.
PIECES = [
    *("- ", "* ", "+ ", "1. ", "2) ", "10. ", "> ", ">", "# ", "## ", "####### ", "```", "~~~"),
    *("```sh", "    ", "  ", "   ", "\t", " \t", "---", "===", "-", "=", "***", "_ _ _", "- - -"),
    *("<!-- ", "-->", "<div>", "</div>", "<a>", "<?", "a", "b c", "`", "1", "01.", "#", "\\"),
    *("\u00a0", "\u3000", "\x0b", "\x0c", "\u0661. "),
]
LINES = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)
TEXTS = st.lists(LINES, max_size=12).map("\n".join)


@given(TEXTS)
@example("- a\n  ===\n> b\nc\n---\n")
@example("> a\n    b\n===\n")
@example("1. a\n\n   ```\n   b\n  c\n")
@example("a\n  \n \t")
@example("- a\n\n\tb\n  - c\n    ---\n")
def test_made_up_texts(text):
    """Whatever containers, texts and fences stand in each other."""
    assert by_theirs(text) == by_ours(text)


@given(st.text(max_size=200).filter(lambda text: "\r" not in text and "\0" not in text))
def test_any_text(text):
    """Nothing raises, and nothing is read in another way."""
    assert by_theirs(text) == by_ours(text)


@pytest.mark.parametrize(
    "path",
    sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("packs/**/*.md")]),
    ids=lambda path: path.stem,
)
def test_our_own_pages(path):
    """Pages that people wrote."""
    text = path.read_text(encoding="utf-8")
    assert by_theirs(text) == by_ours(text)


def test_what_is_nested_too_deeply_is_left_out():
    """Both stop at the same depth."""
    text = "".join("  " * depth + "- a\n" for depth in range(NESTING))
    assert by_theirs(text) == by_ours(text)
    assert 0 < len(by_ours(text)) < NESTING


def test_an_empty_text_has_no_tokens():
    """Neither has one of blanks."""
    assert [] == by_ours("") == by_ours(" \n\t")
