"""SQL statements + a ClickHouse's HTTP interface → what it answers. A Check's can only read.

Values travel as the server's own parameters (`{NAME:String}` in the text, `param_NAME` beside
it): the server puts them in place, never we. The standard library is all this needs.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPResponse
from typing import Any, NamedTuple
from urllib.parse import urlencode

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
from drillbook.run.clients.sql_text import CLICKHOUSE, Statement
from drillbook.run.clients.wire import BROKEN, as_step_errors, base_of, connected, put

# The server stops soon behind so much of an answer, by blocks; what is shown is cut to the row.
ROWS_MAX = 100_001
RESULT_BYTES_MAX = 64 << 20
LINE_BYTES_MAX = 16 << 20
ERROR_BYTES_MAX = 65_536

_FORMAT = "TabSeparatedWithNames"
_OWN_FORMAT = re.compile(r"\bFORMAT\s+\w+\s*$", re.IGNORECASE)
_CODE = re.compile(r"Code:\s*(?P<code>\d+)[.,]?\s*(?:e\.displayText\(\) = )?(?P<said>[^\n]*)")
# The numbers of the server's errors.
_READ_ONLY = {164}
_LATE = {159, 209}
_NO_LOGIN = {192, 193, 194, 195, 497, 516}
_UNKNOWN_SETTING = 115
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEANING = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "0": "\0"}
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b"})


class _ServerError(Exception):
    """The server refused; its own number, and its words in one line."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code = code
        self.said = said


class _Where(NamedTuple):
    url: str
    user: str
    password: str
    database: str


class _Server:
    """One statement is one request; several share a session, so that `SET` holds among them."""

    def __init__(self, where: _Where, limit_s: float) -> None:
        self._where = where
        self._limit_s = limit_s
        self._settings: dict[str, str] = {}
        self._observes = False
        self._open = ExitStack()
        self._session = ""

    def hold(self, *, observes: bool) -> None:
        """Have the server bound every statement, and a Check's to reading."""
        self._observes = observes
        bounds = {"max_execution_time": str(max(1, int(self._limit_s * 0.9)))}
        if observes:
            bounds |= {
                "readonly": "1",
                "max_result_rows": str(ROWS_MAX),
                "max_result_bytes": str(RESULT_BYTES_MAX),
                "result_overflow_mode": "break",
            }
        self._settings = bounds
        try:
            self._value("SELECT 1")
        except _ServerError as error:
            if error.code not in _READ_ONLY:
                raise
            self._keep_what_the_user_has(bounds)

    def _keep_what_the_user_has(self, bounds: dict[str, str]) -> None:
        """Do without settings, which this user may not change, where their own are a reader's."""
        self._settings = {}
        level = self._value("SELECT value FROM system.settings WHERE name = 'readonly'")
        if level == "2":
            self._settings = {key: value for key, value in bounds.items() if key != "readonly"}
        elif self._observes and level != "1":
            raise StepError(NOT_ASKED, "this user may not be held to reading; give another one")

    def ask(self, statement: Statement, values: Values) -> Answer:
        texts = [piece for piece in statement if isinstance(piece, str)]
        if texts and _OWN_FORMAT.search(texts[-1]):
            raise StepError(NOT_ASKED, "take the FORMAT away: an answer has one form here")
        names = {piece.variable for piece in statement if not isinstance(piece, str)}
        text = "".join(
            piece if isinstance(piece, str) else f"{{{piece.variable}:String}}"
            for piece in statement
        )
        given = {f"param_{name}": values[name].translate(_ESCAPES) for name in names}
        response = self._request_of_a_step(text, given)
        if "tab-separated" not in response.getheader("Content-Type", ""):
            with as_step_errors():
                response.read(ERROR_BYTES_MAX)
            return Answer(columns=None, rows=iter(()))
        rows = _rows(response)
        columns = tuple(_text(cell) or "" for cell in next(rows, ()))
        return Answer(columns=columns, rows=(tuple(map(_text, row)) for row in rows))

    def _request_of_a_step(self, text: str, given: Values) -> HTTPResponse:
        try:
            return self._request(text, given)
        except _ServerError as error:
            if error.code in _READ_ONLY and not self._observes:
                message = f"this user may only read: {error.said} ({error.code})"
                raise StepError(FAILED, message) from error
            raise

    def begin(self) -> None:
        """Open a session for several statements; it is no transaction, which ClickHouse has not."""
        self._session = f"drillbook-{os.urandom(16).hex()}"

    def commit(self) -> None:
        """Nothing: each statement was done when it was answered."""

    def close(self) -> None:
        self._open.close()

    def _value(self, text: str) -> str:
        """The one value of a statement of ours."""
        rows = _rows(self._request(text, {}))
        next(rows, None)
        return next(rows, [""])[0]

    def _request(self, text: str, given: Values) -> HTTPResponse:
        """Ask on a connection of its own. Raises StepError and _ServerError."""
        self._open.close()
        base = base_of(self._where.url)
        if base is None:
            raise StepError(NOT_ASKED, "the url is none of a ClickHouse")
        opened = connected(base, timeout_s=self._limit_s)
        connection, prefix = _reaching(lambda: self._open.enter_context(opened))
        query = {
            **({"database": self._where.database} if self._where.database else {}),
            **({"session_id": self._session} if self._session else {}),
            "default_format": _FORMAT,
            # An error in the midst of an answer would else stand behind half of it, as if done.
            "wait_end_of_query": "1",
            **self._settings,
            **given,
        }
        path = f"{prefix}{base.path}/?{urlencode(query)}"
        return self._asked(connection, path, text)

    def _asked(self, connection: HTTPConnection, path: str, text: str) -> HTTPResponse:
        headers = (
            ("X-ClickHouse-User", self._where.user.encode()),
            ("X-ClickHouse-Key", self._where.password.encode()),
            ("Content-Type", b"text/plain; charset=utf-8"),
        )
        try:
            with as_step_errors():
                put(connection, "POST", path, headers, text.encode())
                response = connection.getresponse()
                if response.status == 200:
                    return response
                said = response.read(ERROR_BYTES_MAX).decode("utf-8", "replace")
        except StepError as error:
            raise _lost(error) from error
        raise _refusal(response.status, said)


def _rows(response: HTTPResponse) -> Iterator[list[str]]:
    """Line by line, in cells as they are escaped."""
    while True:
        try:
            with as_step_errors():
                line = response.readline(LINE_BYTES_MAX + 1)
        except StepError as error:
            raise _lost(error) from error
        if len(line) > LINE_BYTES_MAX:
            raise StepError(FAILED, f"a row is longer than {LINE_BYTES_MAX} bytes; select less")
        if not line and response.length:
            raise _lost(StepError(BROKEN, "the answer breaks off"))
        if not line:
            return
        yield line.decode("utf-8", "replace").removesuffix("\n").split("\t")


def _text(cell: str) -> str | None:
    """What a cell means; None for NULL."""
    if cell == "\\N":
        return None
    if "\\" not in cell:
        return cell
    return _ESCAPED.sub(lambda found: _MEANING.get(found[1], found[1]), cell)


def _reaching(
    connect: Callable[[], tuple[HTTPConnection, str]],
) -> tuple[HTTPConnection, str]:
    try:
        return connect()
    except StepError as error:
        code = error.code if error.code in (TIME_OUT, NOT_ASKED) else NOT_REACHED
        raise StepError(code, error.because) from error


def _lost(error: StepError) -> StepError:
    """The connection went while a statement was with the server."""
    if error.code == TIME_OUT:
        return error
    return StepError(NOT_REACHED, f"{GONE}: {error.because}")


def _refusal(status: int, said: str) -> Exception:
    found = _CODE.search(said)
    if found is not None:
        words = found["said"].removesuffix(", e.what() = DB::Exception")
        return _ServerError(int(found["code"]), words.removeprefix("DB::Exception: "))
    if status in (401, 403):
        return StepError(NOT_REACHED, f"no login: HTTP {status}")
    return StepError(NOT_REACHED, f"what answers is no ClickHouse: HTTP {status}")


def _open(
    settings: dict[str, Any], password: str | None, observes: bool, limit_s: float
) -> Session:
    where = _Where(settings["url"], settings["user"], password or "", settings["database"])
    server = _Server(where, limit_s)
    server.hold(observes=observes)
    return server


def _meaning(error: Exception) -> StepError:
    if not isinstance(error, _ServerError):
        return StepError(NOT_ASKED, str(error))
    message = f"{error.said} ({error.code})"
    if error.code in _READ_ONLY:
        return StepError(NOT_ASKED, f"refused, for it only observes: {message}")
    if error.code in _LATE:
        return StepError(TIME_OUT, f"not done within the time limit: {message}")
    if error.code in _NO_LOGIN:
        return StepError(NOT_REACHED, f"no login: {message}")
    if error.code == _UNKNOWN_SETTING and "param_" in error.said:
        words = "this ClickHouse is too old for parameters, which came with 19.14"
        return StepError(NOT_ASKED, f"{words}: {message}")
    return StepError(FAILED, message)


_DRIVER = Driver(
    dialect=CLICKHOUSE, open=_open, errors=(_ServerError, UnicodeError), meaning=_meaning
)


def main(began_s: float) -> int:
    """The program; `began_s` is when it was started, on the monotonic clock."""
    return run(_DRIVER, began_s)
