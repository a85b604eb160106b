"""SQL steps on ClickHouse: Debian's server (18.16), and today's engine (chdb) behind HTTP.

Parameters came to ClickHouse with 19.14, so they are tried on today's engine; logins, read-only
users and a server that dies on Debian's.
"""

import socket
import subprocess
import sys
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import clickhouse
import servers
from asking import ask, lints
from drillbook.run.clients.sql_clickhouse import LINE_BYTES_MAX, _text
from drillbook.run.clients.sql_text import CLICKHOUSE, Parameter, SqlTextError, statements_of

PASSWORD = "s3cret-pass"
ENV = {"DRILLBOOK_PASSWORD": PASSWORD}
URL = "clickhouse+http://app@db/default"
VALUES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200)
HOSTILE = [
    "'", "''; DROP TABLE t; --", "$(touch x)", "`x`", "\\", "\\'", "\\N", "NULL", "a\nb\tc\rd\be",
    ":a", "{a:String}", "-x", "", "\u2028", "é", "\x01", "%41&param_b=1#", "x" * 4096,
]  # fmt: skip


@pytest.fixture(scope="module")
def debian():
    """Debian's server with a table of two rows."""
    program = clickhouse.program()
    if program is None:
        pytest.skip("no clickhouse-server is on this machine; tools/servers.sh unpacks one")
    with clickhouse.clickhouse(program, PASSWORD) as (url, _):
        command = "CREATE TABLE t (a Int32, b Nullable(String)) ENGINE = Log;"
        command += " INSERT INTO t VALUES (1, 'x'), (2, NULL)"
        assert 0 == ask("sql", command, observes=False, env=ENV, url=url).code
        yield url


@pytest.fixture(scope="module")
def chdb():
    """Today's engine with a table of two rows."""
    python = clickhouse.chdb_python()
    if python is None:
        pytest.skip("no Python with chdb is on this machine; tools/chdb.sh makes one")
    with clickhouse.chdb(python) as url:
        for command in (
            "CREATE TABLE t (a Int32, b Nullable(String)) ENGINE = MergeTree ORDER BY a",
            "INSERT INTO t VALUES (1, 'x'), (2, NULL)",
        ):
            assert 0 == ask("sql", command, observes=False, url=url).code
        yield url


@pytest.fixture(params=["debian", "chdb"])
def url(request):
    """Both, one after the other."""
    return request.getfixturevalue(request.param)


def put(url, command, env=None, **around):
    return ask("sql", command, url=url, env={**ENV, **(env or {})}, **around)


@pytest.mark.lab
@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("SELECT count() FROM t", "2\n"),
        ("SELECT NULL", "NULL\n"),
        ("SELECT a, b FROM t ORDER BY a", "a\tb\n1\tx\n2\tNULL\n"),
        ("SELECT a FROM t WHERE a > 5", ""),
        ("SELECT 'a\tb' AS t, '\\\\' AS s", "t\ts\na\\tb\t\\\\\n"),
        ("SELECT 'a\tb\\\\ü'", "a\tb\\ü\n"),
        ("SELECT [1, 2] AS a, toDate('2026-01-01') AS d", "a\td\n[1,2]\t2026-01-01\n"),
        ("SELECT 1 -- :comment", "1\n"),
    ],
)
def test_the_output_is_that_of_every_other_database(url, command, expected):
    """One value is bare, more is a table, no rows are nothing."""
    said = put(url, command)
    assert (0, expected, "") == (said.code, said.out, said.err)


@pytest.mark.lab
@pytest.mark.parametrize(
    "command",
    [
        "INSERT INTO t VALUES (3, 'z')",
        "CREATE TABLE u (a Int32) ENGINE = Log",
        "CREATE TEMPORARY TABLE u (a Int32)",
        "DROP TABLE t",
        "SET max_threads = 1",
        "SYSTEM FLUSH LOGS",
        "SELECT 1 SETTINGS readonly = 0",
        "SELECT * FROM url('http://127.0.0.1:1/x', CSV, 'a String')",
    ],
)
def test_a_check_cannot_change_a_clickhouse(url, command):
    """The server refuses, by its setting `readonly`, and nothing has changed."""
    said = put(url, command)
    assert (125, "refused, for it only observes") == (said.code, said.err.partition(":")[0])
    assert "2\n" == put(url, "SELECT count() FROM t").out


@pytest.mark.lab
def test_a_login_that_is_refused_says_nothing(debian):
    """Nor does a server that is not there."""
    said = put(debian, "SELECT 1", env={"DRILLBOOK_PASSWORD": "wrong"})
    assert (3, "no login: Wrong password for user app (193)\n") == (said.code, said.err)
    assert PASSWORD not in said.err
    away = put(f"clickhouse+http://app@127.0.0.1:{servers.free_port()}/d", "SELECT 1")
    assert (3, True) == (away.code, "cannot connect" in away.err)


@pytest.mark.lab
def test_a_user_who_may_only_read_is_taken_as_they_are(debian):
    """Whether they may change other settings (2) or none (1); their writes are refused too."""
    for level in ("level1", "level2"):
        url = debian.replace("app@", f"{level}@")
        assert (0, "2\n") == (put(url, "SELECT count() FROM t").code, "2\n")
        assert 125 == put(url, "INSERT INTO t VALUES (9, 'z')").code
        acts = put(url, "INSERT INTO t VALUES (9, 'z')", observes=False)
        assert (1, "this user may only read") == (acts.code, acts.err.partition(":")[0])
    assert "2\n" == put(debian, "SELECT count() FROM t").out


@pytest.mark.lab
def test_an_option_changes_and_its_statements_share_a_session(debian):
    """A setting and a temporary table hold to the end; the first error ends the rest."""
    command = "SET max_threads = 1; CREATE TEMPORARY TABLE z (a Int8); INSERT INTO z VALUES (7);"
    said = put(debian, f"{command} SELECT a FROM z", observes=False)
    assert (0, "7\n", "") == (said.code, said.out, said.err)
    broken = put(debian, "SELECT 1; DROP TABLE gone; SELECT 2", observes=False)
    assert (1, "1\n") == (broken.code, broken.out)
    assert "Table default.gone doesn't exist. (60)" in broken.err


@pytest.mark.lab
def test_an_endless_answer_is_cut_and_said_so(debian):
    """The server itself stops; what is shown is the row limit."""
    said = put(debian, "SELECT number FROM system.numbers")
    assert (0, 1001) == (said.code, len(said.out.splitlines()))
    assert "only the first 1000 rows are shown" in said.err


@pytest.mark.lab
def test_the_server_itself_ends_a_statement_at_the_time_limit(debian):
    """Whoever is first to say so, nothing of it is left at work there."""
    slow = "SELECT count() FROM system.numbers WHERE NOT ignore(number)"
    said = put(debian, slow, timeout_s=3.0)
    assert 28 == said.code
    left = "SELECT count() FROM system.processes WHERE query LIKE '%ignore(number)%'"
    servers.wait_until(lambda: "1\n" == put(debian, left).out, "the statement has ended")


@pytest.mark.lab
def test_a_server_too_old_for_parameters_says_so(debian):
    """And nothing was put to it."""
    said = put(debian, "SELECT :a", env={"A": "x"})
    assert 125 == said.code
    assert "too old for parameters" in said.err


@pytest.mark.lab
@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_arrives_as_it_is(chdb, value):
    """As a parameter of the server: no character of it is ever SQL."""
    said = put(chdb, "SELECT :a, length(:a), 1 AS n", env={"A": value})
    assert (0, "") == (said.code, said.err)
    cell, length, _ = said.out.split("\n")[1].split("\t")
    assert (value, str(len(value.encode()))) == (_text(cell), length)
    assert "2\n" == put(chdb, "SELECT count() FROM t").out


@pytest.mark.lab
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES)
def test_any_value_arrives_as_it_is(chdb, value):
    """Compared in the engine with its own bytes."""
    text = f"SELECT hex(:a) = '{value.encode().hex().upper()}'"
    said = put(chdb, text, env={"A": value})
    assert (0, "1\n") == (said.code, said.out) or (0, "true\n") == (said.code, said.out)


@pytest.mark.lab
def test_a_parameter_takes_the_type_it_is_cast_to(chdb):
    """As after LIMIT; a value of another type is refused by the server."""
    limited = "SELECT number FROM numbers(10) LIMIT toUInt64(:n)"
    assert "number\n0\n1\n" == put(chdb, limited, observes=False, env={"N": "2"}).out
    said = put(chdb, "SELECT toUInt64(:n)", env={"N": "2; DROP TABLE t"})
    assert 1 == said.code
    assert "Cannot parse" in said.err


@pytest.mark.lab
def test_a_server_that_dies_in_the_midst_leaves_it_unknown():
    """The client ends at once, with a code that says nothing of the statement."""
    program = clickhouse.program()
    if program is None:
        pytest.skip("no clickhouse-server is on this machine; tools/servers.sh unpacks one")
    with clickhouse.clickhouse(program, PASSWORD) as (url, process):
        heard = []
        slow = "SELECT count() FROM system.numbers WHERE NOT ignore(number)"
        asking = threading.Thread(
            target=lambda: heard.append(put(url, slow, observes=False, timeout_s=60.0))
        )
        asking.start()
        at_work = "SELECT count() FROM system.processes WHERE query LIKE '%ignore(number)%'"
        servers.wait_until(lambda: "2\n" == put(url, at_work).out, "the statement is at work")
        process.kill()
        asking.join(60)
    assert [3] == [said.code for said in heard]
    assert "went away; whether the statement was done is not known" in heard[0].err


@pytest.mark.parametrize(
    ("url", "lint"),
    [
        ("clickhouse+http://app@db:8123/d", None),
        ("clickhouse+https://db", None),
        ("clickhouse://app@db/d", None),
        ("clickhouse+http://app@[::1]:8123/d", None),
        ("clickhouse+native://db", "unsupported-database"),
        ("clickhouse+http://", "bad-target-url"),
        ("clickhouse+http://db/d?secure=1", "bad-target-url"),
        ("clickhouse+http://app:x@db/d", "password-in-url"),
        ("clickhouse+http://db/d?password=x", "password-in-url"),
    ],
)
def test_a_url_is_checked_before_anything_is_run(url, lint):
    """It says user, host, port and database, and never the password."""
    assert ([lint] if lint else []) == lints("sql", "SELECT 1", url=url)


@pytest.mark.parametrize("command", ["KILL QUERY WHERE 1", " -- x\nkill mutation where 1"])
def test_a_check_does_not_kill(command):
    """What a reading session of ClickHouse lets through is refused before."""
    assert ["check-may-change"] == lints("sql", command, url=URL)
    assert [] == lints("sql", command, observes=False, url=URL)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT :a", ["a"]),
        ("SELECT 'it\\'s :b', \"x\\\":b\", `y\\`:b`, ':b'':b', :a", ["a"]),
        ("SELECT 1 -- :b\n + :a # :b\n #! :b\n /* :b */", ["a"]),
        ("SELECT $x$ :b $x$, $$ :b $$, :a", ["a"]),
        ("SELECT {b:String}, CAST(:a AS UInt64), x::Int32", ["a"]),
        ("SELECT m['k:b'], a ? 1 : 2", []),
    ],
)
def test_a_parameter_stands_in_no_quote_and_no_comment(text, names):
    """As ClickHouse reads them: backslashes in all its quotes, and dollar quotes."""
    (statement,) = statements_of(text, CLICKHOUSE)
    assert names == [piece.name for piece in statement if isinstance(piece, Parameter)]


@pytest.mark.parametrize("text", ["SELECT 'x", "SELECT `x", "SELECT /* x", "SELECT $x$ x"])
def test_what_is_not_closed_is_refused(text):
    """So that no value comes to stand inside of it."""
    with pytest.raises(SqlTextError):
        statements_of(text, CLICKHOUSE)


def test_a_format_of_its_own_is_refused():
    """An answer has one form, whatever the database; nothing is asked."""
    with servers.raw_server(lambda _: None) as url:
        there = url.replace("http://", "clickhouse+http://app@")
        said = put(there, "SELECT 1\nformat JSON", observes=False, timeout_s=5.0)
    assert said.code in (3, 125)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/tab-separated-values\r\n"


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (b"", 3, "went away"),
        (b"nonsense\r\n\r\n", 3, "went away"),
        (b"HTTP/1.1 404 Not Found\r\n\r\nthis is a blog", 3, "no ClickHouse: HTTP 404"),
        (b"HTTP/1.1 401 Unauthorized\r\n\r\n", 3, "no login: HTTP 401"),
        (HEAD + b"Content-Length: 99\r\n\r\na\n1\n", 3, "went away"),
        (HEAD + b"\r\na\n" + b"x" * (LINE_BYTES_MAX + 1), 1, "a row is longer"),
        (HEAD + b"\r\na\tb\n\xff\xfe\t\\q\\", 0, ""),
    ],
)
def test_what_answers_is_taken_as_hostile(answer, code, words):
    """One clear line and a code, within bounds, whatever it sends."""

    def speak(connection):
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):  # what is unread at the end would reset what was sent
            pass

    with servers.raw_server(speak) as url:
        there = url.replace("http://", "clickhouse+http://app@")
        said = put(there, "SELECT 1", timeout_s=20.0)
    assert code == said.code
    assert words in said.err
    assert "Traceback" not in said.err


def test_the_program_starts_quickly_and_without_packages():
    """It imports the standard library alone: nothing has to be installed for ClickHouse."""
    program = "import sys; sys.path.append('src'); import drillbook.run.clients.sql_clickhouse; "
    program += "print(any('site-packages' in str(m.__file__) for m in sys.modules.values() "
    program += "if getattr(m, '__file__', None)))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program],
        cwd=servers.ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "False\n" == done.stdout
