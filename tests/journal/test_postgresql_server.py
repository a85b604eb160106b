"""A URL → how a PostgreSQL is connected to, without asking any."""

import psycopg
import pytest
from sqlalchemy.engine import make_url

from drillbook.journal.postgresql_server import (
    SCHEMA,
    explained,
    is_loss,
    is_passing,
    open_server,
    place_of,
    quoted,
    words_of,
)
from drillbook.model.journal import JournalError
from drillbook.model.settings import Store

URL = "postgresql://me@db.example:5433/journal"


@pytest.mark.parametrize(
    ("options", "schema"),
    [
        ("", SCHEMA),
        ("-c work_mem=8MB", SCHEMA),
        ("-csearch_path=blue", "blue"),
        ("-c search_path=blue,public", "blue"),
        ("--search_path=blue -c work_mem=8MB", "blue"),
        ('-c search_path="blue\\ team"', "blue team"),
        ("-c search_path=red -c search_path=blue", "blue"),
        ("-c application_name=search_path", SCHEMA),
    ],
)
def test_the_schema_is_the_first_of_the_last_search_path(options: str, schema: str) -> None:
    """As the server itself would take it, and ours where the URL says none."""
    url = make_url(URL).update_query_dict({"options": options}) if options else make_url(URL)
    server = open_server(Store(url=url.render_as_string()), "")
    assert schema == server.schema
    server.engine.dispose()


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (URL, "postgresql://db.example:5433/journal"),
        ("postgresql://me:hush@db/journal?sslmode=require", "postgresql://db:5432/journal"),
        ("postgresql:///journal", "postgresql://localhost:5432/journal"),
    ],
)
def test_a_place_shows_neither_user_nor_password(url: str, place: str) -> None:
    """What stands in messages is where, and nothing else."""
    assert place == place_of(make_url(url))


@pytest.mark.parametrize("url", ["no url", "postgresql://h:port/d", "://"])
def test_what_is_no_url_is_one_line(url: str) -> None:
    """With the form that it should have."""
    with pytest.raises(JournalError, match=r"store.url cannot be used: .* write it as postgresql"):
        open_server(Store(url=url), "hush")


@pytest.mark.parametrize("name", ["plain", 'with "quotes"', "; DROP TABLE entries"])
def test_names_are_quoted_whole(name: str) -> None:
    """A name is never more than a name."""
    assert f'"{name.replace(chr(34), chr(34) * 2)}"' == quoted(name)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (psycopg.errors.AdminShutdown("stop"), (True, True)),
        (psycopg.errors.CannotConnectNow("starting"), (True, True)),
        (psycopg.errors.ConnectionFailure("gone"), (True, True)),
        (psycopg.errors.IdleInTransactionSessionTimeout("slow"), (True, True)),
        (psycopg.OperationalError("connection refused"), (True, True)),
        (psycopg.InterfaceError("the connection is closed"), (True, True)),
        (psycopg.OperationalError("FATAL:  the database system is starting up"), (True, True)),
        (psycopg.errors.DeadlockDetected("x"), (True, False)),
        (psycopg.errors.QueryCanceled("time-out"), (True, False)),
        (psycopg.errors.ReadOnlySqlTransaction("a standby"), (True, False)),
        (psycopg.errors.UniqueViolation("taken"), (True, False)),
        (psycopg.errors.TooManyConnections("full"), (True, False)),
        (psycopg.errors.InsufficientPrivilege("no"), (False, False)),
        (psycopg.errors.UndefinedTable("no"), (False, False)),
        (psycopg.errors.DiskFull("no"), (False, False)),
        (psycopg.OperationalError("FATAL:  password authentication failed"), (False, True)),
        (psycopg.OperationalError("SSL error: certificate verify failed"), (False, True)),
        (ValueError("a bug"), (False, True)),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_may_pass_and_what_took_the_connection(
    error: Exception, expected: tuple[bool, bool]
) -> None:
    """Only what may be over soon is tried again."""
    assert expected == (is_passing(error), is_loss(error))


def test_what_is_said_is_one_line_without_guesses() -> None:
    """Libpq's second line guesses at causes."""
    error = psycopg.OperationalError("server closed the connection\n\tThis probably means …")
    assert "server closed the connection" == words_of(error)


def test_an_error_becomes_a_journal_error_with_its_cure() -> None:
    """By the code that the server gives."""
    with pytest.raises(JournalError) as caught, explained("postgresql://h/d", "read"):
        raise psycopg.errors.UndefinedTable('relation "entries" does not exist')
    assert str(caught.value) == (
        'postgresql://h/d: the journal cannot be read: relation "entries" does not exist; '
        "let the schema's owner run `drillbook store migrate`"
    )
