"""A sentence outside the grammar → the nearest sentence inside it, with the user's own values.

Each clause that is understood stays; each other becomes the form that it is most like. The
answer is always read again before it is shown, so that a cure never fails in its turn.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from drillbook.read.sentences.duration import read_duration
from drillbook.read.sentences.forms import Form
from drillbook.read.sentences.grammar import OutsideGrammar, take_duration
from drillbook.read.sentences.tokens import Cursor, Token, TokenKind, tokens_of
from drillbook.read.sentences.wording import likeness

Parse = Callable[[Cursor], object]
# A sentence of more clauses than these is not repaired clause by clause.
CLAUSES_MAX = 12
CLAUSE_TOKENS_MAX = 40
# What is less like every form than this is like none of them: then the first form is shown.
LIKENESS_MIN = 0.45
CLAUSE_BEGINNINGS = ("for", "within")

_SLOT = re.compile(r"\{(n|code|d)\}")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]+")
_LEADING_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """`parse` reads a whole sentence, `parse_clause` one clause; `joints` join clauses.

    `name` stands in a cure where the user gave no text in backticks.
    """

    forms: tuple[Form, ...]
    parse: Parse
    parse_clause: Parse
    joints: tuple[str, ...] = ()
    comma: str = ","
    name: str = "text"


@dataclass(slots=True)
class _Values:
    """What the user gave, in the order of the text; and the words with N, C and D for them."""

    numbers: list[str]
    codes: list[str]
    durations: list[str]
    words: str


def nearest_sentence(text: str, tokens: tuple[Token, ...], grammar: Grammar) -> str:
    """A sentence that the grammar understands."""
    inside = tuple(token for token in tokens if token.kind is not TokenKind.END)
    values = _values(text, inside, grammar)
    form = _nearest_form(values.words, grammar)
    attempts = (
        _clause_by_clause(text, inside, grammar),
        _filled(form, values, grammar),
        _filled(form, _Values([], _with_a_name(values.codes), [], ""), grammar),
        _filled(form, _Values([], values.codes[:1], [], ""), grammar),
        _filled(form, _Values([], [], [], ""), grammar),
    )
    for attempt in attempts:
        if _fits(tokens_of(attempt), grammar.parse):
            return attempt
    return _filled(grammar.forms[0], _Values([], [], [], ""), grammar)


def _clause_by_clause(text: str, tokens: tuple[Token, ...], grammar: Grammar) -> str:
    sentence = ""
    for joint, clause in _clauses(tokens, grammar)[:CLAUSES_MAX]:
        length = _understood_length(clause, grammar)
        if length:
            said = text[clause[0].start : clause[length - 1].end]
        else:
            values = _values(text, clause, grammar)
            said = _filled(_nearest_form(values.words, grammar), values, grammar)
        if not sentence:
            sentence = said
        elif said not in sentence:
            sentence += (", " if joint == "," else f" {joint} ") + said
    return sentence


def _understood_length(clause: tuple[Token, ...], grammar: Grammar) -> int:
    """How many tokens from the clause's beginning are a clause of the grammar."""
    if not grammar.joints:
        return 0
    longest = min(len(clause), CLAUSE_TOKENS_MAX)
    lengths = range(longest, 0, -1)
    return next((n for n in lengths if _fits(clause[:n], grammar.parse_clause)), 0)


def _with_a_name(codes: list[str]) -> list[str]:
    """The codes, the first with nothing in it but what the name of a variable may have."""
    return [f"`{_NOT_IN_NAMES.sub('_', code.strip('`'))}`" for code in codes[:1]] + codes[1:]


def _clauses(tokens: tuple[Token, ...], grammar: Grammar) -> list[tuple[str, tuple[Token, ...]]]:
    """The clauses, each with the joint before it; the `and` of a `between` joins none."""
    clauses: list[tuple[str, tuple[Token, ...]]] = []
    clause: list[Token] = []
    joint, is_between = "", False
    for token in tokens:
        word = token.text.lower() if token.kind is TokenKind.WORD else token.kind.value
        is_joint = word in grammar.joints and not (word == "and" and is_between)
        begins = grammar.comma == "," and word in CLAUSE_BEGINNINGS
        if (is_joint or begins) and clause:
            clauses.append((joint, tuple(clause)))
            clause = []
        if is_joint or begins:
            joint = grammar.comma if begins or word == "," else word
        if not is_joint and token.kind not in (TokenKind.OPEN, TokenKind.CLOSE):
            clause.append(token)
        is_between = (is_between or word == "between") and word != "and"
    return [*clauses, (joint, tuple(clause))] if clause else clauses


def _fits(tokens: tuple[Token, ...], parse: Parse) -> bool:
    if tokens[-1].kind is not TokenKind.END:
        tokens = (*tokens, Token(TokenKind.END, "", 0, 0))
    cursor = Cursor(tokens)
    try:
        parse(cursor)
    except OutsideGrammar:
        return False
    return cursor.is_at_end()


def _nearest_form(words: str, grammar: Grammar) -> Form:
    def nearness(form: Form) -> float:
        template = form.template.format(n="N", code="C", d="D")
        return max(likeness(words, said) for said in (template, *form.says))

    best = max(grammar.forms, key=nearness)
    return best if nearness(best) >= LIKENESS_MIN else grammar.forms[0]


def _values(text: str, tokens: tuple[Token, ...], grammar: Grammar) -> _Values:
    values = _Values([], [], [], "")
    words: list[str] = []
    cursor = Cursor((*tokens, Token(TokenKind.END, "", 0, 0)))
    while not cursor.is_at_end():
        duration = take_duration(cursor)
        if duration and read_duration(duration) is not None:
            values.durations.append(duration)
            words.append("D")
        else:
            token = Token(TokenKind.MIXED, duration, 0, 0) if duration else cursor.next()
            words.append(_value(text, token, values))
    if not values.codes and grammar.name == "name":
        _name_by_word(words, values)
    values.words = " ".join(words)
    return values


def _value(text: str, token: Token, values: _Values) -> str:
    """Keep the token's value, if it has one; the answer is what stands for it among the words."""
    number = _LEADING_NUMBER.match(token.text)
    if token.kind is TokenKind.CODE:
        values.codes.append(text[token.start : token.end])
        return "C"
    if token.kind in (TokenKind.NUMBER, TokenKind.MIXED) and number:
        values.numbers.append(number[0])
        return "N"
    return token.text.lower()


def _name_by_word(words: list[str], values: _Values) -> None:
    """`server-ready is down`: whoever forgot the backticks meant the word before `is`."""
    before_is = words.index("is") - 1 if "is" in words else 0
    if 0 <= before_is < len(words) and words[before_is][:1].isalpha():
        values.codes.append(f"`{words[before_is]}`")
        words[before_is] = "C"


def _filled(form: Form, values: _Values, grammar: Grammar) -> str:
    numbers, codes, durations = iter(values.numbers), iter(values.codes), iter(values.durations)
    defaults = iter(("0", "1"))

    def fill(slot: re.Match[str]) -> str:
        if slot[1] == "n":
            return next(numbers, None) or next(defaults)
        if slot[1] == "d":
            return next(durations, "10 s")
        code = next(codes, None)
        is_text = bool(values.codes) or grammar.name == "text"
        if code is None and is_text and "{n}" not in form.template:
            # `lag` is 5: the text that is missing its backticks is most often a number.
            code = next((f"`{number}`" for number in numbers), None)
        return code or f"`{grammar.name}`"

    return _SLOT.sub(fill, form.template)
