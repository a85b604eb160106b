"""SQL steps on real databases: SQLite files, PostgreSQL and MariaDB."""

import json
import os
import signal
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine.url import make_url

import servers
from asking import ask, lints
from drillbook.model.target import Target
from drillbook.run.actions import sql as action
from drillbook.run.clients import sql_postgresql, sql_sqlite
from drillbook.run.clients.sql_text import POSTGRESQL, SQLITE, statements_of
from nouns import step

PASSWORD = "s3cret-pass"
PG_ENV = {"DRILLBOOK_PASSWORD": PASSWORD}
# Whatever an environment variable can hold.
VALUES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200)
HOSTILE = ["'", "''; DROP TABLE t; --", "$(touch x)", "`x`", "\\", "\\'", "%s %(x)s", "a\nb", ":a"]


@pytest.fixture
def file(tmp_path):
    """A SQLite file with a table of two rows."""
    path = tmp_path / "orders.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE t (a INTEGER, b TEXT)")
        database.execute("INSERT INTO t VALUES (1, 'x'), (2, NULL)")
        database.commit()
    return path


def url_of(path):
    return f"sqlite:///{path}"


def lite(path, command, **around):
    return ask("sql", command, url=url_of(path), **around)


@pytest.fixture(scope="module")
def postgresql():
    """A PostgreSQL with a table of two rows."""
    with servers.postgresql(PASSWORD) as url:
        made = ask(
            "sql",
            "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2)",
            observes=False,
            env=PG_ENV,
            url=url,
        )
        assert (0, "2 rows changed\n") == (made.code, made.out)
        yield url


@pytest.fixture(scope="module")
def mariadb():
    """A MariaDB with a table of two rows; skipped where neither server nor driver is there."""
    pytest.importorskip("pymysql")
    program = servers.mariadb_program()
    if program is None:
        pytest.skip("no mariadbd is on this machine")
    with servers.mariadb(program) as url:
        assert 0 == ask("sql", "CREATE DATABASE d", observes=False, url=url).code
        command = "CREATE TABLE t (a int) ENGINE=InnoDB; INSERT INTO t VALUES (1), (2)"
        assert 0 == ask("sql", command, observes=False, url=f"{url}/d").code
        yield f"{url}/d"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("SELECT count(*) FROM t", "2\n"),
        ("SELECT NULL", "NULL\n"),
        ("SELECT x'00ff'", "00ff\n"),
        ("SELECT a, b FROM t", "a\tb\n1\tx\n2\tNULL\n"),
        ("SELECT a FROM t WHERE a > 5", ""),
        ("SELECT 'a' || char(9) AS t, '\\' AS s", "t\ts\na\\t\t\\\\\n"),
    ],
)
def test_one_value_is_bare_and_more_is_a_table(file, command, expected):
    """So that `number is below …` reads it; no rows are no output, tabs and lines are escaped."""
    said = lite(file, command)
    assert (0, expected, "") == (said.code, said.out, said.err)


def test_many_rows_are_cut_and_said_so(file):
    """At 1,000, or at the target's row_limit."""
    many = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"
    said = lite(file, many)
    assert (0, 1001) == (said.code, len(said.out.splitlines()))
    assert "only the first 1000 rows are shown" in said.err
    fewer = ask("sql", many, url=url_of(file), row_limit="3")
    assert "x\n1\n2\n3\n" == fewer.out


def test_an_option_changes_rows_and_says_how_many(file):
    """Several statements are one transaction: all of them or none."""
    said = lite(file, "UPDATE t SET b = :b WHERE a = 1", observes=False, env={"B": "it's"})
    assert (0, "1 rows changed\n") == (said.code, said.out)
    broken = lite(file, "DELETE FROM t; DELETE FROM gone", observes=False)
    assert (1, "no such table: gone\n") == (broken.code, broken.err)
    assert "2\n" == lite(file, "SELECT count(*) FROM t").out
    assert "it's\n" == lite(file, "SELECT b FROM t WHERE a = 1").out


@pytest.mark.parametrize(
    "command",
    [
        "INSERT INTO t VALUES (3, 'z')",
        "DROP TABLE t",
        "PRAGMA journal_mode = WAL",
        "VACUUM INTO :other",
        "ATTACH :other AS o",
    ],
)
def test_a_check_cannot_change_a_file(file, tmp_path, command):
    """SQLite itself refuses, which is unknown; no other file comes to be."""
    before = file.read_bytes()
    said = lite(file, command, env={"OTHER": str(tmp_path / "other.db")})
    assert (125, "refused, for it only observes") == (said.code, said.err.partition(":")[0])
    assert before == file.read_bytes()
    assert ["orders.db"] == [each.name for each in tmp_path.iterdir()]


def test_a_file_that_is_not_there_is_not_made(tmp_path):
    """Neither by a Check nor by an Option."""
    path = tmp_path / "none.db"
    codes = [lite(path, "SELECT 1", observes=observes).code for observes in (True, False)]
    assert ([3, 3], False) == (codes, path.exists())


def test_a_statement_ends_at_the_time_limit(file):
    """By itself, before the guardian has to end it, and with a code that says nothing."""
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c"
    said = lite(file, endless, timeout_s=2)
    assert 28 == said.code
    assert 28 in action.SAYS_NOTHING


def test_a_parameter_without_a_value_asks_nothing(file):
    """A capture that did not happen is unknown, and nothing was put to the database."""
    said = lite(file, "DELETE FROM t WHERE b = :lag", observes=False)
    assert (125, ":lag has no value: nothing was captured for it\n") == (said.code, said.err)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES)
def test_any_value_comes_back_from_sqlite_as_it_is(file, value):
    """And changes nothing else."""
    with closing(sql_sqlite._open({"database": str(file)}, None, False, 30.0)) as session:
        (statement,) = statements_of("SELECT :v, count(*) FROM t", SQLITE)
        assert (value, 2) == tuple(next(iter(session.ask(statement, {"V": value}).rows)))


def test_a_value_of_a_megabyte_is_no_environment(file):
    """The kernel refuses it before anything is started; an input refuses it far earlier."""
    with pytest.raises(OSError, match="Argument list too long"):
        lite(file, "SELECT :v", env={"V": "x" * 1_000_000})


@pytest.mark.lab
@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("SELECT count(*) FROM t", "2\n"),
        ("SELECT true AS a, '\\x00ff'::bytea AS b", "a\tb\ntrue\t00ff\n"),
        ("SELECT '{\"k\": [1]}'::jsonb", '{"k": [1]}\n'),
        ("SELECT '100%', :v", "?column?\t?column?\n100%\to'x\n"),
        ("SHOW server_encoding", "UTF8\n"),
        ("SELECT a FROM t WHERE a > 5", ""),
    ],
)
def test_postgresql_answers(postgresql, command, expected):
    """By its own types."""
    said = ask("sql", command, url=postgresql, env={**PG_ENV, "V": "o'x"})
    assert (0, expected, "") == (said.code, said.out, said.err)


@pytest.mark.lab
@pytest.mark.parametrize(
    "command",
    [
        "INSERT INTO t VALUES (3)",
        "CREATE TABLE u (a int)",
        "TRUNCATE t",
        "SELECT nextval('s')",
        "WITH gone AS (DELETE FROM t RETURNING a) SELECT * FROM gone",
        "DO $$ BEGIN DELETE FROM t; END $$",
        "DO $$ BEGIN COMMIT; DELETE FROM t; END $$",
        "DO $$ BEGIN SET TRANSACTION READ WRITE; DELETE FROM t; END $$",
        "SET TRANSACTION READ WRITE",
        "COPY (SELECT 1) TO STDOUT",
        "COMMIT",
    ],
)
def test_a_check_cannot_change_a_postgresql(postgresql, command):
    """The server refuses in a read-only transaction, however it is tried."""
    said = ask("sql", command, url=postgresql, env=PG_ENV)
    assert said.code in (1, 125), said
    if command.startswith(("INSERT", "CREATE", "TRUNCATE", "WITH", "DO $$ BEGIN DELETE")):
        assert "read-only transaction (25006)" in said.err
    assert "2\n" == ask("sql", "SELECT count(*) FROM t", url=postgresql, env=PG_ENV).out


@pytest.mark.lab
def test_two_statements_reach_postgresql_by_no_trick(postgresql):
    """Even where our own reading of the text failed, the protocol takes one alone."""
    connect = json.loads(_environment(postgresql)["DRILLBOOK_CONNECT"])
    with closing(sql_postgresql._open(connect, PASSWORD, True, 30.0)) as session:
        with pytest.raises(Exception, match="multiple commands") as refused:
            session.ask(("SELECT 1; COMMIT; DELETE FROM t",), {})
        assert 1 == sql_postgresql._meaning(refused.value).code


def _environment(url):
    target = Target(name="t", settings={"url": url})
    assert action.variables(step("s", "SELECT :x", language="sql"), target) == {"X": ":x"}
    return {"DRILLBOOK_CONNECT": json.dumps(action._connect_settings(make_url(url)))}


@pytest.mark.lab
def test_any_value_comes_back_from_postgresql_as_it_is(postgresql):
    """Bound by the server's own protocol: no text of it is ever SQL."""
    connect = json.loads(_environment(postgresql)["DRILLBOOK_CONNECT"])
    (statement,) = statements_of("SELECT :v::text, (SELECT count(*) FROM t)", POSTGRESQL)
    with closing(sql_postgresql._open(connect, PASSWORD, False, 60.0)) as session:

        @settings(max_examples=100)
        @given(st.one_of(st.sampled_from(HOSTILE), VALUES))
        def comes_back(value):
            assert (value, 2) == next(iter(session.ask(statement, {"V": value}).rows))

        comes_back()


@pytest.mark.lab
def test_postgresql_ends_what_takes_too_long(postgresql):
    """The server or we, whichever is first; nothing goes on behind our back."""
    began_s = time.monotonic()
    said = ask("sql", "SELECT pg_sleep(600)", url=postgresql, env=PG_ENV, timeout_s=3)
    assert 28 == said.code
    assert time.monotonic() - began_s < 60
    left = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"
    assert "0\n" == ask("sql", left, url=postgresql, env=PG_ENV).out


@pytest.mark.lab
def test_ten_million_rows_stay_small(postgresql):
    """Row by row, and the rest is never fetched."""
    said = ask("sql", "SELECT generate_series(1, 10000000)", url=postgresql, env=PG_ENV)
    assert (0, 1001) == (said.code, len(said.out.splitlines()))


@pytest.mark.lab
def test_a_server_that_cannot_be_reached_has_a_code_of_its_own(postgresql):
    """3, for a wrong password too; no message holds the password."""
    wrong = ask("sql", "SELECT 1", url=postgresql, env={"DRILLBOOK_PASSWORD": "wr0ng-pass"})
    assert (3, True) == (wrong.code, "password authentication failed" in wrong.err)
    assert "wr0ng-pass" not in wrong.err
    nobody = f"postgresql+psycopg://app@127.0.0.1:{servers.free_port()}/orders"
    gone = ask("sql", "SELECT 1", url=nobody, env=PG_ENV)
    assert (3, 1) == (gone.code, len(gone.err.splitlines()))


@pytest.mark.lab
@pytest.mark.parametrize(
    "command",
    ["INSERT INTO t VALUES (3)", "CREATE TABLE u (a int)", "DROP TABLE t", "DELETE FROM t"],
)
def test_a_check_cannot_change_a_mariadb(mariadb, command):
    """The server refuses in a read-only transaction."""
    said = ask("sql", command, url=mariadb)
    assert (125, True) == (said.code, "READ ONLY transaction (1792)" in said.err)
    assert "2\n" == ask("sql", "SELECT count(*) FROM t", url=mariadb).out


@pytest.mark.lab
@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_comes_back_from_mariadb_as_it_is(mariadb, value):
    """Written as a literal by the driver, in place of its name alone."""
    said = ask("sql", "SELECT hex(:v) FROM t LIMIT 1", url=mariadb, env={"V": value})
    assert (0, value) == (said.code, bytes.fromhex(said.out).decode())


@pytest.mark.lab
def test_mariadb_ends_what_takes_too_long(mariadb):
    """And a long answer is left where it is."""
    late = ask("sql", "SELECT sleep(600)", url=mariadb, timeout_s=12)
    assert (28, True) == (late.code, "max_statement_time" in late.err)
    many = ask("sql", "SELECT seq FROM seq_1_to_10000000", url=mariadb)
    assert (0, 1001) == (many.code, len(many.out.splitlines()))


@pytest.mark.parametrize(
    ("command", "around", "expected"),
    [
        ("SELECT 1", {}, ["target-without-url"]),
        ("SELECT 1", {"url": "oracle://db/x"}, ["unsupported-database"]),
        ("SELECT 1", {"url": "postgresql+asyncpg://db/x"}, ["unsupported-database"]),
        ("SELECT 1", {"url": "no url"}, ["bad-target-url"]),
        ("SELECT 1", {"url": "postgresql://db:port/x"}, ["bad-target-url"]),
        ("SELECT 1", {"url": "sqlite://"}, ["bad-target-url"]),
        ("SELECT 1", {"url": "sqlite:///orders.db"}, ["bad-target-url"]),
        ("SELECT 1", {"url": "postgresql://app:pw@db/x"}, ["password-in-url"]),
        ("SELECT 1", {"url": "postgresql://db/x?password=pw"}, ["password-in-url"]),
        ("SELECT 1", {"url": "sqlite:////x", "row_limit": "many"}, ["bad-row-limit"]),
        ("SELECT 'x", {"url": "sqlite:////x"}, ["sql-not-closed"]),
        ("-- nothing", {"url": "sqlite:////x"}, ["no-statement"]),
        ("SELECT 1; SELECT 2", {"url": "sqlite:////x"}, ["several-statements"]),
        ("SELECT 1; ", {"url": "sqlite:////x"}, []),
    ],
)
def test_what_cannot_be_run_is_a_finding(command, around, expected):
    """Before anything is started."""
    assert expected == lints("sql", command, **around)


def test_an_option_may_hold_several_statements():
    """Only a Check is held to one."""
    assert [] == lints("sql", "DELETE FROM a; DELETE FROM b", observes=False, url="sqlite:////x")


def test_a_driver_that_is_not_installed_is_named_with_its_extra(monkeypatch):
    """So that its cure can be copied."""
    monkeypatch.setattr(action, "find_spec", lambda _: None)
    target = Target(name="t", settings={"url": "mysql://db/x"})
    (finding,) = action.flaws(step("s", "SELECT 1", language="sql", on="t"), target, observes=True)
    assert ("missing-driver", True) == (finding.lint, "drillbook[mysql]" in finding.help)


@pytest.mark.parametrize(
    ("command", "url"),
    [
        ("SELECT pg_terminate_backend(1)", "postgresql://a@b/c"),
        ("SELECT * FROM dblink('x', 'y') AS t(a int)", "postgresql://a@b/c"),
        ("SELECT pg_advisory_lock(1)", "postgresql://a@b/c"),
        ("SELECT 1 INTO  OUTFILE 'x'", "mysql+pymysql://a@b/c"),
        ("CALL p()", "mysql+pymysql://a@b/c"),
    ],
)
def test_what_no_reading_session_stops_is_said(command, url):
    """A warning in a Check, nothing in an Option, nor where it is only text."""
    assert ["check-not-enforced"] == lints("sql", command, url=url)
    assert [] == lints("sql", command, observes=False, url=url)
    assert [] == lints("sql", f"SELECT 1 /* {command} */", url=url)


def test_a_check_on_mysql_does_not_kill():
    """Its read-only transaction would let it."""
    assert ["check-may-change"] == lints("sql", "KILL 7", url="mysql+pymysql://a@b/c")


@pytest.mark.lab
def test_a_postgresql_that_dies_in_the_midst_leaves_it_unknown():
    """Killed during a statement: the client ends at once, and says nothing of the system."""
    with servers.postgresql(PASSWORD) as url:
        heard = []
        asking = threading.Thread(
            target=lambda: heard.append(
                ask("sql", "SELECT pg_sleep(100)", observes=False, env=PG_ENV, url=url)
            )
        )
        asking.start()
        find = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%sleep(1%' AND pid <> "
        find += "pg_backend_pid()"
        said = [""]

        def is_at_work():
            said[0] = ask("sql", find, env=PG_ENV, url=url).out
            return bool(said[0].strip())

        servers.wait_until(is_at_work, "the statement is at work")
        os.kill(int(said[0]), signal.SIGKILL)
        asking.join(60)
    assert [3] == [each.code for each in heard]
    assert "went away; whether the statement was done is not known" in heard[0].err
    assert "reached, or went away" in action.SAYS_NOTHING[3]


@pytest.mark.lab
def test_a_mariadb_that_ends_a_session_leaves_it_unknown(mariadb):
    """A connection that is killed during a statement; its outcome is not known."""
    heard = []
    asking = threading.Thread(
        target=lambda: heard.append(ask("sql", "SELECT SLEEP(100)", observes=False, url=mariadb))
    )
    asking.start()
    find = "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'"
    said = [""]

    def is_at_work():
        said[0] = ask("sql", find, url=mariadb).out
        return bool(said[0].strip())

    servers.wait_until(is_at_work, "the statement is at work")
    assert 0 == ask("sql", f"KILL CONNECTION {said[0]}", observes=False, url=mariadb).code
    asking.join(60)
    assert [3] == [each.code for each in heard]
    assert "went away" in heard[0].err
