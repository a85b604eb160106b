"""The columns that queries name and tables have."""

import pytest

from drillbook.lint.texts.columns import COLUMNS_MAX, columns_of, schema_of
from drillbook.read.markdown.runbook import read_document
from told import PLAIN


def asked(query: str, language: str = "sql") -> list[str]:
    """`table column` of each."""
    text = f"{PLAIN}```{language}\n{query}\n```\n"
    return [one.target for one in columns_of(read_document(text, "runbooks/a.md"))]


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("INSERT INTO marks (a, B) VALUES (1, 2)", ["marks a", "marks b"]),
        ('insert into public."Marks" (a) select 1', ["marks a"]),
        ("UPDATE marks SET a = 1, b = now() WHERE c = 2", ["marks a", "marks b"]),
        ("SELECT a, b FROM shop.marks WHERE c = 1", ["marks a", "marks b"]),
        ("SELECT a FROM marks", ["marks a"]),
        ("SELECT a FROM marks LIMIT 3; SELECT b FROM others", ["marks a", "others b"]),
    ],
)
def test_columns_that_leave_no_doubt_are_named(query, columns):
    """Without schema, quotes and capitals."""
    assert columns == asked(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM marks",
        "SELECT count(a) FROM marks",
        "SELECT a FROM marks JOIN others USING (b)",
        "SELECT m.a FROM marks m",
        "SELECT a AS x FROM marks",
        "INSERT INTO marks VALUES (1)",
        "SELECT current_date FROM marks",
        "SELECT 'a, b' FROM marks",
        "DELETE FROM marks WHERE a = 1",
    ],
)
def test_what_may_be_something_else_is_left_out(query):
    """Functions, joins, names of the query's own."""
    assert [] == asked(query)


def test_a_query_of_a_shell_is_read_as_well():
    """With the place where the column stands."""
    text = f"{PLAIN}```sh\npsql -c 'SELECT a, b FROM marks'\n```\n"
    first, second = columns_of(read_document(text, "runbooks/a.md"))
    assert ("marks a", 15, 17) == (first.target, first.place.line, first.place.column)
    assert "marks b" == second.target


def test_what_is_asked_is_bounded():
    """A hostile text fills no memory."""
    assert COLUMNS_MAX == len(asked("SELECT a FROM marks;\n" * (COLUMNS_MAX + 5)))


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"t": {"a", "b"}}, "CREATE TABLE t (a int, b numeric(10, 2) DEFAULT 0);"),
        ({"t": {"a"}}, 'create table if not exists s."T" (a int, PRIMARY KEY (a), CHECK (a > 1))'),
        ({"t": {"a"}}, "CREATE TABLE t (\n  a int -- the first, b\n);"),
        ({"t": {"a"}}, "CREATE TABLE t (a int /* or, b */)"),
        ({"t": {"a", "b"}}, "CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN b int;"),
        ({"t": {"a", "b"}}, "CREATE TABLE t (a int); ALTER TABLE ONLY t RENAME COLUMN a TO b;"),
        ({}, "CREATE TABLE t (LIKE other INCLUDING ALL);"),
        ({}, "CREATE TABLE t (a int) INHERITS (other);"),
        ({}, "CREATE TABLE t AS SELECT 1;"),
        ({}, "CREATE TABLE t (a int"),
        ({"t": {"a"}}, "CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a"),
    ],
)
def test_a_schema_has_the_columns_of_each_table(schema, text):
    """Of a table with others' columns nobody can say."""
    assert schema == schema_of(text)


def test_a_table_that_never_ends_takes_no_time():
    """What follows is part of it."""
    assert {"a": {"b"}} == schema_of("CREATE TABLE a (b int);" + "CREATE TABLE t (" * 12_000)
