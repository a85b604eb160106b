"""Documents → what `known-trap` says of them."""

import pytest

from acting import findings_of, marked, plain, runbook
from drillbook.lint.acting.known_trap import LINT
from drillbook.model.finding import Severity


def said(command: str, language: str = "bash", before: str = "") -> list[str]:
    """The causes that are told."""
    text = before + plain(command, section="Resolution", language=language)
    return [finding.message for finding in findings_of(LINT, text)]


TRAPS = [
    ("renamed this column", "psql -c 'SELECT mean_time FROM pg_stat_statements'"),
    ("renamed this column", "psql -c 'SELECT 1 FROM pg_stat_statements ORDER BY total_time DESC'"),
    ("renamed this function", "psql -c 'SELECT pg_current_xlog_location()'"),
    ("renamed this function", "psql -c 'SELECT pg_last_xlog_replay_location()'"),
    ("takes no argument", "psql -c \"SELECT pg_wal_replay_resume('2026-01-01 10:00')\""),
    ("takes no argument", "psql -c 'SELECT pg_wal_replay_pause(42)'"),
    (
        "holds only after a restart",
        "psql -c 'ALTER SYSTEM SET max_connections = 300'\npsql -c 'SELECT pg_reload_conf()'",
    ),
    (
        "holds only after a restart",
        "psql -c \"ALTER SYSTEM SET shared_buffers = '4GB'\"\nsystemctl reload postgresql",
    ),
    (
        "still needs",
        "pg_archivecleanup /var/lib/postgresql/16/main/pg_wal 000000010000000000000010",
    ),
    ("still needs", "sudo -u postgres pg_archivecleanup -d $PGDATA/pg_wal"),
    ("lacks its second argument", "pg_archivecleanup /archive"),
    ("lacks its second argument", "pg_archivecleanup -d /archive"),
    ("unable to start", "rm -f /var/lib/postgresql/16/main/pg_wal/*"),
    ("unable to start", "rm -rf $PGDATA/pg_wal/0000000100000000*"),
    ("throws committed data away", "pg_resetwal -f $PGDATA"),
    ("crash recovery", "kill -9 $(pgrep postgres)"),
    ("crash recovery", "pkill -9 postgres"),
    ("answers nobody else", "redis-cli KEYS 'rl:*'"),
    ("answers nobody else", "redis-cli -h cache -p 6379 keys 'rl:*' | xargs redis-cli DEL"),
    ("answers nobody else", "kubectl exec cache-0 -- redis-cli KEYS '*'"),
    ("WRONGTYPE", "redis-cli LTRIM bull:publish:completed 0 99"),
    ("WRONGTYPE", "redis-cli LRANGE bull:publish:failed 0 10"),
    ("WRONGTYPE", "redis-cli -n 1 llen bull:publish:delayed"),
    ("may read 0", "redis-cli LLEN bull:publish:wait"),
    ("by 4096", "redis-cli ZRANGEBYSCORE bull:publish:delayed 0 $(date +%s)000"),
    ("no controller reads", "kubectl annotate deployment/api paused=true"),
    ("no controller reads", 'kubectl -n x annotate deploy api kubernetes.io/paused="true"'),
    ("cannot be changed", 'kubectl patch deployment api-b -p \'{"metadata": {"name": "api"}}\''),
    ("without the number", "kubectl scale deployment api"),
    ("without the number", "kubectl -n x scale deployment/api"),
    ("DaemonSet", "kubectl drain node-1"),
    ("DaemonSet", "oc adm drain node-1 --delete-emptydir-data"),
    ("counts twice", 'curl -H "Idempotency-Key: refund-$ID-$(date +%s)" http://a'),
    ("counts twice", 'curl -H "Idempotency-Key: $(uuidgen)" http://a'),
]

TRAPS += [
    ("lock token", "aws wafv2 update-ip-set --name a --id b --addresses 192.0.2.1/32"),
    ("whole set", "aws wafv2 update-ip-set --id b --lock-token c --addresses 192.0.2.1/32"),
    ("ends the checkout", "# extend it\ncurl -X POST http://a/v1/checkout/sessions/b/expire"),
    ("paid twice", "while read -r p; do\n  curl http://a/v1/refunds -d payment=$p\ndone < list"),
    ("paid twice", "for p in $(cat list); do stripe refunds create --charge $p; done"),
    ("never carried over", "find /data -name '*.wal' -mtime +1 -delete"),
    ("never carried over", "find /data -name '*.wal' -mtime +1 -exec rm {} +"),
]


@pytest.mark.parametrize(("cause", "command"), TRAPS)
def test_a_trap_is_told(cause, command):
    """One flaw, with its cause."""
    (message,) = said(command)
    assert cause in message


FINE = [
    "psql -c 'SELECT mean_exec_time FROM pg_stat_statements'",
    "psql -c 'SELECT mean_time FROM jobs'",
    "psql -c 'SELECT pg_current_wal_lsn()'",
    "psql -c 'SELECT pg_wal_replay_resume()'",
    "psql -c 'ALTER SYSTEM SET work_mem = 64'\npsql -c 'SELECT pg_reload_conf()'",
    "psql -c 'ALTER SYSTEM SET max_connections = 300'\nsystemctl restart postgresql",
    "psql -c 'ALTER SYSTEM SET max_connections = 300'",
    "pg_archivecleanup /archive 000000010000000000000010",
    "pg_archivecleanup -n $PGDATA/pg_wal 000000010000000000000010",
    "ls /var/lib/postgresql/16/main/pg_wal",
    "rm -rf /backup/old",
    "pg_resetwal -n $PGDATA",
    "pg_basebackup -D /copy\npg_resetwal -f $PGDATA",
    "kill -9 4242",
    "kill -HUP $(pgrep postgres)",
    "redis-cli --scan --pattern 'rl:*'",
    "redis-cli GET keys",
    "redis-cli HKEYS a",
    "redis-cli ZCARD bull:publish:completed",
    "redis-cli LLEN bull:publish:wait\nredis-cli ZCARD bull:publish:prioritized",
    "redis-cli LLEN bull:publish:active",
    "redis-cli ZRANGEBYSCORE bull:publish:delayed 0 $((NOW * 4096))",
    "redis-cli ZCOUNT bull:publish:delayed -inf +inf",
    "redis-cli FLUSHDB",
    "kubectl rollout pause deployment/api",
    "kubectl annotate deployment/api owner=team",
    "kubectl annotate cluster/a cluster.x-k8s.io/paused=true",
    "kubectl annotate scaledobject/a autoscaling.keda.sh/paused=true",
    'kubectl patch deployment api -p \'{"metadata": {"name": "api"}}\'',
    'kubectl patch deployment api -p \'{"metadata": {"labels": {"a": "b"}}}\'',
    "kubectl scale deployment api --replicas=3",
    "kubectl scale --replicas 3 -f a.yaml",
    "kubectl scale --help",
    "kubectl drain node-1 --ignore-daemonsets",
    'curl -H "Idempotency-Key: refund-$PAYMENT" http://a',
    "aws wafv2 update-ip-set --id b --lock-token $TOKEN --addresses $ALL",
    "aws wafv2 get-ip-set --id b",
    "# end it\ncurl -X POST http://a/v1/checkout/sessions/b/expire",
    "curl http://a/v1/refunds -d payment=$p",
    'while read -r p; do\n  curl -H "Idempotency-Key: $p" http://a/v1/refunds\ndone < list',
    "find /data -name '*.wal' -mtime +1",
    "find /data -name '*.log' -mtime +1 -delete",
    "echo redis-cli KEYS",
    "grep pg_resetwal log",
]


@pytest.mark.parametrize("command", FINE)
def test_what_is_right_is_fine(command):
    """The cure of each trap among them."""
    assert [] == said(command)


def test_a_flush_where_queues_live_is_told():
    """The document says what else lives in that Redis."""
    assert ["this also deletes the queues and sessions that live in the same Redis"] == said(
        "redis-cli FLUSHDB", before="Jobs wait in BullMQ.\n\n"
    )


def test_a_key_of_the_moment_in_a_program():
    """The table is asked of every fence."""
    command = "await pay({ idempotencyKey: `refund-${id}-${Date.now()}` })"
    (message,) = said(command, "typescript")
    assert "another one each time" in message


def test_a_document_of_an_old_server_is_left_alone():
    """There the old name is right."""
    assert [] == said(
        "psql -c 'SELECT mean_time FROM pg_stat_statements'", before="On PostgreSQL 11.\n\n"
    )


def test_a_fence_of_sql_is_looked_at():
    """The word is underlined, not the statement."""
    text = plain("SELECT query,\n  mean_time\nFROM pg_stat_statements;", language="sql")
    assert ["mean_time"] == marked(LINT, text)


def test_the_restart_may_stand_in_the_next_block():
    """Below the same heading."""
    text = "ALTER SYSTEM SET max_connections = 300;\nSELECT pg_reload_conf();\n```\n\n"
    assert [] == said(text + "```sh\nsystemctl restart postgresql", "sql")


@pytest.mark.parametrize(
    ("severity", "command"),
    [
        (Severity.ERROR, "kubectl scale deployment api"),
        (Severity.WARNING, "redis-cli KEYS '*'"),
        (Severity.NOTE, "kubectl drain node-1"),
    ],
)
def test_each_row_has_its_severity(severity, command):
    """What fails for certain is an error."""
    assert [severity] == [one.severity for one in findings_of(LINT, plain(command))]


def test_steps_are_looked_at():
    """As plain Markdown is."""
    assert ["redis-cli KEYS a"] == marked(LINT, runbook(check="redis-cli KEYS a"))


def test_a_hostile_command_takes_no_time():
    """Only commands of a bounded length are matched."""
    assert [] == said("redis-cli " + "llen bull:" * 20_000)


@pytest.mark.parametrize("said_above", ["Never do this:", "Don't:", "Avoid KEYS in production:"])
def test_what_a_text_advises_against_is_fine(said_above):
    """The page itself knows the trap."""
    assert [] == findings_of(LINT, plain("redis-cli KEYS '*'", said=said_above))
