"""SQL statements + a MySQL or MariaDB → what it answers. A Check's session can only read."""

from typing import Any

import pymysql
from pymysql.cursors import SSCursor

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
from drillbook.run.clients.sql_text import MYSQL, Statement

# Error numbers: a write in a read-only transaction; MariaDB's and MySQL's own time limits, a
# lock that did not come free.
_READ_ONLY = {1792}
_LATE = {1969, 3024, 1205}
# The server is shut down, closed the connection, or was lost while a statement ran.
_GONE = {1053, 1077, 1927, 2006, 2013, 2055}


class _Server:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        # The driver reads a cursor to its end before it lets it go: none goes before `close`.
        self._cursors: list[Any] = []

    def ask(self, statement: Statement, values: Values) -> Answer:
        """Row by row; the driver writes each value as a quoted literal in place of its name."""
        names = {piece.variable for piece in statement if not isinstance(piece, str)}
        given = {name: values[name] for name in names}
        text = "".join(
            f"%({piece.variable})s"
            if not isinstance(piece, str)
            else piece.replace("%", "%%")
            if given
            else piece
            for piece in statement
        )
        cursor = self._connection.cursor(SSCursor)
        self._cursors.append(cursor)
        cursor.execute(text, given or None)
        if cursor.description is None:
            return Answer(columns=None, rows=iter(()), changed=cursor.rowcount)
        return Answer(columns=tuple(each[0] for each in cursor.description), rows=iter(cursor))

    def begin(self) -> None:
        self._connection.begin()

    def commit(self) -> None:
        self._connection.commit()

    def close(self) -> None:
        """Without reading the rest of what is on its way."""
        for cursor in self._cursors:
            cursor.connection = None
            if cursor._result is not None:  # noqa: SLF001
                cursor._result.unbuffered_active = False  # noqa: SLF001
        self._connection._force_close()  # noqa: SLF001


def _open(
    settings: dict[str, Any],
    password: str | None,
    observes: bool,
    limit_s: float,
) -> Session:
    secret = {"password": password} if password is not None else {}
    own = {"charset": "utf8mb4", "connect_timeout": max(1, int(limit_s))}
    try:
        connection = pymysql.connect(**{**own, **settings, **secret}, autocommit=True)
    except pymysql.Error as error:
        raise StepError(NOT_REACHED, _said(error)) from error
    seconds = limit_s * 0.9
    with connection.cursor() as cursor:
        if "MariaDB" in connection.get_server_info():  # type: ignore[no-untyped-call]
            cursor.execute("SET SESSION max_statement_time = %s", (seconds,))
        else:
            cursor.execute("SET SESSION max_execution_time = %s", (int(seconds * 1000),))
        cursor.execute("SET SESSION innodb_lock_wait_timeout = %s", (max(1, int(seconds)),))
        if observes:
            # The session too: a procedure that ends the transaction begins a reading one.
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            cursor.execute("START TRANSACTION READ ONLY")
    return _Server(connection)


def _said(error: Exception) -> str:
    number, *words = error.args or (0,)
    return f"{' '.join(str(word) for word in words)} ({number})"


def _meaning(error: Exception) -> StepError:
    number = error.args[0] if error.args else 0
    if number in _READ_ONLY:
        return StepError(NOT_ASKED, f"refused, for it only observes: {_said(error)}")
    if number in _LATE:
        return StepError(TIME_OUT, f"not done within the time limit: {_said(error)}")
    if number in _GONE:
        return StepError(NOT_REACHED, f"{GONE}: {_said(error)}")
    return StepError(FAILED, _said(error))


_DRIVER = Driver(dialect=MYSQL, open=_open, errors=(pymysql.Error, UnicodeError), meaning=_meaning)


def main(began_s: float) -> int:
    """The program; `began_s` is when it was started, on the monotonic clock."""
    return run(_DRIVER, began_s)
