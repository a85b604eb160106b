"""The page of Markdown says what texts say, and obeys none of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from covers import alert
from drillbook.model.coverage import Coverage
from drillbook.report.clean import one_line
from drillbook.report.cover_markdown import coverage_markdown, escaped

GITHUB = MarkdownIt("gfm-like", {"linkify": False})
ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


@pytest.mark.parametrize(
    "text",
    [
        "a | b",
        "<b>bold</b>",
        "[a](https://example.org)",
        "![a](x.png)",
        "*a* __b__ ~~c~~ `d`",
        "# a",
        "- a",
        "1. a",
        "&amp; &#65;",
        "a\\",
        "@team",
        "docs/runbooks/a-b.md#c",
    ],
)
def test_a_text_is_shown_as_it_is(text):
    """A renderer gives back just what was written."""
    [inline] = [token for token in GITHUB.parse(f"x {escaped(text)}") if token.type == "inline"]
    assert f"x {text}" == shown(inline)


def shown(inline) -> str:
    """What a reader reads."""
    return "".join(child.content for child in inline.children)


@given(ANY_TEXT)
def test_no_text_gets_out_of_its_cell(text):
    """The table has the same rows and cells whatever an alert is called."""
    plain, other = (rows(coverage_markdown(Coverage(alerts=(alert(n),)))) for n in ("a", text))
    assert plain == other


def rows(page: str) -> list[str]:
    """The kinds of all elements of a page, without what they say."""
    return [token.type for token in GITHUB.parse(page)]


@given(ANY_TEXT)
def test_a_reader_reads_what_was_written(text):
    """But for spaces and controls."""
    tokens = GITHUB.parse(f"x{escaped(text)}x")
    [inline] = [token for token in tokens if token.type == "inline"]
    assert f"x{one_line(text)}x" == shown(inline)


def test_paths_stay_readable_in_the_source():
    """Within words nothing is escaped that does nothing there."""
    assert "docs/a-b.md#c" == escaped("docs/a-b.md#c")
