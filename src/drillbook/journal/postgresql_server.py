"""A store's URL and password → a pool of connections to PostgreSQL, each with bounded waits.

Every connection has its search path set to one schema, commits to disk whatever the server's
default is, and neither waits for an answer for ever nor holds a lock for ever.
"""

import re
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from drillbook.model.journal import JournalError
from drillbook.model.settings import Store

SCHEMA = "drillbook"
CONNECT_TIMEOUT_S = 5
# What the server may need beyond its own time-out to say that it ran out of time.
GRACE_S = 5.0
SEARCH_PATH = re.compile(r"(?:^|\s)(?:-c\s*|--)search_path=((?:\\.|\S)+)")
POOL_SIZE = 4
POOL_OVERFLOW = 12

# What passes by itself: SQLSTATE by its whole code or its class of two characters.
PASSING_STATES = {
    "08",  # the connection is gone
    "57P",  # the server stops, starts, or was told to end this session
    "53300",  # too many connections
    "40",  # serialization, deadlock
    "55P03",  # a lock was held too long
    "25P03",  # we were too slow in a transaction
    "25P04",
    "25006",  # a standby answered in the place of the primary
    "57014",  # the statement's time-out
    "23505",  # an entry of that seq was written in between
}
# Where libpq cannot connect there is no SQLSTATE: a refusal says FATAL, these only delay.
DELAYS = ("starting up", "shutting down", "recovery", "too many", "remaining connection")
FOR_GOOD = ("FATAL", "SSL", "certificate", "TLS")

CURES = {
    "28": "correct the user of the url, or the secret that holds its password",
    "3D": "create the database, or correct the url",
    "42501": "let the schema's owner run `drillbook store roles`",
    "42P01": "let the schema's owner run `drillbook store migrate`",
    "22023": "correct the options of the url",
    "3F": "let the schema's owner run `drillbook store migrate`",
    "53100": "free some space on the server's disk",
}


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that is closed where the server does not answer within `answer_s`."""

    answer_s: float = 30.0

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        """As its parent waits, but not for ever: a network may swallow what was sent."""
        return super().wait(self._bounded(gen), *args, **kwargs)

    def _bounded(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        ends_at_s = time.monotonic() + self.answer_s
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > ends_at_s:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"no answer within {self.answer_s:.0f} s")
                wanted = gen.send(ready)
        except StopIteration as stop:
            return stop.value


class Losses:
    """Connections that were made before the server was lost are not given out again."""

    def __init__(self) -> None:
        self._last_at_s = -1.0

    def note(self) -> None:
        """The server was lost just now: of connections that are open, none is good any more."""
        self._last_at_s = time.monotonic()

    def listen(self, engine: Engine) -> None:
        """Let the pool ask before it gives a connection out."""
        event.listen(engine, "connect", self._made)
        event.listen(engine, "checkout", self._given_out)

    def _made(self, _driver: object, record: Any) -> None:
        record.info["made_at_s"] = time.monotonic()

    def _given_out(self, _driver: object, record: Any, _proxy: object) -> None:
        if record.info["made_at_s"] <= self._last_at_s:
            raise DisconnectionError("it was made before the server was lost")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresqlServer:
    """A pool of connections; `place` names it in messages, without a password."""

    engine: Engine
    schema: str
    place: str
    losses: Losses

    @contextmanager
    def driver(self) -> Iterator[BoundedConnection]:
        """A connection past SQLAlchemy, in autocommit; rolled back where an error left it so."""
        pooled = self.engine.raw_connection()
        driver: Any = pooled.driver_connection
        try:
            yield driver
        except BaseException:  # a Ctrl-C too must not leave a transaction in the pool
            if driver.closed or not _rolled_back(driver):
                pooled.invalidate()
            raise
        finally:
            pooled.close()


def _rolled_back(driver: BoundedConnection) -> bool:
    try:
        driver.execute("ROLLBACK")
    except psycopg.Error:
        return False
    return True


# Explicit, so that no default of the server gives an older view than the lock's moment.
BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"


def begun(
    driver: BoundedConnection, *queries: str, **values: str
) -> Sequence[Sequence[tuple[Any, ...]]]:
    """Begin a transaction and ask these, all in one round trip; the rows of each.

    As one text, and not by a pipeline: after a pipeline, the server lets a transaction stand
    idle for ever, whatever its time-out.
    """
    cursor = psycopg.ClientCursor(driver)
    cursor.execute("; ".join((BEGIN, *queries)), values)
    answers = []
    while cursor.nextset():
        answers.append(cursor.fetchall())
    return answers


@contextmanager
def patient(connection: Connection, seconds: int) -> Iterator[None]:
    """Let the statements of this transaction take longer than those of every day."""
    driver: Any = connection.connection.driver_connection
    answer_s, driver.answer_s = driver.answer_s, seconds + GRACE_S
    try:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{seconds}s'")
        connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{seconds}s'")
        yield
    finally:
        driver.answer_s = answer_s


def open_server(store: Store, password: str) -> PostgresqlServer:
    """No connection is made yet. Raises JournalError where the URL cannot be one."""
    url = url_of(store)
    schema = _schema_of(url)
    try:
        engine = create_engine(
            url,
            creator=_connector(store, url, password, schema),
            isolation_level="AUTOCOMMIT",
            pool_size=POOL_SIZE,
            max_overflow=POOL_OVERFLOW,
            pool_timeout=store.retry_s,
        )
    except (ArgumentError, TypeError, ValueError) as error:
        raise _bad_url(store, error) from error
    losses = Losses()
    losses.listen(engine)
    return PostgresqlServer(engine=engine, schema=schema, place=place_of(url), losses=losses)


def url_of(store: Store) -> URL:
    """The URL, on psycopg. Raises JournalError where it is no URL of PostgreSQL."""
    try:
        url = make_url(store.url)
    except (ArgumentError, ValueError) as error:
        raise _bad_url(store, error) from error
    return url.set(drivername="postgresql+psycopg")


def place_of(url: URL) -> str:
    """The store's name in messages: no user, no password, no options."""
    host = url.host or url.query.get("host") or "localhost"
    return f"postgresql://{host}:{url.port or 5432}/{url.database or ''}"


def is_passing(error: BaseException) -> bool:
    """Whether the same may succeed a little later."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, psycopg.InterfaceError):
        return True
    if not isinstance(cause, psycopg.Error):
        return False
    state = cause.sqlstate
    if state is not None:
        return any(state.startswith(each) for each in PASSING_STATES)
    text = str(cause)
    if any(each in text for each in DELAYS):
        return True
    return isinstance(cause, psycopg.OperationalError) and not any(
        each in text for each in FOR_GOOD
    )


def is_loss(error: BaseException) -> bool:
    """Whether the connection is gone, and not only this statement."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(("08", "57P", "25P"))


@contextmanager
def explained(place: str, act: str) -> Iterator[None]:
    """Turn what the server says into a JournalError of one line; `act` is a participle."""
    try:
        yield
    except PoolTimeoutError as error:
        raise JournalError(
            f"{place}: the journal cannot be {act}: all {POOL_SIZE + POOL_OVERFLOW} connections of "
            "this process were in use; let it do less at once"
        ) from error
    except (DBAPIError, psycopg.Error) as error:
        raise JournalError(
            f"{place}: the journal cannot be {act}: {words_of(error)}; {_cure(error)}"
        ) from error


def words_of(error: BaseException) -> str:
    """What the server or the network said, in one line."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    primary = cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    # What follows the first line are guesses of libpq.
    lines = (primary or str(cause)).splitlines() or [type(cause).__name__]
    return " ".join(lines[0].split())


def _cure(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(cause, "sqlstate", None) or ""
    for begin, cure in CURES.items():
        if state and state.startswith(begin):
            return cure
    text = str(cause)
    if "parameter" in text:
        return CURES["22023"]
    if "password" in text or "authentication" in text:
        return CURES["28"]
    if "does not exist" in text:
        return CURES["3D"]
    if any(each in text for each in ("SSL", "certificate", "TLS")):
        return "correct sslmode and sslrootcert of the url"
    return "look whether the server is up and can be reached from here"


def _connector(
    store: Store, url: URL, password: str, schema: str
) -> Callable[[], BoundedConnection]:
    _, given = _dialect_arguments(store, url)
    parameters = {
        "connect_timeout": CONNECT_TIMEOUT_S,
        "application_name": "drillbook",
        # A cut network is noticed within half a minute, also where nobody says so.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 15_000,
        **given,
        "options": _options(store, str(given.get("options", "")), schema),
    }
    if password:
        parameters["password"] = password
    answer_s = store.timeout_s + GRACE_S

    def connect() -> BoundedConnection:
        connection = BoundedConnection.connect(**parameters, autocommit=True)
        connection.answer_s = answer_s
        return connection

    return connect


def _dialect_arguments(store: Store, url: URL) -> tuple[Any, dict[str, Any]]:
    try:
        positional, named = url.get_dialect()().create_connect_args(url)
    except (ArgumentError, TypeError, ValueError) as error:
        raise _bad_url(store, error) from error
    return positional, dict(named)


def _options(store: Store, given: str, schema: str) -> str:
    """Ours, the URL's, and at the end what nobody may take away: the last one counts."""
    timeout_ms = int(store.timeout_s * 1000)
    return " ".join(
        (
            f"-c statement_timeout={timeout_ms}",
            f"-c idle_in_transaction_session_timeout={timeout_ms}",
            "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
            given,
            f"-c search_path={_escaped(quoted(schema))}",
            "-c synchronous_commit=on",
        )
    )


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _escaped(value: str) -> str:
    """A value within libpq's `options`, where blanks and backslashes need one before them."""
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def _schema_of(url: URL) -> str:
    """The first of the `search_path` that the URL's options set, or our own."""
    given = url.query.get("options", "")
    text = given if isinstance(given, str) else " ".join(given)
    found = SEARCH_PATH.findall(text)
    if found:
        first: str = found[-1].replace("\\", "").split(",")[0].strip()
        return first.strip('"') or SCHEMA
    return SCHEMA


def _bad_url(store: Store, error: Exception) -> JournalError:
    words = str(error).replace(store.url, "it")
    return JournalError(
        f"store.url cannot be used: {words}; write it as "
        "postgresql://USER@HOST:5432/DATABASE?sslmode=verify-full"
    )
