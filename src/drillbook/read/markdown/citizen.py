"""The blocks of a file → what the rest of the tree has to know of it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from drillbook.model.document import Block, Fence, Heading, Prose
from drillbook.read.markdown.front_matter import FrontMatter
from drillbook.read.markdown.labels import LABEL
from drillbook.read.markdown.links import html_anchors


def is_adopted_by(front: FrontMatter, blocks: Iterable[Block]) -> bool:
    """Whether the file uses anything of our format, and not only what all Markdown has."""
    if front != replace(FrontMatter(front.place), extra=front.extra):
        return True
    return any(
        ("{" in block.info and "name=" in block.info)
        if isinstance(block, Fence)
        else LABEL.search(block.text) is not None
        for block in blocks
        if not isinstance(block, Heading)
    )


def prose_lines(blocks: Iterable[Block]) -> Iterator[int]:
    """The numbers of the lines on which links may stand."""
    for block in blocks:
        if isinstance(block, Prose):
            yield from range(block.line, block.line + block.text.count("\n") + 1)
        elif isinstance(block, Heading):
            yield block.line


def anchors_of(blocks: Iterable[Block], lines: Iterable[str]) -> tuple[str, ...]:
    """What a link into this file may name behind its `#`."""
    headings = (block.anchor for block in blocks if isinstance(block, Heading))
    return tuple(dict.fromkeys((*headings, *html_anchors(lines))))
