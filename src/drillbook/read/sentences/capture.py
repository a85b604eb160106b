"""The tokens of `` `lag` is group 1 of `…` `` → the parts of a Capture."""

import re
from dataclasses import dataclass

from drillbook.model.sentence import CaptureKind
from drillbook.read.sentences.expectation import require_pattern
from drillbook.read.sentences.grammar import OutsideGrammar, found
from drillbook.read.sentences.tokens import Cursor, TokenKind
from drillbook.read.sentences.wording import quote

# A capture becomes an environment variable in capitals and a parameter of SQL.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


@dataclass(frozen=True, slots=True)
class CaptureParts:
    """What the sentence says."""

    name: str
    kind: CaptureKind
    pattern: str = ""
    group: int = 0


def parse_capture(cursor: Cursor) -> CaptureParts:
    """Raises OutsideGrammar."""
    name = cursor.next()
    if name.kind is not TokenKind.CODE:
        raise OutsideGrammar(f"a name in backticks is missing where {found(name)} stands")
    if not _NAME.fullmatch(name.text):
        raise OutsideGrammar(
            f'"{quote(name.text)}" cannot name a variable: only letters, digits and _ can'
        )
    if cursor.take_words("is number"):
        return CaptureParts(name.text, CaptureKind.NUMBER)
    if cursor.take_words("is json path"):
        return CaptureParts(name.text, CaptureKind.JSON_PATH, _code(cursor))
    if cursor.take_words("is group"):
        return _group(name.text, cursor)
    raise OutsideGrammar(f"the name is followed by {found(cursor.peek())}")


def _group(name: str, cursor: Cursor) -> CaptureParts:
    number = cursor.next()
    if number.kind is not TokenKind.NUMBER or not re.fullmatch("[0-9]{1,2}", number.text):
        raise OutsideGrammar(f"the number of a group is missing where {found(number)} stands")
    if not cursor.take_words("of"):
        raise OutsideGrammar(f'"of" is missing before {found(cursor.peek())}')
    pattern = _code(cursor)
    require_pattern(pattern, group=int(number.text))
    return CaptureParts(name, CaptureKind.GROUP, pattern, int(number.text))


def _code(cursor: Cursor) -> str:
    code = cursor.next()
    if code.kind is not TokenKind.CODE or not code.text.strip():
        raise OutsideGrammar(f"a text in backticks is missing where {found(code)} stands")
    return code.text
