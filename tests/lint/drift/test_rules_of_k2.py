"""The rules of the K2 market data platform: drifts beside those of its runbooks."""

from pathlib import Path

from drifts import line_of, said_of

RULES = "docker/prometheus/rules/k2.yml"
CONFIG = "docker/prometheus/prometheus.yml"
HEAD = "groups:\n  - name: k2\n    rules:\n"
METRICS = {"drillbook.toml": '[lint]\nmetrics = ["metrics.prom"]\n'}


def alert(name: str, expr: str) -> str:
    """One alerting rule."""
    return (
        f"      - alert: {name}\n        expr: '{expr}'\n        for: 2m\n"
        "        labels:\n          severity: warning\n"
    )


def test_02_the_last_message_is_exported_by_nothing(tmp_path: Path) -> None:
    """So that the alert about a handler that is down never fires."""
    text = HEAD + alert(
        "FeedHandlerDown", "time() - feed_handler_last_message_timestamp_seconds > 120"
    )
    exported = (
        'feed_handler_trades_produced_total{exchange="kraken",type="raw"} 5\n'
        'feed_handler_errors_total{exchange="kraken"} 0\n'
    )
    found = said_of(tmp_path, {RULES: text, "metrics.prom": exported, **METRICS})
    assert ("metric-exported-by-nothing", f"{RULES}:{line_of(text, 'expr:')}") in found


def test_03_the_job_of_the_offload_is_commented_out(tmp_path: Path) -> None:
    """The series `up` of the scheduler does not exist."""
    text = HEAD + alert("SchedulerDown", 'up{job="iceberg-scheduler"} == 0')
    config = (
        "rule_files: [/etc/prometheus/rules/k2.yml]\nscrape_configs:\n  - job_name: clickhouse\n"
        "#  - job_name: iceberg-scheduler\n"
    )
    found = said_of(tmp_path, {RULES: text, CONFIG: config})
    assert ("job-not-scraped", f"{RULES}:{line_of(text, 'expr:')}") in found


def test_04_the_cycle_is_asked_for_by_the_bare_name_of_a_histogram(tmp_path: Path) -> None:
    """Another rule, or the exporter, shows that it has buckets."""
    text = (
        HEAD
        + alert("CycleTooSlow", "offload_cycle_duration_seconds > 600")
        + alert("P95", "histogram_quantile(0.95, offload_cycle_duration_seconds_bucket) > 9")
    )
    found = said_of(tmp_path, {RULES: text})
    assert ("histogram-bare-name", f"{RULES}:{line_of(text, 'expr:')}") in found


def test_04_so_says_what_the_exporter_answers(tmp_path: Path) -> None:
    """Without any other rule."""
    text = HEAD + alert("CycleSlow", "offload_cycle_duration_seconds > 300")
    exported = (
        "# TYPE offload_cycle_duration_seconds histogram\n"
        'offload_cycle_duration_seconds_bucket{le="+Inf"} 1\n'
    )
    found = said_of(tmp_path, {RULES: text, "metrics.prom": exported, **METRICS})
    assert ("histogram-bare-name", f"{RULES}:{line_of(text, 'expr:')}") in found


def test_12_the_comment_gives_another_threshold_than_the_expression(tmp_path: Path) -> None:
    """It says 90 %, and the alert fires at 85."""
    rule = alert("ClickHouseHighMemoryUsage", "MemoryResident / OSMemoryTotal > 0.85")
    text = f"{HEAD}      # memory usage above 90 %\n{rule}"
    found = said_of(tmp_path, {RULES: text})
    assert ("annotation-differs-from-rule", f"{RULES}:{line_of(text, 'memory usage')}") in found
