"""SQL that no dialect understands."""

import logging
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from drillbook.lint.shell.acts import Act, acts_of
from drillbook.lint.shell.queries import Query, queries_of, statements_of
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

STATEMENT_CHARS_MAX = 5_000
_DIALECTS = (
    "postgres",
    "mysql",
    "clickhouse",
    "sqlite",
    "tsql",
    "oracle",
    "snowflake",
    "duckdb",
    "bigquery",
)
# Others are too much of one product's own for a library to judge.
_BEGINS = re.compile(r"(?:select|insert\s+into|update|delete\s+from|with)\b", re.IGNORECASE)
# A placeholder, a client's own words, a language that is like SQL, or output below a query.
_UNSURE = re.compile(
    r"<[A-Za-z_]|\.\.\.|…|[{}\\\[\]@]|\$|:[A-Za-z_]|%\(|%s|\?|-{3,}|={3,}|\([0-9]+ rows?\)|"
    r"\b(?:settings|prewhere|totals|format|array\s+join|match_recognize|system_time|returning|pivot|"
    r"unpivot|qualify|sample|using\s+timestamp|group\s+by\s+all)\b|\ballow\s+filtering\b|\bemit\s+changes\b|\btime\(|now\(\)\s*-\s*[0-9]|^\s*[|+]",
    re.IGNORECASE | re.MULTILINE,
)
_SELECTS_WITHIN = re.compile(r"\b(\w+)\s*\(\s*[\w.\"]+\s+FROM\s+[\w.\"]+\s+WHERE\b", re.IGNORECASE)
_TAKES_FROM = frozenset(("extract", "trim", "substring", "overlay", "position", "ltrim", "rtrim"))


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for act in acts_of(document):
        for query in queries_of(act):
            if query.is_whole and len(query.text) <= STATEMENT_CHARS_MAX:
                yield from _of_query(document, act, query)


def _of_query(document: Document, act: Act, query: Query) -> Iterator[Flaw]:
    for statement, at in statements_of(query):
        # The parser knows a cast by its colons.
        if not _BEGINS.match(statement) or _UNSURE.search(statement.replace("::", "")):
            continue
        whole = query.text[at : at + len(statement)]
        cause, word = _cause(whole, query.dialect)
        if cause:
            # The text of a fence stands there as it is; that of an argument may have lost quotes.
            start = act.text.find(whole, query.start, query.end + len(whole))
            start = query.start if start < 0 else start
            found = act.text.find(word, start, query.end) if word else -1
            start, end = (found, found + len(word)) if found >= 0 else (start, query.end)
            yield Flaw(
                place=act.place_at(document, start, end),
                message=f"no dialect of SQL understands this: {cause}",
                help="mend it, and run it once against a real server",
            )
            return


def _cause(statement: str, dialect: str) -> tuple[str, str]:
    """Why it cannot be read, and at which word; both empty where one dialect can."""
    if (found := _SELECTS_WITHIN.search(statement)) and found[1].casefold() not in _TAKES_FROM:
        return f'"{found[1]}(" holds FROM and WHERE, which belong outside of it', found[0]
    sqlglot = _library()
    word = ""
    for name in dict.fromkeys((dialect, *_DIALECTS) if dialect else _DIALECTS):
        try:
            sqlglot.parse(statement, read=name)
        except sqlglot.errors.ParseError as error:
            first = error.errors[0] if error.errors else {}
            word = word or str(first.get("highlight", ""))
        except (sqlglot.errors.SqlglotError, RecursionError):
            return "", ""
        else:
            return "", ""
    return (f'it breaks at "{word[:40]}"' if word else "it breaks off"), word


@cache
def _library() -> Any:
    """Loaded for the first statement; it warns in its log of what it reads as it is."""
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    return import_module("sqlglot")


LINT = DocumentLint(
    name="sql-does-not-parse",
    summary="SQL that no dialect understands",
    severity=Severity.ERROR,
    check=_check,
)
