"""SQL statements + a SQLite file → what it answers. A Check opens it for reading alone."""

import sqlite3
import time
from typing import Any
from urllib.parse import quote

from drillbook.run.clients.ending import NOT_ASKED, TIME_OUT, StepError
from drillbook.run.clients.sql import FAILED, NOT_REACHED, Answer, Driver, Session, Values, run
from drillbook.run.clients.sql_text import SQLITE, Statement

_LOOK_EVERY_OPERATIONS = 10_000


class _File:
    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def ask(self, statement: Statement, values: Values) -> Answer:
        text = "".join(piece if isinstance(piece, str) else "?" for piece in statement)
        given = [values[piece.variable] for piece in statement if not isinstance(piece, str)]
        cursor = self._file.execute(text, given)
        columns = tuple(each[0] for each in cursor.description) if cursor.description else None
        changed = -1 if columns else cursor.rowcount
        return Answer(columns=columns, rows=cursor, changed=changed)

    def begin(self) -> None:
        self._file.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._file.execute("COMMIT")

    def close(self) -> None:
        self._file.close()


def _open(
    settings: dict[str, Any],
    _password: str | None,
    observes: bool,
    limit_s: float,
) -> Session:
    """Open the file; one that is not there is never made."""
    path = str(settings["database"])
    mode = "ro" if observes else "rw"
    end_s = time.monotonic() + limit_s * 0.9
    try:
        file = sqlite3.connect(
            f"file:{quote(path)}?mode={mode}", uri=True, isolation_level=None, timeout=limit_s
        )
    except sqlite3.Error as error:
        raise StepError(NOT_REACHED, f"{path}: {error}") from error
    file.set_progress_handler(lambda: time.monotonic() > end_s, _LOOK_EVERY_OPERATIONS)
    if observes:
        # Reading alone would still let another file be attached, and so made.
        file.execute("PRAGMA query_only = ON")
        file.set_authorizer(_attaches_nothing)
    return _File(file)


def _attaches_nothing(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK


def _meaning(error: Exception) -> StepError:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_READONLY", "SQLITE_AUTH")):
        return StepError(NOT_ASKED, f"refused, for it only observes: {error}")
    if name.startswith(("SQLITE_INTERRUPT", "SQLITE_BUSY", "SQLITE_LOCKED")):
        return StepError(TIME_OUT, f"not done within the time limit: {error}")
    if name.startswith("SQLITE_CANTOPEN"):
        return StepError(NOT_REACHED, str(error))
    return StepError(FAILED, str(error))


_DRIVER = Driver(
    dialect=SQLITE,
    open=_open,
    errors=(sqlite3.Error, sqlite3.Warning, OverflowError),
    meaning=_meaning,
)


def main(began_s: float) -> int:
    """The program; `began_s` is when it was started, on the monotonic clock."""
    return run(_DRIVER, began_s)
