"""The tokens of `exit code is 0, for 10 s, within 60 s` → the terms and times of an Expectation."""

from dataclasses import dataclass, field

from drillbook.model.sentence import (
    ExitCodeIs,
    NumberBetween,
    NumberCompares,
    OutputCompares,
    OutputTest,
    Term,
)
from drillbook.read.sentences.grammar import (
    OutsideGrammar,
    found,
    read_between,
    read_comparison,
    read_seconds,
)
from drillbook.read.sentences.pattern import flaw_of_pattern
from drillbook.read.sentences.tokens import Cursor, TokenKind
from drillbook.read.sentences.wording import quote

EXIT_CODE_MAX = 255


@dataclass(slots=True)
class ExpectationParts:
    """What has been read so far; durations in seconds."""

    terms: list[Term] = field(default_factory=list)
    for_s: float | None = None
    within_s: float | None = None


def parse_expectation(cursor: Cursor) -> ExpectationParts:
    """Raises OutsideGrammar."""
    parts = ExpectationParts()
    _parse_item(cursor, parts)
    while not cursor.is_at_end():
        is_joined = _take_joint(cursor)
        if not is_joined and not cursor.is_word("for", "within"):
            raise OutsideGrammar(f'"and" or a comma is missing before {found(cursor.peek())}')
        _parse_item(cursor, parts)
    if not parts.terms:
        raise OutsideGrammar("it says for how long, but not what must hold")
    return parts


def parse_expectation_item(cursor: Cursor) -> ExpectationParts:
    """A single term, or a single time without a term. Raises OutsideGrammar."""
    parts = ExpectationParts()
    _parse_item(cursor, parts)
    return parts


def _take_joint(cursor: Cursor) -> bool:
    has_comma = cursor.take(TokenKind.COMMA) is not None
    return cursor.take_words("and") or has_comma


def _parse_item(cursor: Cursor, parts: ExpectationParts) -> None:
    if cursor.take_words("for"):
        parts.for_s = _once(parts.for_s, read_seconds(cursor), "for")
    elif cursor.take_words("within"):
        parts.within_s = _once(parts.within_s, read_seconds(cursor), "within")
    else:
        parts.terms.append(parse_term(cursor))


def _once(before_s: float | None, now_s: float, word: str) -> float:
    if before_s is not None:
        raise OutsideGrammar(f'it says "{word}" twice')
    return now_s


def parse_term(cursor: Cursor) -> Term:
    """Raises OutsideGrammar."""
    if cursor.take_words("exit code is"):
        return _exit_codes(cursor)
    if cursor.take_words("output"):
        return _output(cursor)
    if cursor.take_words("number is"):
        return _number(cursor)
    raise OutsideGrammar(f"no term begins with {found(cursor.peek())}")


def _exit_codes(cursor: Cursor) -> ExitCodeIs:
    codes = [_exit_code(cursor)]
    while True:
        # `1, 2 or 3`: a comma goes on with the codes only where another number follows it.
        comma = cursor.peek().kind is TokenKind.COMMA
        is_list = comma and cursor.peek(1).kind is TokenKind.NUMBER
        if is_list:
            cursor.take(TokenKind.COMMA)
        elif not cursor.take_words("or"):
            return ExitCodeIs(codes=tuple(codes))
        codes.append(_exit_code(cursor))


def _exit_code(cursor: Cursor) -> int:
    token = cursor.next()
    digits = token.text
    is_number = token.kind is TokenKind.NUMBER and digits.isdigit() and len(digits) <= 3
    if not is_number or int(digits) > EXIT_CODE_MAX:
        raise OutsideGrammar(f"an exit code from 0 to 255 is missing where {found(token)} stands")
    return int(digits)


def _output(cursor: Cursor) -> OutputCompares:
    if cursor.take_words("is empty"):
        return OutputCompares(test=OutputTest.EMPTY)
    for test in (OutputTest.IS, OutputTest.CONTAINS, OutputTest.MATCHES):
        if cursor.take_words(test.value):
            code = cursor.next()
            if code.kind is not TokenKind.CODE:
                raise OutsideGrammar(f"a text in backticks is missing where {found(code)} stands")
            if test is OutputTest.MATCHES:
                require_pattern(code.text)
            return OutputCompares(test=test, text=code.text)
    raise OutsideGrammar(f'"output" is followed by {found(cursor.peek())}')


def require_pattern(pattern: str, *, group: int = 0) -> None:
    """Raises OutsideGrammar where RE2 cannot take the group out by this pattern."""
    flaw = flaw_of_pattern(pattern, group=group)
    if flaw is not None:
        raise OutsideGrammar(f'the pattern "{quote(pattern)}" cannot be used: {quote(flaw)}')


def _number(cursor: Cursor) -> NumberCompares | NumberBetween:
    compared = read_comparison(cursor)
    if compared is not None:
        return NumberCompares(comparison=compared[0], bound=compared[1])
    between = read_between(cursor)
    if between is not None:
        return NumberBetween(low=between[0], high=between[1])
    raise OutsideGrammar(f'"number is" is followed by {found(cursor.peek())}')
