"""Documents → what `promql-does-not-parse` says of them."""

import pytest

from acting import findings_of, marked, plain, runbook
from drillbook.lint.acting.promql_does_not_parse import LINT
from drillbook.model.finding import Severity


@pytest.mark.parametrize(
    ("bracket", "query"),
    [
        ("(", "sum(rate(http_requests_total[5m])"),
        (")", "rate(http_requests_total[5m]))"),
        ("{", 'up{job="a"'),
        ("]", "rate(up5m])"),
        (")", "rate(up[5m)"),
    ],
)
def test_a_bracket_without_a_partner_is_flagged(bracket, query):
    """Prometheus refuses the query, whatever its version."""
    text = plain(query, language="promql")
    assert [bracket] == marked(LINT, text)
    assert [Severity.ERROR] == [one.severity for one in findings_of(LINT, text)]


@pytest.mark.parametrize(
    "query",
    [
        "up == 0",
        "# how many\nsum(up)",
        'up{job="a"}\n\nup{job="b"}',
        "sum(up)\nsum(down)",
        "sum by (job) (\n  rate(a[5m])\n)",
        'label_replace(up, "a", "$1", "b", "(.*)")',
        'a{b=")"}',
        "rate(a[$range])",
        "rate(a[<range>])",
        "quantile_over_time(0.9, a[1h:5m])",
        "",
    ],
)
def test_what_is_read_or_nobody_can_judge_is_fine(query):
    """Several queries of one fence, templates, brackets in strings."""
    assert [] == findings_of(LINT, plain(query, language="promql"))


def test_what_is_not_understood_is_unchecked():
    """It may be newer than our parser, so it is a note, and only of a step."""
    text = runbook(check="newer_function(up) of job", language="promql")
    (finding, *_) = findings_of(LINT, text)
    assert Severity.NOTE is finding.severity
    assert "nothing of it was checked" in finding.message
    assert [] == findings_of(LINT, plain("newer_function(up) of job", language="promql"))


def test_other_fences_are_no_queries():
    """A script has brackets of its own."""
    assert [] == findings_of(LINT, plain("case a in b) c;; esac"))
