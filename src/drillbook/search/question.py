"""Words, a log line or a stack trace → its terms with their weights.

Numbers, ids, times, addresses and paths are taken out, so that they do not drown the words; what
a log says in every line, and the frames of a stack trace, weigh little.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp

from drillbook.search.synonyms import meant_by
from drillbook.search.words import TOKEN, terms, terms_of_word

CHARS_MAX = 65_536
LINE_CHARS_MAX = 2_000
TERMS_MAX = 200
WEAK = 0.4
FRAME = 0.15
MEANT = 0.4
# What a sentence is about stands at its beginning.
EARLY = 0.5
EARLY_TERMS = 5
# Of `unready` a runbook says "not ready".
_UN = "un"
_UN_CHARS_MIN = 6
_BLANK = " "
# In this order: what is longer goes first.
_NOISE = (
    r"\{\{[^{}]{0,500}\}\}",
    r"\x1b\[[0-9;]{0,20}[A-Za-z]",
    r"\b[a-z][a-z0-9+.-]{1,15}://[^\s\"'<>]{1,500}",
    # 2026-01-31T12:00:00.123Z, 31/Jan/2026:12:00:00 +0000, 12:00:00,123
    r"\b[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}(?:[T ]?[0-9:.,]{4,20}(?:Z|[+-][0-9:]{4,6})?)?",
    r"\b[0-9]{1,2}/[A-Za-z]{3}/[0-9]{4}(?::[0-9:]{5,8})?(?: [+-][0-9]{4})?",
    r"\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?\b",
    r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b",
    r"\b0x[0-9a-fA-F]+\b",
    r"\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]{1,5})?(?:/[0-9]{1,2})?\b",
    r"(?<![\w.])(?:~|\.{1,2})?(?:/[\w.@+%-]{1,200}){2,40}(?::[0-9]+)*",
    r"\b[A-Za-z]:\\[^\s\"']{1,300}",
    r"\b[\w-]{1,80}\.(?:go|py|java|js|ts|rb|rs|kt|scala|cs|cpp|cc|c|h|php)(?::[0-9]+)+",
    # 250ms, 1.5GiB, 97%, 3.14
    r"\b[0-9]+(?:\.[0-9]+)?(?:ns|us|µs|ms|s|m|h|d|[kKMGT]i?[bB]?|%)?(?![\w.-])(?<![0-9]{3})",
    r"\b[0-9]+\.[0-9]+\b",
)
# A line without any of these is words alone.
_NOISY = re.compile(r"[0-9/\\{\x1b]")
_CANDIDATE = re.compile(r"[A-Za-z0-9]{5,}")
_CHANGES = re.compile(r"[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])")
_HEXADECIMAL = re.compile(r"(?=[a-f]*[0-9])[0-9a-f]{7,}\Z")
_LONG_CHARS = 40
_FRAMES = re.compile(
    r"\s*(?:at \S+[(\s]|File \"|goroutine [0-9]|\S+\.go:[0-9]+ \+0x|\.\.\. [0-9]+ more"
    r"|from \S+:[0-9]+:in)"
)
# What logs and alerts say of any trouble.
_WEAK_WORDS = (
    "minute hour second day week last longer least instance namespace cluster current currently "
    "value percent percentage number some certain period time experiencing using various level msg "
    "message caller ts time logger log thread info debug trace warn warning error err severity "
    "main component service please check see alert firing".split()
)
_WEAK_TERMS = frozenset(term for word in _WEAK_WORDS for term in terms_of_word(word))


@dataclass(frozen=True, slots=True)
class Question:
    """`weights` of the terms; `order` as they stood; `words`, as written, by their term."""

    weights: dict[str, float]
    order: tuple[str, ...]
    words: dict[str, str]


def ask(text: str) -> Question:
    """No text raises; a text that holds nothing but noise has no weights."""
    weights: dict[str, float] = {}
    words: dict[str, str] = {}
    order: list[str] = []
    for line in text[:CHARS_MAX].splitlines():
        factor = FRAME if _FRAMES.match(line) else 1.0
        said = without_noise(line[:LINE_CHARS_MAX])
        found = terms(said)[: TERMS_MAX - len(order)]
        order += found
        for term in found:
            value = factor * weight_of(term)
            weights[term] = max(weights.get(term, 0.0), value)
        _note_words(said, words)
    for place, term in enumerate(dict.fromkeys(order)):
        weights[term] *= 1 + EARLY * exp(-place / EARLY_TERMS)
    for term, opposite in _without_un(words):
        weights.setdefault(opposite, weights.get(term, 0.0))
    for term in list(weights):
        for meant in meant_by(term):
            weights.setdefault(meant, MEANT * weights[term])
    return Question(weights=weights, order=tuple(order), words=words)


def _without_un(words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for term, word in words.items():
        small = word.casefold()
        if small.startswith(_UN) and len(small) >= _UN_CHARS_MIN:
            yield from ((term, opposite) for opposite in terms_of_word(small.removeprefix(_UN)))


def weight_of(term: str) -> float:
    """How much a term of a question counts, whatever it stands in."""
    return WEAK if term in _WEAK_TERMS or term.isdigit() else 1.0


def without_noise(line: str) -> str:
    """The line without what is new in every line of a log."""
    if not _NOISY.search(line):
        return line
    for pattern in _noise():
        line = pattern.sub(_BLANK, line)
    return _CANDIDATE.sub(_kept, line)


@cache
def _noise() -> tuple[re.Pattern[str], ...]:
    """Made when a line needs them: it takes longer than the rest of an answer."""
    return tuple(re.compile(pattern) for pattern in _NOISE)


def _kept(found: re.Match[str]) -> str:
    """A word, or nothing in place of an id such as `868ddd4b45`."""
    word = found[0]
    is_id = (len(word) > _LONG_CHARS and not word.islower()) or _HEXADECIMAL.match(word) is not None
    return _BLANK if is_id or len(_CHANGES.findall(word)) > 1 else word


def _note_words(said: str, words: dict[str, str]) -> None:
    for word in TOKEN.findall(said):
        for term in terms_of_word(word):
            words.setdefault(term, word)
