"""Streamhouse, the streaming log: each drift that a text can show, on a reconstruction of it.

What no text of a runbook or rule shows: which settings the program reads (2) and what its bursts
are (3), which routes it serves (4, in part), that its checker has two modes swapped (5), that what
was not flushed lives in the log alone (6, in part), what the columns of its table are called (7),
and that a scrape may catch the breaker half open (10).
"""

from pathlib import Path

import pytest

from drifts import line_of, said_of

RULES = "rules/streamhouse.yaml"
BOOK = "docs/runbooks/wal-recovery.md"
SETTINGS = {"drillbook.toml": '[lint]\nmetrics = ["agent.prom"]\n'}
SECTIONS = (
    "# The log is not recovered\n\n## Symptoms\nRecords are skipped.\n\n"
    "## Investigation Steps\nLook.\n\n## Resolution\nAct.\n\n## Verification\nLook again.\n\n"
    "## Prevention\nTake care.\n"
)


def rule(name: str, expr: str, *, severity: str = "warning", notes: str = "") -> str:
    """A file of one alerting rule."""
    return (
        "groups:\n  - name: streamhouse\n    rules:\n"
        f"      - alert: {name}\n        expr: '{expr}'\n        for: 2m\n"
        f"        labels:\n          severity: {severity}\n{notes}"
    )


def noted(**notes: str) -> str:
    """The annotations of a rule."""
    lines = "".join(f'          {name}: "{text}"\n' for name, text in notes.items())
    return f"        annotations:\n{lines}"


def resolving(block: str) -> str:
    """A runbook whose Resolution has this block."""
    return SECTIONS.replace("Act.\n", f"Act.\n\n```bash\n{block}\n```\n")


@pytest.mark.parametrize(
    "metric", ["circuit_breaker_state", "lease_conflicts_total", "throttle_decisions_total"]
)
def test_01_metrics_are_alerted_on_that_nothing_exports(tmp_path: Path, metric: str) -> None:
    """The alert can never fire."""
    text = rule("CircuitBreakerOpen", f"{metric} == 1")
    exported = "streamhouse_s3_requests_total 3\nstreamhouse_wal_size_bytes 5\n"
    found = said_of(tmp_path, {RULES: text, "agent.prom": exported, **SETTINGS})
    assert ("metric-exported-by-nothing", f"{RULES}:{line_of(text, 'expr:')}") in found


@pytest.mark.parametrize("script", ["./scripts/wal-repair.sh", "./scripts/wal-dump.sh --all"])
def test_04_tools_are_called_that_are_not_there(tmp_path: Path, script: str) -> None:
    """They were never built."""
    text = resolving(script)
    found = said_of(tmp_path, {BOOK: text, "scripts/build.sh": "cargo build\n"})
    assert ("script-not-there", f"{BOOK}:{line_of(text, './scripts')}") in found


@pytest.mark.parametrize(
    "exec_",
    [
        "kubectl exec deployment/agent -- truncate -s 0 /data/wal/orders-0.wal",
        "kubectl exec agent-<pod> -- rm /data/wal/orders-0.wal",
    ],
)
def test_06_the_pod_to_work_in_was_scaled_away(tmp_path: Path, exec_: str) -> None:
    """A step further up took all of them."""
    text = resolving(f"kubectl scale deployment/agent --replicas=0\n{exec_}")
    found = said_of(tmp_path, {BOOK: text})
    assert ("exec-into-what-is-gone", f"{BOOK}:{line_of(text, 'kubectl exec')}") in found


def test_06_logs_are_deleted_by_their_age(tmp_path: Path) -> None:
    """Also one that could not be uploaded: then it is the only copy."""
    job = "args:\n  - find /data/wal -name '*.wal' -mtime +1 -delete"
    text = SECTIONS.replace("Take care.\n", f"```yaml\n{job}\n```\n")
    found = said_of(tmp_path, {BOOK: text})
    assert ("known-trap", f"{BOOK}:{line_of(text, 'find')}") in found


def test_08_the_check_asks_for_an_exit_code_that_is_always_0(tmp_path: Path) -> None:
    """The registry answers 200, and says in its answer that it is not compatible."""
    text = resolving(
        "curl -s -X POST http://registry/compatibility/orders -d @schema.json\n"
        "if [ $? -ne 0 ]; then\n  echo incompatible\n  exit 1\nfi"
    )
    found = said_of(tmp_path, {BOOK: text})
    assert ("curl-without-fail", f"{BOOK}:{line_of(text, 'curl')}") in found


def test_09_a_label_is_selected_in_other_letters(tmp_path: Path) -> None:
    """The program writes it in capitals."""
    text = rule("FlushFails", 'rate(streamhouse_s3_errors_total{operation="put"}[5m]) > 1')
    exported = 'streamhouse_s3_errors_total{operation="PUT",error_type="failed"} 3\n'
    found = said_of(tmp_path, {RULES: text, "agent.prom": exported, **SETTINGS})
    assert ("label-value-exported-by-nothing", f"{RULES}:{line_of(text, 'expr:')}") in found


def test_09_an_error_is_selected_that_is_never_written(tmp_path: Path) -> None:
    """It is called `retry` or `failed`, never by a status."""
    text = rule("Throttled", 'rate(streamhouse_s3_errors_total{error_type="503"}[5m]) > 1')
    exported = 'streamhouse_s3_errors_total{operation="PUT",error_type="retry"} 3\n'
    found = said_of(tmp_path, {RULES: text, "agent.prom": exported, **SETTINGS})
    assert "label-value-exported-by-nothing" in {lint for lint, _ in found}


def test_09_nothing_is_counted_as_zero(tmp_path: Path) -> None:
    """The count of an empty vector is no 0, so the alert cannot fire."""
    text = rule("NoActiveAgents", 'count(up{job="agent"} == 1) == 0', severity="critical")
    found = said_of(tmp_path, {RULES: text})
    assert ("count-equals-zero", f"{RULES}:{line_of(text, 'expr:')}") in found


def test_09_a_rate_is_taken_of_a_gauge(tmp_path: Path) -> None:
    """Each shrinking of the log counts as a restart of a counter."""
    text = rule("WalGrows", "rate(streamhouse_wal_size_bytes[5m]) > 10485760")
    found = said_of(tmp_path, {RULES: text})
    assert ("rate-over-gauge", f"{RULES}:{line_of(text, 'expr:')}") in found


def test_09_errors_per_second_are_called_percent(tmp_path: Path) -> None:
    """0.05 a second are three a minute, however many there were in all."""
    text = rule(
        "HighS3ErrorRate",
        "rate(streamhouse_s3_errors_total[5m]) > 0.05",
        notes=noted(summary="More than 5% of the requests fail"),
    )
    found = said_of(tmp_path, {RULES: text})
    assert "rate-called-percent" in {lint for lint, _ in found}


def test_09_critical_alerts_lead_nowhere(tmp_path: Path) -> None:
    """30 alerts, and not one with a link."""
    text = rule("CircuitBreakerOpen", "streamhouse_breaker_state == 1", severity="critical")
    found = said_of(tmp_path, {RULES: text, BOOK: SECTIONS})
    assert "critical-alert-without-runbook" in {lint for lint, _ in found}


def test_09_the_address_of_the_runbooks_was_never_filled_in(tmp_path: Path) -> None:
    """It still says YOUR_ORG."""
    link = "https://github.com/YOUR_ORG/streamhouse/blob/main/docs/runbooks/wal-recovery.md"
    text = rule("WalRecoveryFails", "streamhouse_wal_skipped > 0", notes=noted(runbook_url=link))
    found = said_of(tmp_path, {RULES: text, BOOK: SECTIONS})
    assert "runbook-url-placeholder" in {lint for lint, _ in found}
