"""Exporters that are taken for the database."""

import pytest

from drillbook.lint.rule.exporter_watched_for_service import LINT
from lint_rules import annotated, rule_of, said


@pytest.mark.parametrize(
    ("name", "expr", "signal"),
    [
        ("PostgreSQLDown", 'up{job=~"postgres-.*"} == 0', "pg_up"),
        ("DatabaseUnavailable", 'up{job="postgres"} == 0', "pg_up"),
        ("RedisDown", 'up{job="redis-cache"} < 1', "redis_up"),
        ("MySQLDown", 'up{job="mysql"} == 0', "mysql_up"),
    ],
)
def test_up_is_the_exporters(name: str, expr: str, signal: str) -> None:
    """The cure names what the exporter says of the database."""
    [flaw] = said(LINT, rule_of(expr, name=name))
    assert signal in flaw.help


@pytest.mark.parametrize(
    ("name", "expr"),
    [
        ("PostgreSQLDown", "pg_up == 0"),
        ("PostgreSQLDown", 'pg_up == 0 or up{job="postgres"} == 0'),
        ("PostgresExporterDown", 'up{job="postgres"} == 0'),
        ("ApiDown", 'up{job="api"} == 0'),
        ("RedisDown", 'up{job=~"redis|api"} == 0 or redis_up == 0'),
        ("RedisDown", "up == 0"),
        ("PostgresSlow", 'up{job="postgres"} == 0'),
    ],
)
def test_others_are_not_flagged(name: str, expr: str) -> None:
    """What watches the database, the exporter by name, or a system that speaks for itself."""
    assert [] == said(LINT, rule_of(expr, name=name))


def test_a_text_that_speaks_of_the_exporter_knows_it() -> None:
    """Then the alert is about the exporter."""
    rule = rule_of('up{job="redis"} == 0', name="RedisDown", more=annotated(summary="No exporter"))
    assert [] == said(LINT, rule)
