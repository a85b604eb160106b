"""A URL as SQLAlchemy writes them and a password → how PostgreSQL is reached, said in one line."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from procrastinate.exceptions import ConnectorException
from psycopg import Connection, errors
from psycopg.rows import TupleRow
from sqlalchemy.engine.url import URL, make_url
from sqlalchemy.exc import ArgumentError

from drillbook.engine.store import one_line
from drillbook.model.engine import EngineError

SCHEMA = "drillbook_jobs"
CONNECT_WITHIN_S = 5
STATEMENT_MS_MAX = 20_000
# A connection that was cut without a word is noticed within about 10 s.
ALIVE: Mapping[str, int] = {
    "keepalives": 1,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
DRIVERS = ("postgresql", "postgresql+psycopg")
CURES = (
    (errors.InsufficientPrivilege, "give its role the rights of `drillbook store roles`"),
    (errors.UndefinedTable, "run `drillbook store migrate`"),
    (errors.UndefinedFunction, "run `drillbook store migrate`"),
    (errors.InvalidSchemaName, "run `drillbook store migrate`"),
    (errors.QueryCanceled, "look what keeps the database busy"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A database; the URL's own password holds where `password` is empty."""

    url: str
    password: str = field(default="", repr=False)

    @contextmanager
    def connected(self, *, autocommit: bool = False) -> Iterator[Connection[TupleRow]]:
        """One connection, closed afterwards. Raises EngineError."""
        with self.explained():
            connection = self.connect(autocommit=autocommit)
            with connection:
                yield connection

    def connect(self, *, autocommit: bool) -> Connection[TupleRow]:
        """One connection. Raises psycopg's errors, and EngineError over the URL."""
        return psycopg.connect(**self.arguments(), autocommit=autocommit)

    def arguments(self) -> dict[str, Any]:
        """What psycopg connects with. Raises EngineError where the URL means nothing."""
        url = self._parsed()
        said = {
            name: ",".join(value) if isinstance(value, tuple) else value
            for name, value in url.query.items()
        }
        names = {"database": "dbname", "username": "user"}
        given = {names.get(k, k): v for k, v in url.translate_connect_args().items()}
        given |= {"password": self.password} if self.password else {}
        options = f"-c search_path={SCHEMA} -c statement_timeout={STATEMENT_MS_MAX}"
        said["options"] = f"{options} {said.get('options', '')}".strip()
        ours = {"connect_timeout": CONNECT_WITHIN_S, "application_name": "drillbook"}
        return {**ALIVE, **ours, **given, **said}

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what PostgreSQL says into an EngineError of one line."""
        try:
            yield
        except (psycopg.Error, ConnectorException) as error:
            raise self.away(error) from error

    def away(self, error: Exception) -> EngineError:
        """The same in one line, with the cure."""
        cause = error.__cause__ if isinstance(error, ConnectorException) else error
        known = (cure for kind, cure in CURES if isinstance(cause, kind))
        cure = next(known, "look whether it runs and can be reached")
        because = one_line(str(cause or error)) or type(cause).__name__
        return EngineError(f"{self}: the jobs cannot be used: {because}; {cure}")

    def __str__(self) -> str:
        """Without password."""
        url = self._parsed()
        return f"{url.host or 'localhost'}:{url.port or 5432}/{url.database or ''}"

    def _parsed(self) -> URL:
        try:
            url = make_url(self.url)
        except (ArgumentError, ValueError) as error:
            raise EngineError(
                "the store's url is none; write one such as postgresql+psycopg://user@host/database"
            ) from error
        if url.drivername not in DRIVERS:
            raise EngineError(
                f'the store\'s url is for "{url.drivername}"; '
                "write postgresql+psycopg:// before the rest"
            )
        return url
