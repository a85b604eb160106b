"""The text of one labelled sentence and its place → its noun, or a Finding with the nearest form.

The only door to the grammar; nothing here raises. A sentence ends at its first full stop
(Risk and Loses also at a semicolon); what follows is prose for people.
"""

from collections.abc import Callable
from typing import TypeVar

from drillbook.model.finding import Finding, Severity
from drillbook.model.place import Place
from drillbook.model.sentence import Capture, Condition, Expectation, Loses, Risk
from drillbook.read.sentences.capture import parse_capture
from drillbook.read.sentences.condition import parse_comparison, parse_condition
from drillbook.read.sentences.expectation import parse_expectation, parse_expectation_item
from drillbook.read.sentences.forms import (
    CAPTURE_FORMS,
    CONDITION_FORMS,
    EXPECTATION_FORMS,
    LOSES_FORMS,
    RISK_FORMS,
)
from drillbook.read.sentences.grammar import OutsideGrammar, found
from drillbook.read.sentences.nearest import Grammar, nearest_sentence
from drillbook.read.sentences.option_words import parse_loses, parse_risk
from drillbook.read.sentences.tokens import (
    SENTENCE_CHARS_MAX,
    Cursor,
    Token,
    TokenKind,
    first_sentence_end,
    tokens_of,
)
from drillbook.read.sentences.wording import quote

T = TypeVar("T")

EXPECTATION = Grammar(
    forms=EXPECTATION_FORMS,
    parse=parse_expectation,
    parse_clause=parse_expectation_item,
    joints=("and", ","),
)
CONDITION = Grammar(
    forms=CONDITION_FORMS,
    parse=parse_condition,
    parse_clause=parse_comparison,
    joints=("and", "or", ","),
    comma="and",
    name="name",
)
CAPTURE = Grammar(forms=CAPTURE_FORMS, parse=parse_capture, parse_clause=parse_capture, name="name")
RISK = Grammar(forms=RISK_FORMS, parse=parse_risk, parse_clause=parse_risk)
LOSES = Grammar(forms=LOSES_FORMS, parse=parse_loses, parse_clause=parse_loses)

_ENDS_OF_WORDS = (TokenKind.STOP, TokenKind.SEMICOLON, TokenKind.END)


def read_expectation(text: str, place: Place) -> tuple[Expectation | None, tuple[Finding, ...]]:
    """`exit code is 0, for 10 s, within 60 s`; durations in seconds."""
    parts, said, findings = _read(text, place, EXPECTATION, parse_expectation)
    if parts is None:
        return None, findings
    expectation = Expectation(
        place=place,
        text=said,
        terms=tuple(parts.terms),
        for_s=parts.for_s,
        within_s=parts.within_s,
    )
    return expectation, findings


def read_condition(text: str, place: Place) -> tuple[Condition | None, tuple[Finding, ...]]:
    """`` `server-ready` is unhealthy and `disk-used` is healthy ``."""
    formula, said, findings = _read(text, place, CONDITION, parse_condition)
    if formula is None:
        return None, findings
    return Condition(place=place, text=said, formula=formula), findings


def read_capture(text: str, place: Place) -> tuple[Capture | None, tuple[Finding, ...]]:
    """``` `lag` is number ```, or is JSON path or group N of a text in backticks."""
    parts, _, findings = _read(text, place, CAPTURE, parse_capture)
    if parts is None:
        return None, findings
    capture = Capture(
        place=place, name=parts.name, kind=parts.kind, pattern=parts.pattern, group=parts.group
    )
    return capture, findings


def read_risk(text: str, place: Place) -> tuple[Risk | None, tuple[Finding, ...]]:
    """`none`, `disruptive` or `destructive`; None counts as destructive."""
    try:
        return parse_risk(Cursor(_words_of(text))), ()
    except OutsideGrammar as outside:
        finding = _outside(text, place, RISK, str(outside), Severity.WARNING)
        return None, (finding,)


def read_loses(text: str, place: Place) -> tuple[Loses, tuple[Finding, ...]]:
    """`nothing`, `at most 5 writes`, `at most the last 10 s`; else no bound and a Finding."""
    tokens = _words_of(text)
    said = text[: tokens[-1].end].strip().replace("\n", " ")
    try:
        bound = parse_loses(Cursor(tokens))
    except OutsideGrammar as outside:
        finding = _outside(text, place, LOSES, str(outside), Severity.WARNING)
        return Loses(place=place, text=said), (finding,)
    return Loses(place=place, text=said, count=bound.count, last_s=bound.last_s), ()


def _words_of(text: str) -> tuple[Token, ...]:
    """The tokens up to the first full stop or semicolon, with an END in its place."""
    tokens = tokens_of(text)
    at = next(index for index, token in enumerate(tokens) if token.kind in _ENDS_OF_WORDS)
    return _ended(tokens[:at], tokens[at].start)


def _ended(tokens: tuple[Token, ...], at: int) -> tuple[Token, ...]:
    return (*tokens, Token(TokenKind.END, "", at, at))


def _read(
    text: str, place: Place, grammar: Grammar, parse: Callable[[Cursor], T]
) -> tuple[T | None, str, tuple[Finding, ...]]:
    """What `parse` made of the first sentence, that sentence, and what is wrong with it."""
    tokens = tokens_of(text)
    stop = first_sentence_end(tokens)
    if tokens[stop].kind is TokenKind.END and len(text) > SENTENCE_CHARS_MAX:
        because = f"it has no end within {SENTENCE_CHARS_MAX} characters"
        return None, "", (_outside(text, place, grammar, because, Severity.ERROR),)
    sentence = _ended(tokens[:stop], tokens[stop].start)
    cursor = Cursor(sentence)
    try:
        noun = _whole(cursor, parse)
    except OutsideGrammar as outside:
        return None, "", (_outside(text, place, grammar, str(outside), Severity.ERROR),)
    ignored = _second_sentence(tokens[stop + 1 :], place, grammar)
    return noun, text[: sentence[-1].end].strip().replace("\n", " "), ignored


def _whole(cursor: Cursor, parse: Callable[[Cursor], T]) -> T:
    noun = parse(cursor)
    if not cursor.is_at_end():
        raise OutsideGrammar(f"nothing may follow where {found(cursor.peek())} stands")
    return noun


def _second_sentence(
    tokens: tuple[Token, ...], place: Place, grammar: Grammar
) -> tuple[Finding, ...]:
    """A second sentence of the grammar would be ignored without a word, so it is flagged."""
    if not tokens:
        return ()
    cursor = Cursor(_ended(tokens[: first_sentence_end(tokens)], 0))
    try:
        grammar.parse(cursor)
    except OutsideGrammar:
        return ()
    return (
        Finding(
            place=place,
            lint="sentence-after-the-first",
            message="only the first sentence after a label counts, and the second is one too",
            help='join the two with "and", or give the second a label of its own',
        ),
    )


def _outside(
    text: str, place: Place, grammar: Grammar, because: str, severity: Severity
) -> Finding:
    ends = _ENDS_OF_WORDS if grammar in (RISK, LOSES) else (TokenKind.STOP, TokenKind.END)
    tokens = tokens_of(text)
    at = next(index for index, token in enumerate(tokens) if token.kind in ends)
    said = text[: tokens[at].start].strip()
    nearest = nearest_sentence(text, tokens[:at], grammar)
    # Who is in a hurry needs to know whether it matters now.
    harmless = (
        "; as it stands people read it, and no drill counts by it" if grammar is LOSES else ""
    )
    return Finding(
        place=place,
        lint="sentence-outside-grammar",
        message=f'"{quote(said)}" is not understood: {because}',
        help=f"the nearest form that is understood: {nearest}{harmless}",
        severity=severity,
    )
