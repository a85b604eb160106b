"""The blocks of a file → what the rest of the tree has to know of it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from drillbook.model.document import Block, Fence, Heading, Prose
from drillbook.model.runbook import Runbook
from drillbook.read.markdown.front_matter import FrontMatter
from drillbook.read.markdown.labels import has_label
from drillbook.read.markdown.links import html_anchors
from drillbook.read.markdown.synonyms import CORE_ROLES

_RUNBOOKS_NAME = re.compile(r"run[-_ ]?books?|play[-_ ]?books?|(?:^|/)alerts?/", re.IGNORECASE)
# What tells of a trouble that is over, lists others or is to be filled in is not followed.
_OTHER_NAME = re.compile(
    r"(?<![a-z])(?:post[-_ ]?mortems?|retrospectives?|readme|changelog|templates?)(?![a-z])|"
    r"(?:^|/)_?index\.",
    re.IGNORECASE,
)
# Titles that any Markdown may have: alone they do not make it a runbook.
_COMMON_TITLES = frozenset(
    "action actions checks debugging description fix overview procedure recovery solution "
    "solutions summary troubleshooting validate validation verification verify workaround".split()
)


def is_adopted_by(front: FrontMatter, blocks: Iterable[Block]) -> bool:
    """Whether the file uses anything of our format, and not only what all Markdown has."""
    if _has_our_keys(front):
        return True
    return any(
        ("{" in block.info and "name=" in block.info)
        if isinstance(block, Fence)
        else has_label(block.text)
        for block in blocks
        if not isinstance(block, Heading)
    )


def _has_our_keys(front: FrontMatter) -> bool:
    """One that is ours alone, or two that others have as well, and none beside that is theirs."""
    shared = (front.severity, front.service, front.owner)
    rest = replace(front, severity=None, service=None, owner=None, extra={})
    is_theirs = bool(front.extra)
    return rest != FrontMatter(front.place) or (
        not is_theirs and sum(each is not None for each in shared) >= 2
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


def is_runbook_by(path: str, runbooks: Iterable[Runbook]) -> bool:
    """Whether the names of the file and of its sections say that it is followed in trouble."""
    return any(_is_followed(path, runbook) for runbook in runbooks)


def _is_followed(path: str, runbook: Runbook) -> bool:
    """A file that is called a runbook needs one such section, any other two telling ones."""
    core = [section for section in runbook.sections if section.role in CORE_ROLES]
    name = f"{path} {runbook.title}"
    if not core or _OTHER_NAME.search(name):
        return False
    telling = (one for one in core if one.title.casefold().strip(" :") not in _COMMON_TITLES)
    return _RUNBOOKS_NAME.search(name) is not None or len({one.role for one in telling}) >= 2
