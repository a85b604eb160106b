"""A fence → the SQL in it: of an `sql` fence, and what a shell hands to psql and its like."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from drillbook.lint.shell.acts import Act
from drillbook.lint.shell.calls import Call, calls_of

# The client → its dialect, and the options that a statement follows.
CLIENTS: Mapping[str, tuple[str, frozenset[str]]] = {
    "psql": ("postgres", frozenset(("-c", "--command"))),
    "mysql": ("mysql", frozenset(("-e", "--execute"))),
    "mariadb": ("mysql", frozenset(("-e", "--execute"))),
    "clickhouse-client": ("clickhouse", frozenset(("-q", "--query"))),
    "sqlite3": ("sqlite", frozenset()),
}
_HAS_CLIENT = re.compile(r"\b(?:psql|mysql|mariadb|clickhouse|sqlite3)\b")
_COMBINED = re.compile(r"-[A-Za-z]{0,6}[ce]")
_HIDDEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Query:
    """`dialect` is sqlglot's word, empty where nothing says it. Offsets are of the act's text.

    `is_whole`: nothing is put into it by a shell.
    """

    text: str
    dialect: str
    start: int
    end: int
    is_whole: bool = True


def queries_of(act: Act) -> tuple[Query, ...]:
    """In their order."""
    if act.fence.language == "sql":
        return (Query(act.text, "", 0, len(act.text)),)
    if act.is_shell and _HAS_CLIENT.search(act.text):
        return _of_script(act.text)
    return ()


@lru_cache(maxsize=64)
def _of_script(text: str) -> tuple[Query, ...]:
    return tuple(query for call in calls_of(text) for query in _of_call(call))


def _of_call(call: Call) -> Iterator[Query]:
    program, args = call.program, call.args
    if program == "clickhouse" and call.texts[:1] == ("client",):
        program, args = "clickhouse-client", args[1:]
    if program not in CLIENTS:
        return
    dialect, options = CLIENTS[program]
    found = False
    for index, word in enumerate(args):
        follows = index and _is_option(args[index - 1].text, options)
        name, _, value = word.text.partition("=")
        if follows or (program == "sqlite3" and index and " " in word.text):
            yield _query(word.text, dialect, word.start, word.end, is_whole="$" not in word.text)
            found = True
        elif name in options and name.startswith("--") and value:
            yield _query(value, dialect, word.start, word.end, is_whole="$" not in value)
            found = True
    if call.fed and not found:
        start, end = call.start, call.end
        for redirect in call.command.redirects:
            if redirect.operator in ("<<", "<<<") and redirect.word.text == call.fed:
                start, end = redirect.word.start, redirect.word.end
        yield _query(call.fed, dialect, start, end, is_whole="$" not in call.fed)


def _is_option(text: str, options: frozenset[str]) -> bool:
    if text in options:
        return True
    # `-tAc`: several letters in one.
    short = next((one for one in options if len(one) == 2), "")
    return bool(short) and text.endswith(short[1]) and _COMBINED.fullmatch(text) is not None


def _query(text: str, dialect: str, start: int, end: int, *, is_whole: bool) -> Query:
    return Query(text, dialect, start, end, is_whole)


def statements_of(query: Query) -> Iterator[tuple[str, int]]:
    """Each statement without strings and comments, and where it begins in the query's text."""
    bare = _HIDDEN.sub(_blanked, query.text)
    at = 0
    for statement in bare.split(";"):
        lead = len(statement) - len(statement.lstrip())
        if statement.strip():
            yield statement.strip(), at + lead
        at += len(statement) + 1


def _blanked(found: re.Match[str]) -> str:
    """A string keeps its quotes, so that there is something where an argument stands."""
    if found[0].startswith("'"):
        return "'" + " " * (len(found[0]) - 2) + "'"
    return " " * len(found[0])
