"""K2, the market data platform: each drift that a text can show, on a reconstruction of it.

What no text shows: that the warehouse is a local folder, so that stopping the object store cannot
fail an offload (1); that the write is a plain append, though a comment says that it deduplicates
(8); which groups, topics and tables the servers have (9); and that the project's own drill scripts
never read the runbooks (13).
"""

from pathlib import Path

from drifts import line_of, said_of

RULES = "rules/k2.yaml"
BOOK = "runbooks/offload.md"
FRONT = "---\nowner: data\nseverity: critical\n{}---\n"
SECTIONS = (
    "# The offload lags\n\n## Symptoms\nCold tables are old.\n\n"
    "## Diagnosis\nLook.\n\n## Resolution\nAct.\n\n## Verification\nLook again.\n"
)


def rules(*alerts: str) -> str:
    """One group of rules, each alert indented as it must be."""
    return "groups:\n  - name: k2\n    rules:\n" + "".join(alerts)


def alert(
    name: str, expr: str, *, wait: str = "2m", severity: str = "critical", more: str = ""
) -> str:
    """One alerting rule."""
    return (
        f"      - alert: {name}\n        expr: {expr}\n        for: {wait}\n"
        f"        labels:\n          severity: {severity}\n{more}"
    )


def noted(**notes: str) -> str:
    """The annotations of a rule."""
    lines = "".join(f'          {name}: "{text}"\n' for name, text in notes.items())
    return f"        annotations:\n{lines}"


METRICS = {
    "drillbook.toml": '[lint]\nmetrics = ["metrics.prom"]\n',
    "metrics.prom": (
        "# TYPE feed_handler_trades_produced_total counter\n"
        'feed_handler_trades_produced_total{exchange="kraken",type="raw"} 12\n'
        "# TYPE offload_cycle_duration_seconds histogram\n"
        'offload_cycle_duration_seconds_bucket{le="+Inf"} 3\n'
        "offload_cycle_duration_seconds_sum 71\noffload_cycle_duration_seconds_count 3\n"
    ),
}


def test_02_an_alert_waits_for_a_metric_that_nothing_exports(tmp_path: Path) -> None:
    """So it never fires, whatever the feed handler does."""
    text = rules(alert("FeedHandlerDown", "time() - feed_handler_last_message_seconds > 120"))
    found = said_of(tmp_path, METRICS | {RULES: text})
    assert ("metric-exported-by-nothing", f"{RULES}:{line_of(text, 'expr:')}") in found


def test_03_a_job_is_watched_that_is_not_scraped(tmp_path: Path) -> None:
    """Its scrape job is commented out, and nine alerts have no data."""
    scrape = (
        "rule_files: [rules/*.yaml]\nscrape_configs:\n  - job_name: clickhouse\n"
        "#  - job_name: iceberg-scheduler\n"
    )
    text = rules(alert("SchedulerDown", "'up{job=\"iceberg-scheduler\"} == 0'"))
    found = said_of(tmp_path, {"prometheus.yml": scrape, RULES: text})
    assert ("job-not-scraped", f"{RULES}:{line_of(text, 'expr:')}") in found


def test_04_a_histogram_is_asked_for_by_its_bare_name(tmp_path: Path) -> None:
    """Only its buckets, its sum and its count exist."""
    text = rules(alert("CycleTooSlow", "offload_cycle_duration_seconds > 600"))
    found = said_of(tmp_path, METRICS | {RULES: text})
    assert ("histogram-bare-name", f"{RULES}:{line_of(text, 'expr:')}") in found


def test_05_the_success_rate_divides_each_series_by_itself(tmp_path: Path) -> None:
    """The selector on one side only makes it 1 for ever."""
    expr = (
        'rate(offload_cycles_total{status="success"}[1h]) / rate(offload_cycles_total[1h]) < 0.95'
    )
    text = rules(alert("OffloadSuccessRateLow", f"'{expr}'", wait="10m"))
    found = said_of(tmp_path, {RULES: text})
    assert ("unaggregated-ratio", f"{RULES}:{line_of(text, 'expr:')}") in found


def test_06_the_table_of_watermarks_has_other_columns(tmp_path: Path) -> None:
    """The queries fail, and so does the statement that is to put it right."""
    step = "```sql\nSELECT table_name, max_timestamp FROM offload_watermarks;\n```\n"
    text = SECTIONS.replace("Look.\n", f"The table is that of `ddl/watermarks.sql`.\n{step}", 1)
    schema = (
        "CREATE TABLE offload_watermarks (\n  table_name text PRIMARY KEY,\n"
        "  last_offload_timestamp timestamptz,\n  status text\n);\n"
    )
    found = said_of(tmp_path, {BOOK: text, "ddl/watermarks.sql": schema})
    assert ("column-not-in-schema", f"{BOOK}:{line_of(text, 'SELECT')}") in found


def test_07_the_mark_is_set_by_hand_to_the_newest_row(tmp_path: Path) -> None:
    """What was not offloaded is skipped, and gone with the table's seven days."""
    step = (
        "```sql\nUPDATE offload_watermarks\n"
        "SET last_offload_timestamp = (SELECT max(exchange_timestamp) FROM bronze_trades)\n"
        "WHERE table_name = 'bronze_trades';\n```\n"
    )
    text = SECTIONS.replace("Act.\n", f"Set the watermark by hand.\n{step}")
    found = said_of(tmp_path, {BOOK: text})
    assert ("mark-set-to-newest", f"{BOOK}:{line_of(text, 'UPDATE')}") in found


def test_10_a_network_is_named_that_the_compose_file_does_not_make(tmp_path: Path) -> None:
    """A drill that cannot cut the network off cannot fail."""
    text = SECTIONS.replace(
        "Act.\n", "```sh\ndocker network disconnect k2-network feed-handler\n```\n"
    )
    compose = "services:\n  feed:\n    image: feed\nnetworks:\n  k2-net:\n    driver: bridge\n"
    found = said_of(tmp_path, {BOOK: text, "docker-compose.yml": compose})
    assert ("network-not-in-compose", f"{BOOK}:{line_of(text, 'docker network')}") in found


def test_11_alerts_name_runbooks_that_are_not_there(tmp_path: Path) -> None:
    """In their description, under names that were planned otherwise; others name what is there."""
    gone = noted(description="See docs/runbooks/clickhouse-recovery.md")
    there = noted(description="See docs/runbooks/clickhouse.md")
    text = rules(alert("ClickHouseDown", "up == 0", more=gone), alert("Slow", "x > 3", more=there))
    found = said_of(tmp_path, {RULES: text, "docs/runbooks/clickhouse.md": SECTIONS})
    assert ("alert-names-missing-document", f"{RULES}:{line_of(text, 'See docs')}") in found
    assert "critical-alert-without-runbook" in {lint for lint, _ in found}


def test_12_the_promise_is_shorter_than_the_rule_waits(tmp_path: Path) -> None:
    """Two minutes are promised; the rule alone waits for them, after its own 120 s."""
    front = FRONT.format("alerts: [FeedHandlerDown]\nobjectives: {detect: 2m, recover: 5m}\n")
    more = noted(runbook_url="runbooks/offload.md")
    text = rules(alert("FeedHandlerDown", "time() - last_message > 120", more=more))
    found = said_of(tmp_path, {RULES: text, BOOK: front + SECTIONS})
    assert ("detect-shorter-than-for", f"{BOOK}:5") in found


def test_12_the_text_of_a_rule_gives_another_threshold(tmp_path: Path) -> None:
    """It says 90 %, and fires at 85."""
    said = noted(description="Memory of ClickHouse is above 90%")
    text = rules(alert("ClickHouseMemory", "memory_used / memory_total > 0.85", more=said))
    found = said_of(tmp_path, {RULES: text})
    assert "annotation-differs-from-rule" in {lint for lint, _ in found}


def test_a_plan_that_is_complete_before_it_was_begun(tmp_path: Path) -> None:
    """The seed's own table: a phase is complete, and its fifth step not started."""
    text = (
        "# Phase 7 ✅ Complete\n\n| Step | Status |\n|---|---|\n"
        "| Alerting | ✅ Done |\n| Runbooks | ⬜ Not Started |\n"
    )
    found = said_of(tmp_path, {"docs/progress.md": text})
    assert ("claim-above-row-not-started", "docs/progress.md:1") in found


def test_a_runbook_that_was_never_written_is_asked_for(tmp_path: Path) -> None:
    """The five that the seed names do not exist; its list of them leads nowhere."""
    text = "# Operations\n\n- [Feed handler](runbooks/feed-handler-crash.md)\n"
    found = said_of(tmp_path, {"docs/README.md": text})
    assert ("link-to-missing-file", "docs/README.md:3") in found
