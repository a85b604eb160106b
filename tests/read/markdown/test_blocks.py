"""Headings, fences and paragraphs with their lines; anchors; and the bound on work."""

import pytest

from drillbook.model.document import Fence, Heading, Prose
from drillbook.read.markdown.anchors import Anchors, slug
from drillbook.read.markdown.blocks import read_blocks, size_flaw, text_lines

TEXT = """intro

Title
=====
- item
  ```sh { name=a }
  one
   two
  ```
> ~~~
> quoted
> ~~~

## Last ##
```sh
open
"""


def test_blocks() -> None:
    """Each with its line and column, also inside lists and quotes."""
    blocks = read_blocks(text_lines(TEXT))
    assert [
        Prose(text="intro", line=1),
        Heading(level=1, title="Title", anchor="title", line=3, column=1, end_line=5),
        Prose(text="item", line=5),
        Fence(
            info="sh { name=a }",
            content="one\n two\n",
            line=6,
            column=3,
            end_line=10,
            is_closed=True,
        ),
        Fence(info="", content="quoted\n", line=10, column=3, end_line=13, is_closed=True),
        Heading(level=2, title="Last", anchor="last", line=14, column=1, end_line=15),
        Fence(info="sh", content="open\n", line=15, column=1, end_line=17, is_closed=False),
    ] == blocks


@pytest.mark.parametrize(
    ("text", "is_closed"),
    [
        ("```\n```", True),
        ("```\na\n```\n", True),
        ("```", False),
        ("```\n", False),
        ("```\n\n\n", False),
        ("````\n```\n", False),
        ("- ```\n  a\n\n\nb\n", False),
        ("~~~\n```\n", False),
        ("```\na\n   ```  \n", True),
    ],
)
def test_closed_fences(text: str, is_closed: bool) -> None:
    """A fence is closed by as many of its own marks, within its list item."""
    fence = next(b for b in read_blocks(text_lines(text)) if isinstance(b, Fence))
    assert is_closed == fence.is_closed


def test_front_matter_is_skipped_and_lines_stay() -> None:
    """Skipping the first lines does not move the others."""
    (heading,) = read_blocks(["---", "# no", "---", "# yes"], skipped=3)
    assert isinstance(heading, Heading)
    assert ("yes", 4) == (heading.title, heading.line)


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        ("Start the server", "start-the-server"),
        ("Does `pg_isready` answer?", "does-pg_isready-answer"),
        ("1. Look [here](http://x)!", "1-look-here"),
        ("A & B", "a--b"),
        ("**Bold** _it_", "bold-it"),
        ("Größe", "größe"),
        ("???", ""),
    ],
)
def test_slug(title: str, anchor: str) -> None:
    """Anchors are those that GitHub makes."""
    assert anchor == slug(title)


def test_anchors_are_unique() -> None:
    """Also where a title looks like an anchor that was made."""
    anchors = Anchors()
    assert ["a", "a-1", "a-1-1", "a-2"] == [anchors.take(t) for t in ("A", "A", "A 1", "A")]


@pytest.mark.parametrize(
    ("lines", "is_flawed"),
    [
        (["# a"] * 100_000, False),
        (["- a"] * 100_000, False),
        (["a"] * 120_001, True),
        (["> > > a"] * 100_000, True),
        (["- - - a"] * 1_000, False),
        (["a" * 1_999_999], False),
        (["a" * 2_000_002], True),
    ],
    ids=["headings", "list", "lines", "quotes", "few", "chars", "too many chars"],
)
def test_size(lines: list[str], is_flawed: bool) -> None:
    """Lines times depth is what the parser's time grows with."""
    assert is_flawed == (size_flaw(lines) is not None)
