"""SQL statements + a driver's connection → what the database answers, as text, and an exit code.

0: done. 1: the database refused the statement. 3: it could not be reached, or went away. 28: the
time limit.
125: the statement was not put to it, or would have changed something in a Check.
"""

import json
import os
import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any, NamedTuple, Protocol

from drillbook.run.clients.ending import (
    NOT_ASKED,
    StepError,
    arguments,
    end_at,
    fail,
    give,
    say,
    value_of,
)
from drillbook.run.clients.sql_text import (
    SqlTextError,
    Statement,
    says_transactions,
    statements_of,
)

FAILED = 1
NOT_REACHED = 3
GONE = "the database went away; whether the statement was done is not known"
# Drivers keep what is on its way in memory: a cell of a gigabyte must not take the machine's.
MEMORY_BYTES_MAX = 1 << 30
CELL_CHARACTERS_MAX = 65_536
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

Row = Sequence[Any]
Values = dict[str, str]


class Answer(NamedTuple):
    """What one statement gave.

    `columns` is None where it gives no rows; then `changed` counts the rows that it changed, and
    is below 0 where it counts none.
    """

    columns: tuple[str, ...] | None
    rows: Iterator[Row]
    changed: int = -1


class Session(Protocol):
    """A connection to a database; every method raises what `Driver.meaning` understands."""

    def ask(self, statement: Statement, values: Values) -> Answer: ...

    def begin(self) -> None: ...

    def commit(self) -> None: ...

    def close(self) -> None: ...


class Driver(NamedTuple):
    """One kind of database.

    `open` takes the settings, the password, whether the session must change nothing, and the
    seconds that it may take. `errors` are what the driver raises, `meaning` what they mean.
    """

    dialect: str
    open: Callable[[dict[str, Any], str | None, bool, float], Session]
    errors: tuple[type[Exception], ...]
    meaning: Callable[[Exception], StepError]


def run(driver: Driver, began_s: float) -> int:
    """Put the statements that the arguments hold to the database; the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    try:
        mode, limit, rows, text = arguments(4, "observe|act LIMIT_S ROWS SQL")
        end_at(began_s + float(limit), f"the database did not answer within {limit} s")
        _perform(driver, text, observes=mode == "observe", limit_s=float(limit), rows=int(rows))
    except StepError as error:
        return fail(error)
    except SqlTextError as error:
        return fail(StepError(NOT_ASKED, str(error)))
    except MemoryError:
        return fail(StepError(FAILED, "the answer is too large; select less"))
    except driver.errors as error:
        return fail(driver.meaning(error))
    return 0


def text_of(value: object) -> str:
    """A value as text: NULL for none, bytes as hexadecimal digits, arrays and objects as JSON."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case list() | dict() | tuple():
            return json.dumps(value, default=text_of, ensure_ascii=False)
        case _:
            return str(value)


def _perform(driver: Driver, text: str, *, observes: bool, limit_s: float, rows: int) -> None:
    statements = statements_of(text, driver.dialect)
    if len(statements) != 1 and (observes or not statements):
        raise StepError(NOT_ASKED, f"one statement was expected, these are {len(statements)}")
    values = _values(statements)
    settings = json.loads(os.environ.get("DRILLBOOK_CONNECT", "{}"))
    password = os.environ.get("DRILLBOOK_PASSWORD")
    with closing(driver.open(settings, password, observes, limit_s)) as session:
        is_ours = len(statements) > 1 and not says_transactions(statements)
        if is_ours:
            session.begin()
        has_shown = False
        for statement in statements:
            answer = session.ask(statement, values)
            if observes and answer.columns is None:
                raise StepError(NOT_ASKED, "the statement gives no rows, so it observes nothing")
            has_shown = _show(answer, rows, is_first=not has_shown) or has_shown
        if is_ours:
            session.commit()


def _values(statements: tuple[Statement, ...]) -> Values:
    """The values of all parameters, before anything is done with any of them."""
    parameters = {piece for each in statements for piece in each if not isinstance(piece, str)}
    return {each.variable: value_of(each.variable, f":{each.name}") for each in parameters}


def _show(answer: Answer, rows_max: int, *, is_first: bool) -> bool:
    """Give one statement's answer; whether there was anything. A blank line stands between two."""
    rows = list(islice(answer.rows, rows_max + 1))
    if not rows and answer.changed < 0:
        return False
    if not is_first:
        give("\n")
    if answer.columns is None:
        give(f"{answer.changed} rows changed\n")
    elif len(rows) == 1 and len(answer.columns) == 1:
        give(f"{text_of(rows[0][0])}\n")
    elif rows:
        _show_table(answer.columns, rows, rows_max)
    return True


def _show_table(columns: tuple[str, ...], rows: list[Row], rows_max: int) -> None:
    give("\t".join(_cell(name) for name in columns) + "\n")
    for row in rows[:rows_max]:
        give("\t".join(_cell(text_of(value)) for value in row) + "\n")
    if len(rows) > rows_max:
        say(f"only the first {rows_max} rows are shown, there are more; select fewer of them")


def _cell(text: str) -> str:
    """On one line and in one column, as PostgreSQL's COPY writes it."""
    if len(text) > CELL_CHARACTERS_MAX:
        text = f"{text[:CELL_CHARACTERS_MAX]}…"
    return text.translate(_ESCAPES)
