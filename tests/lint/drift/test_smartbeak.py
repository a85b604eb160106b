"""SmartBeak, the publishing platform: each drift that a text can show, on a reconstruction of it.

What no text of a runbook shows: the order in which the program marks a payment's event as seen and
handles it (1, 2), which of its handlers clear a flag (3), what its routes are called and do (4),
that the running program writes its keys with another prefix (6, in part), that two commands use one
address which is broken (9, in part). Its alert rules stand in its own source text, which is no file
of rules.
"""

from pathlib import Path

import pytest

from drifts import line_of, said_of

BOOK = "docs/runbooks/recovery.md"
SECTIONS = (
    "# Publishing has stopped\n\n## Symptoms\nJobs wait.\n\n"
    "## Diagnosis\nLook.\n\n## Resolution\nAct.\n\n## Verification\nLook again.\n"
)


def resolving(block: str, language: str = "bash", before: str = "Act.") -> str:
    """A runbook whose Resolution has this block."""
    return SECTIONS.replace("Act.\n", f"{before}\n\n```{language}\n{block}\n```\n")


def told(root: Path, text: str) -> set[tuple[str, int]]:
    """The lints of the runbook with their lines."""
    found = said_of(root, {BOOK: text})
    return {(lint, int(place.rpartition(":")[2])) for lint, place in found}


@pytest.mark.parametrize(
    "command",
    [
        "redis-cli LLEN bull:publishing:wait",
        "redis-cli LTRIM bull:publishing:completed 0 99",
        "redis-cli LRANGE bull:publishing:failed 0 10",
        "redis-cli ZRANGEBYSCORE bull:publishing:delayed 0 $(date +%s)000",
    ],
)
def test_05_the_queues_are_asked_as_what_they_are_not(tmp_path: Path, command: str) -> None:
    """Jobs with a priority wait elsewhere; two are sorted sets; scores are multiplied."""
    text = resolving(command)
    assert ("known-trap", line_of(text, "redis-cli")) in told(tmp_path, text)


def test_06_memory_is_relieved_by_reading_all_keys(tmp_path: Path) -> None:
    """The server answers nobody meanwhile."""
    text = resolving("redis-cli KEYS 'cb:*' | xargs redis-cli DEL")
    assert ("known-trap", line_of(text, "redis-cli")) in told(tmp_path, text)


def test_06_the_cache_is_flushed_where_the_queues_live(tmp_path: Path) -> None:
    """Queues, sessions and the marks of seen payments go as well."""
    text = resolving("redis-cli FLUSHDB", before="Clear the cache (BullMQ runs on it, too):")
    assert ("known-trap", line_of(text, "redis-cli")) in told(tmp_path, text)


def test_07_a_session_is_extended_by_ending_it(tmp_path: Path) -> None:
    """The call does what its name says."""
    call = "curl -X POST https://api.stripe.com/v1/checkout/sessions/$SESSION/expire"
    text = resolving(call, before="Extend the time that is left to pay:")
    assert ("known-trap", line_of(text, "curl")) in told(tmp_path, text)


@pytest.mark.parametrize("language", ["typescript", "javascript", "js"])
def test_07_the_key_of_idempotency_is_another_one_each_time(tmp_path: Path, language: str) -> None:
    """It holds the present moment, so that nothing is ever recognized."""
    text = resolving(
        "await charge(order, {\n  idempotencyKey: `retry-${order}-${Date.now()}`,\n})", language
    )
    assert ("known-trap", line_of(text, "idempotencyKey")) in told(tmp_path, text)


@pytest.mark.parametrize("name", ["STRIPE_SECRET_KEY", "PADDLE_API_KEY", "WEBHOOK_SECRET"])
def test_07_secrets_are_echoed(tmp_path: Path, name: str) -> None:
    """To see whether they are set; they then stand in the scroll-back."""
    text = resolving(f"echo ${name}").replace("Look.\n", f"```bash\necho ${name}\n```\n", 1)
    assert ("secret-echoed", line_of(text, "echo")) in told(tmp_path, text)


def test_07_refunds_are_made_in_a_loop(tmp_path: Path) -> None:
    """Where it breaks off, nobody knows which were paid."""
    text = resolving(
        "while read -r payment; do\n"
        "  curl -X POST https://api.stripe.com/v1/refunds -d payment_intent=$payment\n"
        "done < twice.txt"
    )
    assert "known-trap" in {lint for lint, _ in told(tmp_path, text)}


def test_08_the_new_password_of_the_database_is_thrown_away(tmp_path: Path) -> None:
    """It is made in the very command that sets it."""
    text = resolving(
        "aws rds modify-db-instance --db-instance-identifier control \\\n"
        '  --master-user-password "$(openssl rand -base64 32)"'
    )
    assert ("generated-password-thrown-away", line_of(text, "--master")) in told(tmp_path, text)


def test_08_a_deployment_is_paused_by_an_annotation(tmp_path: Path) -> None:
    """Nothing reads it; the verb is `rollout pause`."""
    text = resolving("kubectl annotate deployment/worker kubernetes.io/paused=true")
    assert ("known-trap", line_of(text, "kubectl")) in told(tmp_path, text)


@pytest.mark.parametrize("token", ["", " --lock-token 1a2b"])
def test_08_the_set_of_blocked_addresses_is_replaced(tmp_path: Path, token: str) -> None:
    """Without the token it fails; with it, everybody else is let in again."""
    text = resolving(
        f"aws wafv2 update-ip-set --name blocked --scope REGIONAL --id 7{token} "
        "--addresses 192.0.2.7/32"
    )
    assert ("known-trap", line_of(text, "aws")) in told(tmp_path, text)


def test_09_what_failed_is_retried_since_a_day_that_is_long_gone(tmp_path: Path) -> None:
    """It was the day on which the runbook was written."""
    text = resolving(
        'curl -X POST http://control/admin/dlq/retry -d \'{"since": "2024-01-15T00:00:00Z"}\''
    )
    assert ("date-in-command", line_of(text, "curl")) in told(tmp_path, text)


@pytest.mark.parametrize(
    "restart", ["kubectl rollout restart deployment/control-plane", "pm2 restart control-plane"]
)
def test_09_the_new_address_is_exported_in_a_terminal(tmp_path: Path, restart: str) -> None:
    """The service is started by something else, and keeps the old one."""
    text = resolving(f"export CONTROL_PLANE_DB=postgres://standby/control\n{restart}")
    assert ("export-reaches-no-service", line_of(text, "export")) in told(tmp_path, text)
