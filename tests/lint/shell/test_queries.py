"""A fence → the SQL in it."""

import pytest

from acting import plain
from drillbook.lint.shell.acts import acts_of
from drillbook.lint.shell.queries import Query, queries_of, statements_of
from drillbook.read.markdown.runbook import read_document


def queries(command: str, language: str = "bash") -> tuple[Query, ...]:
    """Of a document with this one fence."""
    (act,) = acts_of(read_document(plain(command, language=language), "a.md"))
    return queries_of(act)


@pytest.mark.parametrize(
    ("dialect", "command"),
    [
        ("postgres", "psql -c 'SELECT 1'"),
        ("postgres", "psql -d orders -tAc 'SELECT 1'"),
        ("postgres", "psql --command='SELECT 1'"),
        ("postgres", "psql --command 'SELECT 1'"),
        ("postgres", "sudo -u postgres psql -c 'SELECT 1'"),
        ("postgres", "kubectl exec db-0 -- psql -c 'SELECT 1'"),
        ("postgres", "psql <<< 'SELECT 1'"),
        ("postgres", "echo 'SELECT 1' | psql -d orders"),
        ("mysql", "mysql -u app -e 'SELECT 1'"),
        ("mysql", "mariadb --execute='SELECT 1'"),
        ("clickhouse", "clickhouse-client -q 'SELECT 1'"),
        ("clickhouse", "clickhouse-client --query 'SELECT 1'"),
        ("clickhouse", "docker exec ch clickhouse client --query 'SELECT 1'"),
        ("sqlite", "sqlite3 orders.db 'SELECT 1'"),
    ],
)
def test_a_client_is_handed_a_query(dialect, command):
    """By an option, by standard input, through whatever carries the client."""
    assert [("SELECT 1", dialect)] == [(q.text.strip(), q.dialect) for q in queries(command)]


@pytest.mark.parametrize(
    "command",
    ["psql -l", "psql -f orders.sql", "echo 'psql -c x'", "grep SELECT log", "mysql < dump.sql"],
)
def test_what_is_handed_no_query_has_none(command):
    """A file is not read."""
    assert () == queries(command)


def test_a_fence_of_sql_is_one_query():
    """Its dialect is said by nothing."""
    (query,) = queries("SELECT 1;\nSELECT 2;", "sql")
    assert ("SELECT 1;\nSELECT 2;", "") == (query.text.strip(), query.dialect)


def test_a_query_with_a_variable_of_the_shell_is_not_whole():
    """What stands there when it is run is not known."""
    assert [False] == [q.is_whole for q in queries('psql -c "SELECT $COLUMN"')]
    assert [True] == [q.is_whole for q in queries("psql -c 'SELECT 1'")]


def test_statements_are_without_strings_and_comments():
    """A semicolon in a string ends nothing; quotes stay."""
    query = Query("SELECT ';' -- ; here\n; /* DROP */ DELETE FROM a", "", 0, 40)
    found = list(statements_of(query))
    assert ["SELECT ' '", "DELETE FROM a"] == [statement for statement, _ in found]
    assert query.text.index("DELETE") == found[1][1]
