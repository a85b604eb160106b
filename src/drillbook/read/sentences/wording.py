"""Hostile text → words that are safe and short enough for a message, and the nearest of a list."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice

# A message is one line of a terminal or of a page.
QUOTED_CHARS_MAX = 80
# Comparing costs the square of the length: beyond these bounds nearness means nothing anyway.
COMPARED_CHARS_MAX = 100
COMPARED_WORDS_MAX = 200
LISTED_MAX = 5
LIKENESS_MIN = 0.6
# The same slip stands in many files of a tree.
SLIPS_KEPT = 1_000


def quote(text: str) -> str:
    """The text on one line, without control characters, cut at 80 characters."""
    start = text[: QUOTED_CHARS_MAX * 4]
    line = " ".join("".join(c if c.isprintable() else " " for c in start).split())
    is_cut = len(line) > QUOTED_CHARS_MAX or len(text) > len(start)
    return line[:QUOTED_CHARS_MAX] + "…" if is_cut else line


def likeness(left: str, right: str) -> float:
    """How alike two texts are, from 0 to 1."""
    matcher = SequenceMatcher(
        None, left[:COMPARED_CHARS_MAX], right[:COMPARED_CHARS_MAX], autojunk=False
    )
    return matcher.ratio()


def nearest_first(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Up to five candidates, the most alike first; only the first 200 are compared."""
    some = list(islice(candidates, COMPARED_WORDS_MAX))
    some.sort(key=lambda candidate: -likeness(word, candidate))
    return tuple(quote(candidate) for candidate in some[:LISTED_MAX])


def slip_of(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that the word is probably a slip of, or None."""
    return _slip(word[:COMPARED_CHARS_MAX], tuple(islice(candidates, COMPARED_WORDS_MAX)))


@lru_cache(maxsize=SLIPS_KEPT)
def _slip(word: str, candidates: tuple[str, ...]) -> str | None:
    best = max(candidates, key=lambda candidate: likeness(word, candidate), default=None)
    return best if best is not None and likeness(word, best) >= LIKENESS_MIN else None
