"""icb, the coffee price scraper: each drift that a text can show, on a reconstruction of it.

What no text of a runbook shows: that a class has lost a method (1: files and modules are looked
up, not what they hold); that the database is a managed one, so that its host has no systemd (6, in
part); which constants the code has beside the runbook's thresholds (8: a rule's are compared).
"""

from pathlib import Path

import pytest

from drifts import line_of, said_of

BOOK = "docs/runbooks/backfill.md"
SECTIONS = (
    "# Prices are missing\n\n## Symptoms\nGaps in the table of prices.\n\n"
    "## Diagnosis\nLook.\n\n## Resolution\nAct.\n\n## Verification\nLook again.\n"
)


def resolving(block: str, language: str = "bash") -> str:
    """A runbook whose Resolution has this block."""
    return SECTIONS.replace("Act.\n", f"Act.\n```{language}\n{block}\n```\n")


def test_01_modules_that_the_program_does_not_have_are_imported(tmp_path: Path) -> None:
    """Seven files of `src` that the runbooks name are missing."""
    text = resolving("from src.config.llm_config import LLMConfig\n\nprint(LLMConfig())", "python")
    found = said_of(tmp_path, {BOOK: text, "src/config/settings.py": "LIMIT = 3\n"})
    assert ("import-not-there", f"{BOOK}:{line_of(text, 'from src')}") in found


def test_01_files_that_the_program_does_not_have_are_named(tmp_path: Path) -> None:
    """In prose, where somebody looks for them at night."""
    text = SECTIONS.replace("Look.\n", "Its limits stand in `src/llm/metrics_service.py`.\n", 1)
    found = said_of(tmp_path, {BOOK: text, "src/llm/client.py": "LIMIT = 3\n"})
    assert ("named-file-not-there", f"{BOOK}:{line_of(text, 'Its limits')}") in found


def test_02_the_script_of_the_backfill_does_nothing(tmp_path: Path) -> None:
    """It ends without an error; and the option to resume is known nowhere in it."""
    text = resolving("python scripts/backfill_full.py --resume")
    script = "def backfill():\n    pass\n\nprint('cleared')\nbackfill()\n"
    found = said_of(tmp_path, {BOOK: text, "scripts/backfill_full.py": script})
    place = f"{BOOK}:{line_of(text, 'python scripts')}"
    assert {("script-does-nothing", place), ("script-without-option", place)} <= found


def test_02_a_script_that_is_not_there_is_run(tmp_path: Path) -> None:
    """Under a name that it never had."""
    text = resolving("python scripts/backfill_full.py --resume")
    found = said_of(tmp_path, {BOOK: text, "scripts/backfill.py": "pass\n"})
    assert ("script-not-there", f"{BOOK}:{line_of(text, 'python scripts')}") in found


def test_03_the_restore_makes_the_name_of_the_backup_again(tmp_path: Path) -> None:
    """It names a file of another second, which never existed."""
    text = resolving(
        "pg_dump prices > backup_$(date +%Y%m%d_%H%M%S).sql\n"
        "psql prices < backup_$(date +%Y%m%d_%H%M%S).sql"
    )
    found = said_of(tmp_path, {BOOK: text})
    assert "date-evaluated-again" in {lint for lint, _ in found}


def test_04_a_restart_deletes_what_failed_before_anybody_looks(tmp_path: Path) -> None:
    """A step that is to restart something destroys the traces, and does not say so."""
    head = "---\nowner: data\nseverity: high\n---\n"
    text = head + resolving("DELETE FROM scrape_runs WHERE status = 'failed'", "sql").replace(
        "Act.\n", "### Restart the pipeline\n**When:** `x` is unhealthy.\n**Risk:** disruptive.\n"
    )
    found = said_of(tmp_path, {BOOK: text})
    assert ("destructive-step-not-marked", f"{BOOK}:{line_of(text, 'DELETE')}") in found
    assert "option-without-loses" in {lint for lint, _ in found}


def test_05_a_reload_is_to_apply_what_needs_a_restart(tmp_path: Path) -> None:
    """The setting stays as it was, and nobody is told."""
    text = resolving("ALTER SYSTEM SET max_connections = 200;\nSELECT pg_reload_conf();", "sql")
    found = said_of(tmp_path, {BOOK: text})
    assert ("known-trap", f"{BOOK}:{line_of(text, 'ALTER')}") in found


def test_05_a_column_is_asked_for_by_the_name_that_it_had(tmp_path: Path) -> None:
    """PostgreSQL 13 renamed it."""
    text = resolving("SELECT query, mean_time FROM pg_stat_statements LIMIT 5;", "sql")
    found = said_of(tmp_path, {BOOK: text})
    assert "known-trap" in {lint for lint, _ in found}


def test_06_processes_are_killed_by_their_name(tmp_path: Path) -> None:
    """Whatever else is called so ends as well."""
    text = resolving("pkill -f scraper")
    found = said_of(tmp_path, {BOOK: text})
    assert ("killed-by-name", f"{BOOK}:{line_of(text, 'pkill')}") in found


def test_06_a_block_in_python_holds_a_shell(tmp_path: Path) -> None:
    """Neither of the two understands it."""
    text = resolving("python3 << 'EOF'\nprint(1)\nEOF", "python")
    found = said_of(tmp_path, {BOOK: text})
    assert "python-does-not-parse" in {lint for lint, _ in found}


def test_07_the_remote_write_keeps_no_metric_of_the_rules(tmp_path: Path) -> None:
    """It keeps what begins with a prefix that no metric has."""
    scrape = (
        "rule_files: [rules/*.yaml]\nscrape_configs:\n  - job_name: icb\nremote_write:\n"
        "  - url: https://metrics.acme.dev\n    write_relabel_configs:\n"
        '      - {source_labels: [__name__], regex: "icb_.*", action: keep}\n'
    )
    names = ("fetch_latency_seconds", "validation_errors_total", "llm_api_calls_total")
    rules = "groups:\n  - name: icb\n    rules:\n" + "".join(
        f"      - alert: A{number}\n        expr: max({name}) > 60\n        for: 5m\n"
        for number, name in enumerate(names)
    )
    found = said_of(tmp_path, {"prometheus.yml": scrape, "rules/icb.yaml": rules})
    assert "remote-write-keeps-nothing" in {lint for lint, _ in found}


def test_08_the_runbook_and_the_rule_give_different_thresholds(tmp_path: Path) -> None:
    """Critical is 90 % for the one, and 80 for the other."""
    text = (
        "---\nalerts: [PoolExhausted]\nowner: data\nseverity: critical\n---\n"
        + SECTIONS.replace(
            "Gaps in the table of prices.",
            "The alert `PoolExhausted` fires when the pool is above 90 % for 5 minutes.",
        )
    )
    rules = (
        "groups:\n  - name: icb\n    rules:\n      - alert: PoolExhausted\n"
        "        expr: pool_used / pool_size > 0.8\n        for: 5m\n"
        "        labels: {severity: critical}\n"
    )
    found = said_of(tmp_path, {BOOK: text, "rules/icb.yaml": rules})
    assert ("runbook-differs-from-rule", f"{BOOK}:{line_of(text, 'The alert')}") in found


@pytest.mark.parametrize("claim", ["Ready for Done", "✓ Ready for Done - all validated"])
def test_the_story_is_done_above_boxes_that_are_not_ticked(tmp_path: Path, claim: str) -> None:
    """The seed's own: its definition of done has nine of them."""
    text = (
        f"# Runbooks\n\n## Status\n{claim}\n\n## Definition of Done\n"
        "- [ ] Somebody followed each runbook\n- [ ] The drill was run\n"
    )
    found = said_of(tmp_path, {"docs/story.md": text})
    assert ("claim-above-unticked-boxes", "docs/story.md:4") in found


def test_the_gate_passes_above_a_task_that_was_never_done(tmp_path: Path) -> None:
    """A box for the fallback's budget is open; the gate says PASS."""
    text = (
        "# Runbooks\n\n## Tasks\n- [x] Rate limits\n- [ ] The crawler's budget\n\n"
        "### Gate Status\n\nGate: PASS → gates/runbooks.yml\n"
    )
    found = said_of(tmp_path, {"docs/story.md": text})
    assert ("claim-above-unticked-boxes", "docs/story.md:9") in found
