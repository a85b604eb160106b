"""Documents → what `date-in-command` says of them."""

import pytest

from acting import findings_of, marked, plain
from drillbook.lint.acting.date_in_command import LINT
from drillbook.model.finding import Severity


@pytest.mark.parametrize(
    ("expected", "command"),
    [
        ("2024-03-01", "journalctl --since '2024-03-01'"),
        ("2024-03-01 10:00", 'journalctl --since "2024-03-01 10:00" -u a'),
        ("2024-03-01T10:00:00Z", "kubectl logs a --since-time=2024-03-01T10:00:00Z"),
        ("2024-03-01", 'curl -d \'{"since": "2024-03-01"}\' http://a/retry'),
        ("2024-03-01", "curl 'http://a/retry?since=2024-03-01'"),
        ("2024-03-01", "psql -c \"DELETE FROM a WHERE at > '2024-03-01'\""),
    ],
)
def test_a_day_that_bounds_a_command_is_flagged(expected, command):
    """It was today when it was written."""
    assert [expected] == marked(LINT, plain(command))


def test_sql_is_looked_at():
    """BETWEEN bounds as well."""
    text = plain("SELECT 1 FROM a WHERE at BETWEEN '2024-03-01' AND '2024-03-02';", language="sql")
    assert ["2024-03-01"] == marked(LINT, text)


def test_it_is_about_running():
    """So it is a note in plain Markdown, where a day is an example."""
    assert [Severity.NOTE] == [
        one.severity for one in findings_of(LINT, plain("journalctl --since '2024-03-01'"))
    ]


@pytest.mark.parametrize(
    "command",
    [
        "journalctl --since '-1h'",
        'journalctl --since "$SINCE"',
        "docker pull app:2024-03-01",
        "psql orders < backup-2024-03-01.sql",
        "curl -H 'Api-Version: 2024-03-01' http://a",
        "echo 2024-03-01",
        "mc ls --versions RELEASE.2024-03-01T00-00-00Z",
    ],
)
def test_other_days_are_fine(command):
    """A version and a file's name bound nothing."""
    assert [] == findings_of(LINT, plain(command))


def test_output_is_no_command():
    """A log has days."""
    assert [] == findings_of(LINT, plain('{"since": "2024-03-01"}', language="json"))
