"""The tokens of an Option's Risk and Loses → the Risk, and the bound of what may be lost."""

from dataclasses import dataclass

from drillbook.model.sentence import Risk
from drillbook.read.sentences.grammar import OutsideGrammar, found, read_seconds, take_duration
from drillbook.read.sentences.tokens import Cursor, TokenKind

COUNT_DIGITS_MAX = 12
_DASHES = ("-", "–", "—", ":")  # noqa: RUF001 - people write all of these


@dataclass(frozen=True, slots=True)
class LosesBound:
    """Acknowledged writes, or the writes of the last seconds before the fault."""

    count: int | None = None
    last_s: float | None = None


def parse_risk(cursor: Cursor) -> Risk:
    """One word, after which prose may follow. Raises OutsideGrammar."""
    for risk in Risk:
        if cursor.take_words(risk.value):
            _require_pause(cursor)
            return risk
    raise OutsideGrammar(f"no risk is called {found(cursor.peek())}")


def parse_loses(cursor: Cursor) -> LosesBound:
    """Raises OutsideGrammar."""
    if cursor.take_words("nothing"):
        _require_pause(cursor)
        return LosesBound(count=0)
    if cursor.take_words("at most the last") or cursor.take_words("the last"):
        seconds = read_seconds(cursor)
        if not cursor.is_word("of"):
            _require_pause(cursor)
        _skip(cursor)
        return LosesBound(last_s=seconds)
    if cursor.take_words("at most"):
        return _count(cursor)
    raise OutsideGrammar(f"no bound begins with {found(cursor.peek())}")


def _count(cursor: Cursor) -> LosesBound:
    # `at most 5 s of writes` is a time, not five of something called `s`.
    if take_duration(cursor):
        raise OutsideGrammar('a time is said as "the last …"')
    number = cursor.next()
    is_count = number.kind is TokenKind.NUMBER and number.text.isdigit()
    if not is_count or len(number.text) > COUNT_DIGITS_MAX:
        raise OutsideGrammar(f"a whole number is missing where {found(number)} stands")
    _skip(cursor)
    return LosesBound(count=int(number.text))


def _require_pause(cursor: Cursor) -> None:
    """`none` may be followed by an aside, but `none of the above` is another sentence."""
    token = cursor.peek()
    is_aside = token.kind in (TokenKind.COMMA, TokenKind.OPEN, TokenKind.SEMICOLON)
    if not (is_aside or token.kind in (TokenKind.END, TokenKind.STOP) or token.text in _DASHES):
        raise OutsideGrammar(f"it goes on with {found(token)}")
    _skip(cursor)


def _skip(cursor: Cursor) -> None:
    while not cursor.is_at_end():
        cursor.next()
