"""What in a SQL text is a parameter, and where a statement ends."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.run.clients.sql_text import (
    MYSQL,
    POSTGRESQL,
    SQLITE,
    Parameter,
    SqlTextError,
    parameters_of,
    says_transactions,
    statements_of,
)


def names(text, dialect=POSTGRESQL):
    return [each.name for each in parameters_of(statements_of(text, dialect))]


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("SELECT :a, :b::text, c::int, (:d)", POSTGRESQL, ["a", "b", "d"]),
        ("SELECT ':no', \"x:no\", 'it''s :no', :yes", POSTGRESQL, ["yes"]),
        ("SELECT E'\\':no', :yes", POSTGRESQL, ["yes"]),
        ("SELECT '\\', :yes", POSTGRESQL, ["yes"]),
        ("SELECT $$ :no $$, $t$ ':no $$ $t$, :yes", POSTGRESQL, ["yes"]),
        ("SELECT x[1:2], '12:30' -- :no\n, /* :no */ :yes", POSTGRESQL, ["yes"]),
        ("SELECT '\\':no', `:no`, \"\\\":no\", @a:=1, :yes # :no", MYSQL, ["yes"]),
        ("SELECT 1--:yes\n", MYSQL, ["yes"]),
        ("SELECT [:no], `:no`, :yes", SQLITE, ["yes"]),
        ("SELECT a:b, ::c, :1", SQLITE, []),
    ],
)
def test_a_parameter_is_one_only_where_the_database_would_see_it(text, dialect, expected):
    """Not in quotes, comments, dollar quotes, casts or times."""
    assert expected == names(text, dialect)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1", 1),
        ("SELECT 1;", 1),
        (";; -- nothing\n ; /* ; */", 0),
        ("SELECT ';'; SELECT 2 -- ;\n", 2),
        ("DO $$ BEGIN a; b; END $$; SELECT 1", 2),
    ],
)
def test_statements_end_at_semicolons_outside_of_quotes(text, expected):
    """Comments alone are no statement."""
    assert expected == len(statements_of(text, POSTGRESQL))


@pytest.mark.parametrize("dialect", [POSTGRESQL, MYSQL, SQLITE])
@pytest.mark.parametrize("text", ["SELECT 'a :x", 'SELECT "a', "SELECT 1 /* :x", "SELECT 'a''"])
def test_what_is_not_closed_is_refused(dialect, text):
    """Else a value could come to stand inside of it, and close it."""
    with pytest.raises(SqlTextError, match="line 1 is not closed"):
        statements_of(text, dialect)


def test_a_text_may_begin_its_own_transaction():
    """Then none is put around it."""
    begun, plain = ("begin; UPDATE t SET a = 1; commit", "UPDATE begin SET a = 1")
    assert says_transactions(statements_of(begun, POSTGRESQL))
    assert not says_transactions(statements_of(plain, POSTGRESQL))


def test_a_parameter_is_the_variable_in_capitals():
    """As an input's environment variable is named."""
    assert "API_URL" == Parameter("api_url").variable


@given(
    st.text(alphabet="';\":$/*-#\\`[]a \n\0E", max_size=80),
    st.sampled_from([POSTGRESQL, MYSQL, SQLITE]),
)
def test_nothing_of_a_text_is_lost(text, dialect):
    """The pieces put together are the text without the semicolons that end statements."""
    try:
        statements = statements_of(text, dialect)
    except SqlTextError:
        return
    for statement in statements:
        whole = "".join(
            piece if isinstance(piece, str) else f":{piece.name}" for piece in statement
        )
        assert whole in text


@given(st.text(alphabet="'\"$/*`[ a", min_size=3000, max_size=6000))
def test_a_long_text_takes_linear_time(text):
    """However its quotes stand."""
    with suppress(SqlTextError):
        statements_of(text, POSTGRESQL)
