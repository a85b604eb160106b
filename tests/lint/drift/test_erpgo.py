"""ERPGo, an ERP's API: each drift that a text can show, on a reconstruction of it.

What no text shows: that a deployment cannot be renamed by a patch, or is scaled to nothing by an
earlier procedure (7, in part: the undo of another object is told); that three servers of 150
connections each are more than the database takes (9): both stand in other systems' settings.
"""

from pathlib import Path

import pytest

from drifts import line_of, said_of

RULES = "configs/prometheus/alert_rules.yml"
BOOK = "docs/operations/RUNBOOKS.md"
HEAD = "groups:\n  - name: erp\n    rules:\n"


def alert(
    name: str, expr: str, *, wait: str = "5m", severity: str = "critical", **notes: str
) -> str:
    """One alerting rule."""
    lines = "".join(f'          {key}: "{text}"\n' for key, text in notes.items())
    return (
        f"      - alert: {name}\n        expr: {expr}\n        for: {wait}\n"
        f"        labels:\n          severity: {severity}\n"
        + (f"        annotations:\n{lines}" if lines else "")
    )


def section(title: str, name: str, description: str, steps: str = "Act.") -> str:
    """One of several runbooks in a file."""
    return (
        f"## {title}\n\n**Alert Name:** `{name}`\n**Severity:** critical\n"
        f"**Description:** {description}\n\n### Symptoms\nUsers see errors.\n\n"
        f"### Investigation Steps\nLook.\n\n### Resolution Steps\n{steps}\n\n"
    )


def test_01_critical_alerts_lead_to_no_runbook(tmp_path: Path) -> None:
    """Eleven of fourteen; of the others, the URL still holds its placeholder."""
    url = "https://github.com/YOUR_ORG/erp/blob/main/docs/operations/RUNBOOKS.md#high-error-rate"
    text = (
        HEAD
        + alert("OrdersLost", "orders_lost > 0", summary="orders are lost")
        + alert("HighErrorRate", "errors > 3", runbook_url=url)
    )
    book = "# Runbooks\n\n" + section("High error rate", "HighErrorRate", "many errors")
    found = said_of(tmp_path, {RULES: text, BOOK: book})
    assert ("critical-alert-without-runbook", f"{RULES}:{line_of(text, 'OrdersLost')}") in found
    assert ("runbook-url-placeholder", f"{RULES}:{line_of(text, 'runbook_url')}") in found
    assert "runbook-url-leads-nowhere" not in {lint for lint, _ in found}


def test_01_an_anchor_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Those of the project resolve; one that is spelled otherwise does not."""
    url = "https://github.com/acme/erp/blob/main/docs/operations/RUNBOOKS.md#high-errors"
    text = HEAD + alert("HighErrorRate", "errors > 3", runbook_url=url)
    book = "# Runbooks\n\n" + section("High error rate", "HighErrorRate", "many errors")
    found = said_of(tmp_path, {RULES: text, BOOK: book})
    assert ("runbook-url-leads-nowhere", f"{RULES}:{line_of(text, 'runbook_url')}") in found


def test_02_unaggregated_ratio(tmp_path: Path) -> None:
    """One answer of 500 in the window is a critical "100 %"."""
    expr = 'rate(http_requests_total{status=~"5.."}[5m]) / rate(http_requests_total[5m]) > 0.05'
    text = HEAD + alert("HighErrorRate", expr)
    found = said_of(tmp_path, {RULES: text})
    assert ("unaggregated-ratio", f"{RULES}:{line_of(text, 'expr:')}") in found


def test_03_ten_per_second_is_described_as_ten_per_minute(tmp_path: Path) -> None:
    """In the runbook, sixty times too late."""
    text = HEAD + alert("HighFailedLoginRate", "rate(login_attempts_failed_total[5m]) > 10")
    book = "# Runbooks\n\n" + section(
        "Authentication failures",
        "HighFailedLoginRate",
        "more than 10 failed login attempts per minute for 5 minutes",
    )
    found = said_of(tmp_path, {RULES: text, BOOK: book})
    assert ("runbook-differs-from-rule", f"{BOOK}:{line_of(book, '10 failed')}") in found


@pytest.mark.parametrize(
    ("name", "expr", "summary"),
    [
        ("LowOrderRate", "rate(orders_created_total[10m]) < 5", "fewer than 5 orders per minute"),
        ("UnauthorizedAccess", "rate(denied_total[5m]) > 20", "more than 20 denials per minute"),
        ("DataExfiltration", "sum(rate(exports_total[1h])) > 100", "over 100 exports per hour"),
    ],
)
def test_03_so_do_the_texts_of_other_rules(
    tmp_path: Path, name: str, expr: str, summary: str
) -> None:
    """The same slip three times more."""
    text = HEAD + alert(name, expr, summary=summary)
    found = said_of(tmp_path, {RULES: text})
    assert ("rate-called-per-minute", f"{RULES}:{line_of(text, 'expr:')}") in found


def test_04_metrics_lack_the_prefix_that_the_code_has(tmp_path: Path) -> None:
    """And the label is called otherwise; each is told with what was meant."""
    expr = 'sum(rate(erpgo_http_requests_total{status="500"}[5m])) > 3'
    text = (
        HEAD
        + alert("HighResponseTime", "http_request_duration_seconds_sum > 1")
        + alert("HighErrorRate", f"'{expr}'")
        + alert("PoolExhausted", "db_connections_active > 90")
    )
    exported = (
        'erpgo_http_requests_total{status_code="500"} 1\n'
        "erpgo_http_request_duration_seconds_sum 2\ndb_pool_acquired 3\n"
    )
    settings = '[lint]\nmetrics = ["metrics.prom"]\n'
    found = said_of(tmp_path, {RULES: text, "metrics.prom": exported, "drillbook.toml": settings})
    assert ("metric-exported-by-nothing", f"{RULES}:{line_of(text, 'http_request_dur')}") in found
    assert ("metric-exported-by-nothing", f"{RULES}:{line_of(text, 'db_conn')}") in found
    assert ("label-value-exported-by-nothing", f"{RULES}:{line_of(text, expr)}") in found


def test_04_two_rule_files_disagree_and_the_right_one_is_loaded_by_nothing(tmp_path: Path) -> None:
    """The file with the names that exist is read by no Prometheus."""
    loaded = HEAD + alert("LowCacheHitRate", "cache_hit_ratio < 0.7", severity="warning")
    other = HEAD + alert("LowCacheHitRate", "erpgo_cache_hit_ratio < 0.80", severity="warning")
    config = "rule_files:\n  - alert_rules.yml\nscrape_configs:\n  - job_name: api\n"
    files = {
        RULES: loaded,
        "configs/alert_rules.yml": other,
        "configs/prometheus/prometheus.yml": config,
    }
    found = said_of(tmp_path, files)
    assert "alert-defined-twice" in {lint for lint, _ in found}
    assert ("rule-file-loaded-by-nothing", "configs/alert_rules.yml:1") in found


@pytest.mark.parametrize(
    ("name", "job"), [("PostgreSQLDown", "postgres-.*"), ("RedisDown", "redis-.*")]
)
def test_05_the_exporter_is_watched_for_the_database(tmp_path: Path, name: str, job: str) -> None:
    """It answers while the database is down."""
    text = HEAD + alert(name, f"'up{{job=~\"{job}\"}} == 0'", wait="1m")
    found = said_of(tmp_path, {RULES: text})
    assert ("exporter-watched-for-service", f"{RULES}:{line_of(text, 'expr:')}") in found


def test_06_scripts_that_are_not_there_are_run(tmp_path: Path) -> None:
    """Six of ten in one file, all of another."""
    steps = "```bash\n./scripts/backup/database-backup.sh verify\n./scripts/rollback.sh\n```"
    book = "# Runbooks\n\n" + section("Database", "PostgreSQLDown", "it is down", steps)
    book += section("Redis", "RedisDown", "it is down")
    found = said_of(tmp_path, {BOOK: book, "scripts/backup/database-backup.sh": "exit 0\n"})
    assert ("script-not-there", f"{BOOK}:{line_of(book, './scripts/rollback.sh')}") in found
    assert ("script-not-there", f"{BOOK}:{line_of(book, './scripts/backup')}") not in found


def test_07_the_rollback_undoes_another_object(tmp_path: Path) -> None:
    """What was rolled out is called otherwise."""
    text = (
        "# Deployment\n\n## Diagnosis\nLook.\n\n## Resolution\n\n### Roll back\n\n```bash\n"
        "kubectl scale deployment/erpgo-api-blue --replicas=0\n"
        "kubectl rollout undo deployment/erpgo-api\n```\n"
    )
    found = said_of(tmp_path, {BOOK: text})
    assert ("undo-of-another-object", f"{BOOK}:{line_of(text, 'kubectl rollout undo')}") in found


@pytest.mark.parametrize(
    ("command", "language", "lints"),
    [
        ("pg_archivecleanup /var/lib/postgresql/pg_wal 0001", "bash", {"known-trap"}),
        ("pg_resetwal -f /var/lib/postgresql/data", "bash",
         {"known-trap", "destructive-step-not-marked"}),
        ("SELECT pg_terminate_backend(pid FROM pg_stat_activity);", "sql", {"sql-does-not-parse"}),
        ("SELECT pg_wal_replay_resume('2026-01-01 00:00:00');", "sql", {"known-trap"}),
    ],
)  # fmt: skip
def test_08_commands_that_do_harm_or_are_none(
    tmp_path: Path, command: str, language: str, lints: set[str]
) -> None:
    """Live logs thrown away, a server reset as the first idea, what is no SQL."""
    text = (
        "---\nowner: data\n---\n# Corruption\n\n## Symptoms\nErrors.\n\n## Diagnosis\nLook.\n\n"
        f"## Resolution\n\n### Repair\n\n```{language}\n{command}\n```\n"
    )
    found = said_of(tmp_path, {BOOK: text})
    assert lints & {lint for lint, _ in found}, found


def test_10_an_alert_has_two_sections(tmp_path: Path) -> None:
    """The old text and the new one differ, and both say that they are the alert's."""
    book = (
        "# Runbooks\n\n"
        + section("Low cache hit rate", "LowCacheHitRate", "below 70 %")
        + section("Cache", "LowCacheHitRate", "below 80 %")
    )
    found = said_of(tmp_path, {BOOK: book})
    line = line_of(book, "## Cache") + 2
    assert ("alert-listed-by-two-runbooks", f"{BOOK}:{line}") in found


def test_the_threshold_of_the_document_is_not_that_of_the_rule(tmp_path: Path) -> None:
    """70 % for 10 minutes in the text, 0.80 in the rule."""
    text = HEAD + alert("LowCacheHitRate", "cache_hit_ratio < 0.80", severity="warning")
    book = "# Runbooks\n\n" + section(
        "Low cache hit rate", "LowCacheHitRate", "hit rate below 70% for 10 minutes"
    )
    found = said_of(tmp_path, {RULES: text, BOOK: book})
    assert ("runbook-differs-from-rule", f"{BOOK}:{line_of(book, 'below 70%')}") in found
