"""A small English word → its stem, so that "restarted" finds "restarting". Ours, and simple.

Stems are keys and never shown; that some of them are no words does not matter, as long as the
forms of one word meet.
"""

import re
from functools import lru_cache

_VOWEL = re.compile(r"[aeiouy]")
_CACHED = 50_000
_STEM_CHARS_MIN = 3
_KEPT_DOUBLE = "lsz"
# The longest first, each with what takes its place.
# Endings that make another thing of a word stay: an operator is no operation.
_ENDINGS = (
    ("ational", "ate"), ("ization", "ize"), ("isation", "ize"), ("fulness", "ful"),
    ("iveness", "ive"), ("ability", "able"), ("ations", "ate"), ("ation", "ate"), ("ment", ""),
    ("ness", ""), ("ingly", ""), ("edly", ""), ("ing", ""), ("ied", "i"), ("ed", ""), ("ion", ""),
    ("able", ""), ("ently", "ent"), ("ly", ""), ("y", "i"), ("e", ""),
)  # fmt: skip
_IRREGULAR = {"failure": "fail", "lost": "lose", "ran": "run", "sent": "send"}


@lru_cache(maxsize=_CACHED)
def stem(word: str) -> str:
    """The stem of a word in small letters; what is no English word is borne."""
    word = _singular(word)
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending, instead in _ENDINGS:
        base = word.removesuffix(ending)
        if base != word and len(base) >= _STEM_CHARS_MIN and _VOWEL.search(base):
            return _joined(base, ending, instead)
    return word


def _singular(word: str) -> str:
    if len(word) <= _STEM_CHARS_MIN:
        return word
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _joined(base: str, ending: str, instead: str) -> str:
    """`stopp(ed)` is `stop`, `creat(e)` and `creation` are `creat`."""
    word = base + instead
    is_double = ending in ("ing", "ed") and word[-1] == word[-2]
    if is_double and len(word) > _STEM_CHARS_MIN and word[-1] not in _KEPT_DOUBLE:
        word = word[:-1]
    word = word.removesuffix("e")
    return word[:-2] if word.endswith("at") and len(word) > 5 else word
