"""The tokens of `` `a` is unhealthy and not `b` is healthy `` → the Formula of a Condition."""

from drillbook.model.sentence import (
    And,
    CaptureCompares,
    CheckIs,
    CheckStatus,
    Comparison,
    Formula,
    Not,
    Or,
)
from drillbook.read.sentences.grammar import OutsideGrammar, found, read_between, read_comparison
from drillbook.read.sentences.tokens import Cursor, TokenKind

# Nobody reads deeper brackets; and we, too, read them by recursion.
DEPTH_MAX = 20
STATUSES = tuple(status.value for status in CheckStatus)


def parse_condition(cursor: Cursor) -> Formula:
    """Raises OutsideGrammar."""
    formula = _any_of(cursor, depth=0)
    if not cursor.is_at_end():
        raise OutsideGrammar(f'"and" or "or" is missing before {found(cursor.peek())}')
    return formula


def _take_joint(cursor: Cursor, word: str) -> bool:
    """`and`, or `, and`."""
    if cursor.peek().kind is TokenKind.COMMA and cursor.is_word(word, ahead=1):
        cursor.next()
    return cursor.take_words(word)


def _any_of(cursor: Cursor, *, depth: int) -> Formula:
    items = [_all_of(cursor, depth=depth)]
    while _take_joint(cursor, "or"):
        items.append(_all_of(cursor, depth=depth))
    return items[0] if len(items) == 1 else Or(items=tuple(items))


def _all_of(cursor: Cursor, *, depth: int) -> Formula:
    items = [_unary(cursor, depth=depth)]
    while _take_joint(cursor, "and"):
        items.append(_unary(cursor, depth=depth))
    return items[0] if len(items) == 1 else And(items=tuple(items))


def _unary(cursor: Cursor, *, depth: int) -> Formula:
    if depth > DEPTH_MAX:
        raise OutsideGrammar(f"it is nested more than {DEPTH_MAX} deep")
    if cursor.take_words("not"):
        return Not(item=_unary(cursor, depth=depth + 1))
    if cursor.take(TokenKind.OPEN):
        formula = _any_of(cursor, depth=depth + 1)
        if not cursor.take(TokenKind.CLOSE):
            raise OutsideGrammar(f'a ")" is missing before {found(cursor.peek())}')
        return formula
    return parse_comparison(cursor)


def parse_comparison(cursor: Cursor) -> Formula:
    """One comparison of a check or a capture. Raises OutsideGrammar."""
    name = cursor.next()
    if name.kind is not TokenKind.CODE or not name.text.strip():
        raise OutsideGrammar(
            f"the name of a check or capture in backticks is missing where {found(name)} stands"
        )
    if not cursor.take_words("is"):
        raise OutsideGrammar(f'"is" is missing before {found(cursor.peek())}')
    if cursor.is_word(*STATUSES):
        return _statuses(cursor, name.text)
    return _capture(cursor, name.text)


def _statuses(cursor: Cursor, check: str) -> Formula:
    """`unhealthy or unknown`: an `or` belongs to the status only before another status."""
    items = [_status(cursor, check)]
    while cursor.is_word("or") and cursor.is_word(*STATUSES, ahead=1):
        cursor.next()
        items.append(_status(cursor, check))
    return items[0] if len(items) == 1 else Or(items=tuple(items))


def _status(cursor: Cursor, check: str) -> CheckIs:
    return CheckIs(check=check, status=CheckStatus(cursor.next().text.lower()))


def _capture(cursor: Cursor, name: str) -> Formula:
    text = cursor.take(TokenKind.CODE)
    if text is not None:
        return CaptureCompares(capture=name, comparison=Comparison.IS, bound=text.text)
    compared = read_comparison(cursor)
    if compared is not None:
        return CaptureCompares(capture=name, comparison=compared[0], bound=compared[1])
    between = read_between(cursor)
    if between is None:
        raise OutsideGrammar(f'"is" is followed by {found(cursor.peek())}')
    low, high = between
    return And(
        items=(
            CaptureCompares(capture=name, comparison=Comparison.AT_LEAST, bound=low),
            CaptureCompares(capture=name, comparison=Comparison.AT_MOST, bound=high),
        )
    )
