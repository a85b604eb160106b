"""Rates of what may fall."""

import pytest

from drillbook.lint.library.rate_over_gauge import LINT
from drillbook.read.exposition import read_exposition
from lint_trees import of_rule, rules, told


@pytest.mark.parametrize(
    "expr",
    [
        "rate(wal_size_bytes[5m]) > 1",
        "sum(increase(queue_length[5m])) > 1",
        "irate(hit_ratio[5m]) > 1",
        "rate(node_filesystem_avail_bytes[1h]) > 1",
    ],
)
def test_a_gauge_is_known_by_its_name(expr: str) -> None:
    """Names that can be nothing else."""
    [flaw] = told(LINT, {"r.yaml": of_rule(expr)})
    assert "by its name" in flaw.message


@pytest.mark.parametrize(
    "expr",
    [
        "rate(received_bytes_total[5m]) > 1",
        "rate(received_bytes[5m]) > 1",
        "deriv(wal_size_bytes[5m]) > 1",
        "avg_over_time(wal_size_bytes[5m]) > 1",
        "rate(size_bytes_sum[5m]) > 1",
        "wal_size_bytes > 1",
        "rate(sum(wal_size_bytes)[5m:1m]) > 1",
    ],
)
def test_counters_and_other_functions_are_not_flagged(expr: str) -> None:
    """Nor what may be either."""
    assert [] == told(LINT, {"r.yaml": of_rule(expr)})


def test_the_type_decides_where_it_is_known() -> None:
    """A gauge with any name, a counter with that of a gauge."""
    text = "# TYPE x gauge\nx 1\n# TYPE wal_size_bytes counter\nwal_size_bytes 1\n"
    exposition = read_exposition(text, "m.prom")[0]
    both = rules(of_rule("rate(x[5m]) > 1"), of_rule("rate(wal_size_bytes[5m]) > 1"))
    [flaw] = told(LINT, {"r.yaml": both}, exposition=exposition)
    assert flaw.message.startswith("rate(x) is of a gauge, as its TYPE says")
