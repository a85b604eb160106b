"""The text of a sentence → its tokens: words, numbers, durations, `code` and punctuation."""

import re
from dataclasses import dataclass
from enum import Enum

# A sentence that a person reads at three in the morning is shorter; this bounds all work on it.
SENTENCE_CHARS_MAX = 2_000


class TokenKind(Enum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    MIXED = "number with letters"
    CODE = "code"
    COMMA = ","
    OPEN = "("
    CLOSE = ")"
    SEMICOLON = ";"
    STOP = "."
    OTHER = "other"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is what it says (of code: without the backticks); offsets into the sentence."""

    kind: TokenKind
    text: str
    start: int
    end: int


_PATTERN = re.compile(
    r"(?P<SPACE>\s+)"
    r"|(?P<TICKS>`+)"
    r"|(?P<MIXED>-?[0-9]+(?:\.[0-9]+)?[A-Za-z%][\w%]*)"
    r"|(?P<NUMBER>-?[0-9]+(?:\.[0-9]+)*)"
    r"|(?P<WORD>[^\W\d_][\w'\u2019-]*)"
    r"|(?P<COMMA>,)|(?P<OPEN>\()|(?P<CLOSE>\))|(?P<SEMICOLON>;)|(?P<STOP>\.)"
    r"|(?P<OTHER>.)",
    re.DOTALL,
)
_TICKS = re.compile(r"`+")


def tokens_of(text: str) -> tuple[Token, ...]:
    """All tokens of the first 2,000 characters, the last one of kind END."""
    text = text[:SENTENCE_CHARS_MAX]
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        found = _PATTERN.match(text, position)
        assert found is not None, "the last alternative takes any character"
        kind = found.lastgroup or "OTHER"
        if kind == "TICKS":
            tokens.append(_code(text, found.start(), found.end()))
        elif kind != "SPACE":
            tokens.append(Token(TokenKind[kind], found[0], found.start(), found.end()))
        position = tokens[-1].end if kind == "TICKS" else found.end()
    tokens.append(Token(TokenKind.END, "", len(text), len(text)))
    return tuple(tokens)


def _code(text: str, start: int, inside: int) -> Token:
    """The code span that opens at `start`, read as CommonMark does; else the bare backticks."""
    for ticks in _TICKS.finditer(text, inside):
        if ticks.end() - ticks.start() == inside - start:
            content = text[inside : ticks.start()].replace("\n", " ")
            if content.startswith(" ") and content.endswith(" ") and content.strip(" "):
                content = content[1:-1]
            return Token(TokenKind.CODE, content, start, ticks.end())
    return Token(TokenKind.OTHER, text[start:inside], start, inside)


def first_sentence_end(tokens: tuple[Token, ...]) -> int:
    """The index of the first full stop, or of the END."""
    for index, token in enumerate(tokens):
        if token.kind in (TokenKind.STOP, TokenKind.END):
            return index
    return len(tokens) - 1


class Cursor:
    """Where the reading of a sentence stands; past the last token there are only ENDs."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        return self._tokens[min(self.at + ahead, len(self._tokens) - 1)]

    def next(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def take(self, kind: TokenKind) -> Token | None:
        """The next token where it is of this kind, else None and nothing is taken."""
        return self.next() if self.peek().kind is kind else None

    def is_word(self, *words: str, ahead: int = 0) -> bool:
        token = self.peek(ahead)
        return token.kind is TokenKind.WORD and token.text.lower() in words

    def take_words(self, phrase: str) -> bool:
        """Take all words of the phrase, or none of them."""
        words = phrase.split()
        if not all(self.is_word(word, ahead=index) for index, word in enumerate(words)):
            return False
        self.at += len(words)
        return True

    def is_at_end(self) -> bool:
        return self.peek().kind is TokenKind.END
