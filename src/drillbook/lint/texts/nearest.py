"""A word and those that there are → the one that was probably meant."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from pathlib import PurePosixPath

# More are not compared: this is a courtesy.
CANDIDATES_MAX = 2_000
WORD_CHARS_MAX = 100
# A slip of the pen, not another word of the same family.
LIKENESS_MIN = 0.88


def nearest(word: str, known: Iterable[str]) -> str:
    """Empty where none is near."""
    small = word.casefold()
    if not 0 < len(small) <= WORD_CHARS_MAX:
        return ""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(small)
    best, best_ratio = "", LIKENESS_MIN
    for each in list(dict.fromkeys(known))[:CANDIDATES_MAX]:
        matcher.set_seq1(each.casefold()[:WORD_CHARS_MAX])
        if matcher.real_quick_ratio() >= best_ratio and matcher.quick_ratio() >= best_ratio:
            ratio = matcher.ratio()
            if ratio >= best_ratio and ratio < 1:
                best, best_ratio = each, ratio
    return best


def nearest_path(path: str, known: Sequence[str]) -> str:
    """The path whose file is called almost alike, whatever its folder."""
    names = {PurePosixPath(each).stem: each for each in known[: CANDIDATES_MAX * 10]}
    wanted = PurePosixPath(path).stem
    same = next((each for name, each in names.items() if name.casefold() == wanted.casefold()), "")
    found = nearest(
        wanted, [name for name in names if name[:1].casefold() == wanted[:1].casefold()]
    )
    return same or names.get(found, "")
