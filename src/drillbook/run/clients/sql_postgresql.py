"""SQL statements + a PostgreSQL → what it answers. A Check runs in a read-only transaction."""

from itertools import chain
from typing import Any

import psycopg

from drillbook.run.clients.ending import NOT_ASKED, TIME_OUT, StepError
from drillbook.run.clients.sql import (
    FAILED,
    GONE,
    NOT_REACHED,
    Answer,
    Driver,
    Session,
    Values,
    run,
)
from drillbook.run.clients.sql_text import POSTGRESQL, Statement

Cursor = psycopg.Cursor[Any]

_READ_ONLY = "25006"
_CANCELLED = "57014"
# The connection, or the whole server, came to its end: admin_shutdown, crash_shutdown, the
# database was dropped; and class 08.
_GONE = {"57P01", "57P02", "57P03", "57P04"}
# Bounds that the session sets before anything else. In a read-only transaction this query fixes
# its snapshot, after which PostgreSQL refuses to make the transaction a writing one.
_LIMITS = (
    "SELECT set_config('statement_timeout', %(ms)s, false), set_config('lock_timeout', %(ms)s,"
    " false)"
)


class _Server:
    def __init__(self, connection: psycopg.Connection[Any], *, observes: bool) -> None:
        self._connection = connection
        self._observes = observes

    def ask(self, statement: Statement, values: Values) -> Answer:
        names = {piece.variable for piece in statement if not isinstance(piece, str)}
        given = {name: values[name] for name in names} or None
        text = "".join(_placed(piece, bool(given)) for piece in statement).encode()
        cursor = self._connection.cursor()
        if self._observes:
            return self._stream(cursor, text, given)
        cursor.execute(text, given)
        if cursor.description is None:
            return Answer(columns=None, rows=iter(()), changed=cursor.rowcount)
        return Answer(columns=_names(cursor), rows=iter(cursor))

    def _stream(self, cursor: Cursor, text: bytes, given: Values | None) -> Answer:
        """Row by row, and by the protocol in which the server takes one statement only."""
        rows = cursor.stream(text, given)
        try:
            first = next(rows, None)
        except psycopg.ProgrammingError as error:
            if error.sqlstate is not None:
                raise
            return Answer(columns=None, rows=iter(()))
        head = () if first is None else (first,)
        return Answer(columns=_names(cursor), rows=chain(head, rows))

    def begin(self) -> None:
        self._connection.execute("BEGIN")

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


def _placed(piece: Any, has_parameters: bool) -> str:
    if not isinstance(piece, str):
        return f"%({piece.variable})s"
    return piece.replace("%", "%%") if has_parameters else piece


def _names(cursor: Cursor) -> tuple[str, ...]:
    return tuple(each.name for each in cursor.description or ())


def _open(
    settings: dict[str, Any],
    password: str | None,
    observes: bool,
    limit_s: float,
) -> Session:
    own = {"connect_timeout": max(2, int(limit_s)), "fallback_application_name": "drillbook"}
    own["client_encoding"] = "utf8"
    secret = {"password": password} if password is not None else {}
    try:
        connection = psycopg.connect(**{**own, **settings, **secret}, autocommit=True)
    except psycopg.Error as error:
        raise StepError(NOT_REACHED, str(error)) from error
    if observes:
        connection.execute("BEGIN TRANSACTION READ ONLY")
    connection.execute(_LIMITS, {"ms": str(max(1, int(limit_s * 900)))})
    return _Server(connection, observes=observes)


def _meaning(error: Exception) -> StepError:
    state = getattr(error, "sqlstate", None)
    first, *rest = str(error).splitlines() or [""]
    detail = next((line for line in rest if line.startswith(("DETAIL", "HINT"))), "")
    message = f"{first}{f' ({state})' if state else ''} {detail}"
    if state == _READ_ONLY:
        return StepError(NOT_ASKED, f"refused, for it only observes: {message}")
    if state == _CANCELLED:
        return StepError(TIME_OUT, f"not done within the time limit: {message}")
    if _is_gone(error, state):
        return StepError(NOT_REACHED, f"{GONE}: {message}")
    return StepError(FAILED, message)


def _is_gone(error: Exception, state: str | None) -> bool:
    """A lost connection has no SQLSTATE: nobody was there to give one."""
    if state is None:
        return isinstance(error, psycopg.OperationalError)
    return state in _GONE or state.startswith("08")


_DRIVER = Driver(
    dialect=POSTGRESQL, open=_open, errors=(psycopg.Error, UnicodeError), meaning=_meaning
)


def main(began_s: float) -> int:
    """The program; `began_s` is when it was started, on the monotonic clock."""
    return run(_DRIVER, began_s)
