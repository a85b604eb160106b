"""Histograms that are asked for by a name which no series has."""

import pytest

from drillbook.lint.library.histogram_bare_name import LINT
from drillbook.read.exposition import read_exposition
from lint_trees import of_rule, rules, told

BUCKETS = of_rule("histogram_quantile(0.9, rate(took_seconds_bucket[5m])) > 1", name="P90")


@pytest.mark.parametrize("expr", ["took_seconds > 1", "rate(took_seconds[5m]) > 1"])
def test_the_bare_name_has_no_data(expr: str) -> None:
    """Another rule shows the buckets."""
    [flaw] = told(LINT, {"r.yaml": rules(BUCKETS, of_rule(expr))})
    assert "DiskFull never has data" in flaw.message
    assert "took_seconds_bucket" in flaw.help


@pytest.mark.parametrize(
    "expr",
    [
        "took_seconds_sum / took_seconds_count > 1",
        "histogram_quantile(0.9, rate(took_seconds[5m])) > 1",
        "absent(took_seconds)",
        "other_seconds > 1",
    ],
)
def test_other_names_and_whole_histograms_are_not_flagged(expr: str) -> None:
    """A histogram that is kept whole has its bare name, and is read by functions of its own."""
    assert [] == told(LINT, {"r.yaml": rules(BUCKETS, of_rule(expr))})


def test_a_summary_has_its_bare_name() -> None:
    """The exposition shows it."""
    exposition = read_exposition('took_seconds{quantile="0.9"} 1\n', "m.prom")[0]
    both = rules(BUCKETS, of_rule("took_seconds > 1"))
    assert [] == told(LINT, {"r.yaml": both}, exposition=exposition)
