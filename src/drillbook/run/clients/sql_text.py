"""The text of a SQL step → its statements, each in pieces: SQL text, and `:name` parameters.

This is no SQL parser: it knows what hides a `:` or a `;` in each dialect (quotes, comments,
dollar quotes) and nothing else. A quote or comment that is not closed is refused, so that a
value never comes to stand inside of one.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

POSTGRESQL, MYSQL, SQLITE, CLICKHOUSE = "postgresql", "mysql", "sqlite", "clickhouse"

_PARAMETER = r"(?<![:\w]):(?P<name>[A-Za-z_][A-Za-z0-9_]{0,99})(?!\w)"
_COMMENT = r"/\*(?:[^*]|\*(?!/))*\*/"
_LINE_COMMENT = r"--[^\n]*"
_QUOTED = r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\""
_BACKSLASHED = r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\""
_HIDING = {
    POSTGRESQL: (
        rf"{_LINE_COMMENT}|{_COMMENT}|(?<!\w)[eE]'(?:[^'\\]|\\.|'')*'|{_QUOTED}"
        r"|(?<![\w$])\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$"
    ),
    MYSQL: rf"--(?=[\s]|$)[^\n]*|\#[^\n]*|{_COMMENT}|{_BACKSLASHED}|`(?:[^`]|``)*`",
    SQLITE: rf"{_LINE_COMMENT}|{_COMMENT}|{_QUOTED}|`(?:[^`]|``)*`|\[[^\]]*\]",
    CLICKHOUSE: (
        rf"{_LINE_COMMENT}|\#[ !][^\n]*|{_COMMENT}|{_BACKSLASHED}|`(?:[^`\\]|\\.|``)*`"
        r"|(?<![\w$])\$(?P<tag>\w*)\$.*?\$(?P=tag)\$"
    ),
}
_OPENING = {
    POSTGRESQL: r"'|\"|/\*|(?<![\w$])\$(?:[^\W\d]\w*)?\$",
    MYSQL: r"'|\"|`|/\*",
    SQLITE: r"'|\"|`|/\*|\[",
    CLICKHOUSE: r"'|\"|`|/\*|(?<![\w$])\$\w*\$",
}
_TOKEN = {
    dialect: re.compile(
        rf"(?P<hidden>{hiding})|(?P<opening>{_OPENING[dialect]})|(?P<end>;)|{_PARAMETER}",
        re.DOTALL,
    )
    for dialect, hiding in _HIDING.items()
}
_TRANSACTION = re.compile(
    r"(?:BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|SAVEPOINT)\b", re.IGNORECASE
)


class Parameter(NamedTuple):
    """`:api_url`: the value of the environment variable API_URL."""

    name: str

    @property
    def variable(self) -> str:
        return self.name.upper()


Piece = str | Parameter
Statement = tuple[Piece, ...]


class SqlTextError(Exception):
    """The text cannot be taken apart; the message says why."""


def statements_of(text: str, dialect: str) -> tuple[Statement, ...]:
    """The statements of the text, without empty ones. Raises SqlTextError."""
    if "\0" in text:
        raise SqlTextError("the SQL holds a NUL character")
    found: list[Statement] = []
    pieces: list[Piece] = []
    is_empty = True
    for kind, piece in _tokens(text, dialect):
        if kind != "end":
            is_comment = kind == "hidden" and str(piece).startswith(("--", "/*", "#"))
            is_empty = is_empty and (is_comment or piece == "" or str(piece).isspace())
            pieces.append(piece)
            continue
        if not is_empty:
            found.append(tuple(pieces))
        pieces, is_empty = [], True
    if not is_empty:
        found.append(tuple(pieces))
    return tuple(found)


def parameters_of(statements: tuple[Statement, ...]) -> tuple[Parameter, ...]:
    """All parameters, in order, each as often as it is written."""
    return tuple(
        piece for statement in statements for piece in statement if isinstance(piece, Parameter)
    )


def code_of(text: str, dialect: str) -> str:
    """The text's own words: a blank for each quote, comment and parameter. Raises SqlTextError."""
    words = (str(piece) if kind == "text" else " " for kind, piece in _tokens(text, dialect))
    return "".join(words)


def says_transactions(statements: tuple[Statement, ...]) -> bool:
    """Whether the text begins or ends transactions itself."""
    heads = ("".join(piece for piece in each if isinstance(piece, str)) for each in statements)
    return any(_TRANSACTION.match(head.lstrip()) for head in heads)


def _tokens(text: str, dialect: str) -> Iterator[tuple[str, Piece]]:
    at = 0
    for found in _TOKEN[dialect].finditer(text):
        yield "text", text[at : found.start()]
        at = found.end()
        if found["opening"]:
            line = text.count("\n", 0, found.start()) + 1
            raise SqlTextError(f"the {found['opening']} in line {line} is not closed")
        if found["hidden"]:
            yield "hidden", found[0]
        elif found["end"]:
            yield "end", ""
        else:
            yield "parameter", Parameter(found["name"])
    yield "text", text[at:]
