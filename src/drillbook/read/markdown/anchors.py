"""The titles of a file in their order → the anchors that GitHub makes of them."""

import re
from functools import lru_cache

TITLE_CHARS_MAX = 1_000
TITLES_KEPT = 4_096
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_DROPPED = re.compile(r"[^\w\- ]")
_EMPHASIS = re.compile(r"(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)")


@lru_cache(maxsize=TITLES_KEPT)
def slug(title: str) -> str:
    """Small letters, no punctuation, hyphens for spaces; may be empty."""
    title = _LINK.sub(r"\1", title[:TITLE_CHARS_MAX]).strip()
    if "`" not in title:
        title = _EMPHASIS.sub("", title)
    return _DROPPED.sub("", title.lower()).replace(" ", "-")


class Anchors:
    """Makes each anchor of one file unique: the second `x` is `x-1`."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def take(self, title: str) -> str:
        base = slug(title)
        anchor = base
        while anchor in self._counts:
            self._counts[base] += 1
            anchor = f"{base}-{self._counts[base]}"
        self._counts[anchor] = 0
        return anchor
