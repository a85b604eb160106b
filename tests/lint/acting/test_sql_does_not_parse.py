"""Documents → what `sql-does-not-parse` says of them."""

import pytest

from acting import findings_of, marked, plain, runbook
from drillbook.lint.acting.sql_does_not_parse import LINT
from drillbook.model.finding import Severity


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_terminate_backend(pid FROM pg_stat_activity WHERE state = 'idle');",
        "SELECT pid FROM pg_stat_activity WHERE;",
        "SELECT FROM WHERE a = 1;",
        "SELECT a FROM b WHERE (c = 1;",
        "INSERT INTO orders VALUES (1, 2;",
    ],
)
def test_what_no_dialect_takes_is_flagged(statement):
    """It fails for certain."""
    (finding,) = findings_of(LINT, plain(statement, language="sql"))
    assert Severity.ERROR is finding.severity


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle';",
        "SELECT extract(epoch FROM now()) FROM a WHERE b = 1;",
        "SELECT trim(both FROM name) FROM a WHERE b = 1;",
        "SELECT * FROM pg_stat_activity WHERE now() - query_start > interval '5 minutes';",
        "SELECT datname FROM pg_database WHERE datname !~ 'template' AND NOT datistemplate;",
        "SELECT a.pid FROM a JOIN b USING (x) LEFT JOIN LATERAL (SELECT 1) c ON true;",
        "SELECT count(*) FROM a WHERE b SIMILAR TO 'c' FOR UPDATE SKIP LOCKED;",
        "SELECT TOP 10 * FROM sys.dm_exec_requests WITH (NOLOCK);",
        "SELECT count() FROM system.parts FINAL WHERE active;",
        "SELECT `a` FROM `b` LIMIT 5;",
        "WITH a AS (SELECT 1) SELECT * FROM a;",
        "SELECT a::text FROM b;",
        "SELECT * FROM <table>;",
        "SELECT * FROM a WHERE b = $1;",
        "SELECT * FROM a WHERE b = :name;",
        "SELECT * FROM {{ table }};",
        "SELECT a, ... FROM b;",
        "SELECT a FROM b ALLOW FILTERING;",
        "SELECT * FROM a EMIT CHANGES;",
        "SHOW PROCESSLIST;",
        "VACUUM (VERBOSE, ANALYZE) a;",
        "\\d orders",
        "SELECT query FROM b\\gx",
        "SELECT a FROM b;\n a \n---\n 1\n(1 row)",
        "",
    ],
)
def test_what_one_dialect_takes_or_nobody_can_judge_is_fine(statement):
    """A placeholder, a client's own command, output."""
    assert [] == findings_of(LINT, plain(statement, language="sql"))


def test_a_query_of_a_client_is_looked_at():
    """The words that are wrong are underlined."""
    text = plain('psql -c "SELECT pg_cancel_backend(pid FROM pg_stat_activity WHERE pid = 1)"')
    assert ["pg_cancel_backend(pid FROM pg_stat_activity WHERE"] == marked(LINT, text)


def test_a_query_that_the_shell_completes_is_not_judged():
    """What stands there when it is run is not known."""
    assert [] == findings_of(LINT, plain('psql -c "SELECT $COLUMNS FROM WHERE"'))


def test_a_step_is_looked_at():
    """As plain Markdown is."""
    assert ["WHERE"] == marked(LINT, runbook(check="SELECT pid FROM a WHERE;", language="sql"))[:1]
