"""A Document → the columns that its queries name, and the text of a schema → those that it has.

Only forms that leave no doubt: columns that are inserted or set, and a plain list of one table's.
"""

import re
from collections.abc import Iterator
from itertools import islice

from drillbook.lint.shell.acts import Act, acts_of
from drillbook.lint.shell.queries import Query, queries_of, statements_of
from drillbook.lint.texts.said import says_any, words_of
from drillbook.model.document import Document
from drillbook.model.library import Reference, ReferenceKind

COLUMNS_MAX = 500
TABLES_MAX = 300
# A table with more text than this is no table that people wrote.
TABLE_CHARS_MAX = 20_000
_HINTS = words_of("insert update select")
_TABLE = r"(?P<table>[\w.\"`]{1,120})"
_INSERT = re.compile(rf"insert\s+into\s+{_TABLE}\s*\((?P<list>[^()]{{1,2000}})\)", re.IGNORECASE)
_UPDATE = re.compile(rf"update\s+{_TABLE}\s+set\s(?P<list>[^;]{{1,2000}})", re.IGNORECASE)
_SELECT = re.compile(
    rf"select\s+(?P<list>\w+(?:\s*,\s*\w+){{0,40}})\s+from\s+{_TABLE}\s*"
    r"(?:$|\b(?:where|order|limit)\b)",
    re.IGNORECASE,
)
_SET = re.compile(r"(?:^|,)\s*[\"`]?(\w+)[\"`]?\s*=")
_NAME = re.compile(r"[A-Za-z_]\w{0,80}")
# What a list may hold that is no column of the table.
_NO_COLUMNS = frozenset(
    "all current_date current_time current_timestamp ctid distinct false null oid rowid true user "
    "xmin".split()
)


def columns_of(document: Document) -> Iterator[Reference]:
    """Each as `table column`, in small letters; at most `COLUMNS_MAX`."""
    if document.is_runbook and says_any(document, _HINTS):
        yield from islice(_all(document), COLUMNS_MAX)


def _all(document: Document) -> Iterator[Reference]:
    for act in acts_of(document):
        for query in queries_of(act):
            for statement, at in statements_of(query):
                yield from _of_statement(document, act, query, statement, at)


def _of_statement(
    document: Document, act: Act, query: Query, statement: str, at: int
) -> Iterator[Reference]:
    for form in (_INSERT, _UPDATE, _SELECT):
        found = form.match(statement)
        if found is None:
            continue
        table = _plain(found["table"])
        for name, offset in _names(form, found["list"]):
            line = act.line_at(query.start + at + found.start("list") + offset)
            if name.lower() not in _NO_COLUMNS:
                yield Reference(
                    place=document.place_of(name, line),
                    kind=ReferenceKind.COLUMN,
                    target=f"{table} {name.lower()}",
                )


def _names(form: re.Pattern[str], said: str) -> Iterator[tuple[str, int]]:
    if form is _UPDATE:
        end = re.search(r"\b(?:where|from|returning|select)\b", said, re.IGNORECASE)
        for found in _SET.finditer(said[: end.start()] if end else said):
            yield found[1], found.start(1)
    else:
        for name in _NAME.finditer(said):
            yield name[0], name.start()


def _plain(table: str) -> str:
    """Without its schema, quotes and capitals."""
    return re.sub(r"[\"`]", "", table).rpartition(".")[2].lower()


_CREATE = re.compile(rf"\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?{_TABLE}\s*\(", re.IGNORECASE)
_ALTER = re.compile(
    rf"\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?{_TABLE}(?P<rest>[^;]{{1,2000}})",
    re.IGNORECASE,
)
_ADDED = re.compile(
    r"\badd\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?[\"`]?(\w+)|\bto\s+[\"`]?(\w+)", re.IGNORECASE
)
_COMMENT = re.compile(r"--[^\n]*|/\*[^*]*\*/")
_NO_COLUMN = frozenset(
    "check constraint exclude foreign index key partition period primary projection unique".split()
)
# Of such a table the columns stand elsewhere.
_ELSEWHERE = re.compile(r"\blike\b|\binherits\b", re.IGNORECASE)


def schema_of(text: str) -> dict[str, set[str]]:
    """The columns of each table, in small letters; none of a table that has others' columns."""
    text = _COMMENT.sub(" ", text)
    tables: dict[str, set[str]] = {}
    for found in islice(_CREATE.finditer(text), TABLES_MAX):
        body, tail = _body(text, found.end())
        if not tail:
            # It never ends, and what follows is part of it.
            break
        if not _ELSEWHERE.search(body) and not _ELSEWHERE.search(tail):
            tables.setdefault(_plain(found["table"]), set()).update(_columns(body))
    for found in _ALTER.finditer(text):
        table = tables.get(_plain(found["table"]))
        if table is not None:
            table.update((one[1] or one[2]).lower() for one in _ADDED.finditer(found["rest"]))
    return {table: columns for table, columns in tables.items() if columns}


def _body(text: str, start: int) -> tuple[str, str]:
    """What stands between the brackets, and a little of what follows."""
    depth = 1
    for at in range(start, min(len(text), start + TABLE_CHARS_MAX)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return text[start:at], text[at : at + 60]
    return "", ""


def _columns(body: str) -> Iterator[str]:
    """The first word of each part between commas that stand in no further brackets."""
    depth, is_first = 0, True
    for found in re.finditer(r"[(),]|\w+", body):
        if found[0] in "()":
            depth += 1 if found[0] == "(" else -1
        elif depth == 0 and found[0] == ",":
            is_first = True
        elif depth == 0 and is_first:
            is_first = False
            if found[0].lower() not in _NO_COLUMN:
                yield found[0].lower()
