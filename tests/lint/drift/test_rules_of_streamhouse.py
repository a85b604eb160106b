"""The rules of Streamhouse, a log on S3: drifts beside those of its runbooks.

What no text shows: that a scrape which catches the breaker half open begins the `for` anew (10).
"""

from pathlib import Path

import pytest

from drifts import line_of, said_of

RULES = "monitoring/alerts.yml"
HEAD = "groups:\n  - name: streamhouse\n    rules:\n"
METRICS = {"drillbook.toml": '[lint]\nmetrics = ["metrics.prom"]\n'}
EXPORTED = (
    "# TYPE streamhouse_s3_requests_total counter\n"
    'streamhouse_s3_requests_total{org_id="a",operation="PUT"} 9\n'
    'streamhouse_s3_errors_total{org_id="a",operation="PUT",error_type="retry"} 1\n'
    'streamhouse_s3_errors_total{org_id="a",operation="PUT",error_type="failed"} 1\n'
)


def alert(name: str, expr: str, **notes: str) -> str:
    """One alerting rule."""
    lines = "".join(f"          {key}: '{text}'\n" for key, text in notes.items())
    return (
        f"      - alert: {name}\n        expr: '{expr}'\n        for: 2m\n"
        "        labels:\n          severity: critical\n"
        + (f"        annotations:\n{lines}" if lines else "")
    )


def told(root: Path, text: str, **more: str) -> set[str]:
    """The lints that speak of the first expression."""
    found = said_of(root, {RULES: text, **more})
    return {lint for lint, place in found if place == f"{RULES}:{line_of(text, 'expr:')}"}


@pytest.mark.parametrize(
    "expr",
    [
        "circuit_breaker_state == 1",
        "rate(streamhouse_lease_conflicts_total[5m]) > 0.01",
        "streamhouse_throttle_decisions_total > 3",
    ],
)
def test_01_metrics_that_nothing_exports(tmp_path: Path, expr: str) -> None:
    """Planned, or registered and never written: what the agent answers does not have them."""
    files = {"metrics.prom": EXPORTED, **METRICS}
    assert "metric-exported-by-nothing" in told(tmp_path, HEAD + alert("X", expr), **files)


@pytest.mark.parametrize(
    "expr",
    [
        'rate(streamhouse_s3_errors_total{operation="put"}[5m]) > 1',
        'rate(streamhouse_s3_errors_total{error_type="503"}[5m]) > 1',
    ],
)
def test_09_values_that_are_never_written(tmp_path: Path, expr: str) -> None:
    """In other letters, or a status code where the kind of the failure stands."""
    files = {"metrics.prom": EXPORTED, **METRICS}
    assert "label-value-exported-by-nothing" in told(tmp_path, HEAD + alert("X", expr), **files)


def test_09_a_count_of_nothing_is_never_zero(tmp_path: Path) -> None:
    """The alert about agents that are all gone cannot fire."""
    assert "count-equals-zero" in told(tmp_path, HEAD + alert("NoAgents", "count(up == 1) == 0"))


def test_09_a_rate_over_a_gauge(tmp_path: Path) -> None:
    """The size of the log falls whenever it is cut."""
    text = HEAD + alert("WALGrowth", "rate(streamhouse_wal_size_bytes[5m]) > 10485760")
    assert "rate-over-gauge" in told(tmp_path, text)


def test_09_errors_per_second_are_called_percent(tmp_path: Path) -> None:
    """0.05 errors per second are not 5 %."""
    text = HEAD + alert(
        "HighS3ErrorRate", "rate(streamhouse_s3_errors[5m]) > 0.05", summary="above 5% of requests"
    )
    assert "rate-called-percent" in told(tmp_path, text)


def test_09_no_alert_has_a_url_that_leads_anywhere(tmp_path: Path) -> None:
    """They name a runbook in the description, or a placeholder."""
    url = "https://github.com/YOUR_ORG/streamhouse/runbooks/wal.md"
    text = (
        HEAD
        + alert("BreakerOpen", "x == 1", description="Runbook: docs/circuit-breaker-open.md")
        + alert("WALFails", "y > 1", runbook_url=url)
    )
    found = said_of(tmp_path, {RULES: text})
    assert ("critical-alert-without-runbook", f"{RULES}:{line_of(text, 'BreakerOpen')}") in found
    assert ("runbook-url-placeholder", f"{RULES}:{line_of(text, 'runbook_url')}") in found
