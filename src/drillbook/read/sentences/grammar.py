"""Tokens → the parts that expectations and conditions share: numbers, bounds, durations.

Inside the grammar a sentence that does not fit raises OutsideGrammar; `read.sentence`, the only
door of the grammar, turns it into a Finding.
"""

import math
import re

from drillbook.model.sentence import Comparison
from drillbook.read.sentences.duration import read_duration
from drillbook.read.sentences.tokens import Cursor, Token, TokenKind
from drillbook.read.sentences.wording import quote

COMPARISONS = (
    Comparison.BELOW,
    Comparison.ABOVE,
    Comparison.AT_MOST,
    Comparison.AT_LEAST,
)
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")


class OutsideGrammar(Exception):  # noqa: N818 - it is no error of ours: it never leaves this room
    """The sentence does not fit; the text says what was found where it stopped fitting."""


def found(token: Token) -> str:
    """A token as a message names it."""
    return "the end of the sentence" if token.kind is TokenKind.END else f'"{quote(token.text)}"'


def read_number(cursor: Cursor) -> float:
    """Raises OutsideGrammar where no plain number stands."""
    token = cursor.next()
    if token.kind is not TokenKind.NUMBER or not _NUMBER.fullmatch(token.text):
        raise OutsideGrammar(f"a number is missing where {found(token)} stands")
    number = float(token.text)
    # Minus zero is no other number than zero.
    return number if math.copysign(1.0, number) > 0 or number else 0.0


def read_comparison(cursor: Cursor) -> tuple[Comparison, float] | None:
    """`below 5` and its like; None where none begins here."""
    for comparison in COMPARISONS:
        if cursor.take_words(comparison.value):
            return comparison, read_number(cursor)
    return None


def read_between(cursor: Cursor) -> tuple[float, float] | None:
    """`between 1 and 5`; None where none begins here."""
    if not cursor.take_words("between"):
        return None
    low = read_number(cursor)
    if not cursor.take_words("and"):
        raise OutsideGrammar(f'"and" is missing where {found(cursor.peek())} stands')
    high = read_number(cursor)
    if high < low:
        raise OutsideGrammar("the first number is above the second")
    return low, high


def take_duration(cursor: Cursor) -> str:
    """The words of a duration that begins here; empty where none does."""
    words: list[str] = []
    while True:
        token, unit = cursor.peek(), cursor.peek(1)
        if token.kind is TokenKind.MIXED:
            words.append(cursor.next().text)
        elif (
            token.kind is TokenKind.NUMBER
            and unit.kind is TokenKind.WORD
            and read_duration(f"1 {unit.text}") is not None
        ):
            words += [cursor.next().text, cursor.next().text]
        else:
            return " ".join(words)


def read_seconds(cursor: Cursor) -> float:
    """Raises OutsideGrammar where no duration stands."""
    token = cursor.peek()
    words = take_duration(cursor)
    seconds = read_duration(words)
    if seconds is None:
        raise OutsideGrammar(
            f"a duration with its unit is missing where {found(token)} stands"
            if not words
            else f'"{quote(words)}" is no duration'
        )
    return seconds
