"""What looks right and is not: facts of PostgreSQL, Redis and Kubernetes as a table.

A row of STATEMENT is matched with one SQL statement without its strings, of CALL with one command
of a shell as `program argument argument …`, of TEXT with the whole block. `also` must hold of the
whole block, `told` of the title and the sentence above it or of its own comments, `document` of the
whole document; what `unless` finds in the block, or in what is left
of its section, takes the flaw away.
"""

import re
from dataclasses import dataclass
from enum import Enum

from drillbook.model.finding import Severity


class Kind(Enum):
    """What a trap's pattern is matched with."""

    STATEMENT = "statement"
    CALL = "call"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Trap:
    """`source` says where the fact is written; the block holds one word of `hints`."""

    name: str
    kind: Kind
    hints: frozenset[str]
    pattern: re.Pattern[str]
    cause: str
    cure: str
    source: str
    also: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    told: re.Pattern[str] | None = None
    document: re.Pattern[str] | None = None
    unless_document: re.Pattern[str] | None = None
    severity: Severity = Severity.WARNING


def _in(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


RESTART_ONLY = (
    "max_connections|shared_buffers|max_wal_senders|max_worker_processes|wal_level|"
    "max_replication_slots|shared_preload_libraries|max_prepared_transactions|huge_pages|"
    "wal_buffers|archive_mode|max_locks_per_transaction|listen_addresses|port"
)

POSTGRESQL = (
    Trap(
        "renamed-time",
        Kind.STATEMENT,
        frozenset(("pg_stat_statements",)),
        _in(r"\b(?:mean|total|min|max|stddev)_time\b"),
        "PostgreSQL 13 renamed this column of pg_stat_statements, so the query fails",
        "write mean_exec_time, total_exec_time and so on",
        "PostgreSQL 13 release notes, pg_stat_statements",
        also=_in(r"pg_stat_statements"),
        unless=_in(r"_exec_time"),
        unless_document=_in(r"postgres(?:ql)?\s*(?:9|1[0-2])\b"),
    ),
    Trap(
        "xlog",
        Kind.STATEMENT,
        frozenset(
            (
                "pg_current_xlog_location",
                "pg_current_xlog_insert_location",
                "pg_current_xlog_flush_location",
                "pg_last_xlog_receive_location",
                "pg_last_xlog_replay_location",
                "pg_xlogfile_name",
                "pg_xlog_location_diff",
                "pg_switch_xlog",
                "pg_xlog_replay_resume",
                "pg_xlog_replay_pause",
                "pg_is_xlog_replay_paused",
            )
        ),
        _in(
            r"\bpg_(?:current_xlog_\w+|last_xlog_\w+|xlogfile_name|xlog_location_diff|switch_xlog|"
            r"xlog_replay_\w+|is_xlog_replay_paused)\b"
        ),
        "PostgreSQL 10 renamed this function, so the query fails",
        'write "wal" for "xlog" and "lsn" for "location", such as pg_current_wal_lsn()',
        "PostgreSQL 10 release notes",
        unless=_in(r"_wal_"),
        unless_document=_in(r"postgres(?:ql)?\s*9\b"),
    ),
    Trap(
        "replay-arguments",
        Kind.STATEMENT,
        frozenset(
            (
                "pg_wal_replay_resume",
                "pg_wal_replay_pause",
            )
        ),
        _in(r"\bpg_wal_replay_(?:resume|pause)\s*\(\s*[^\s)]"),
        "this function takes no argument: it resumes or pauses the replay here and now",
        "set recovery_target_time before the server starts, and call it with ()",
        "PostgreSQL, Recovery Control Functions",
        severity=Severity.ERROR,
    ),
    Trap(
        "reload-for-restart",
        Kind.STATEMENT,
        frozenset(("alter",)),
        _in(rf"alter\s+system\s+set\s+\"?(?:{RESTART_ONLY})\b"),
        "this setting holds only after a restart of PostgreSQL; a reload does not apply it",
        "restart the server, and say so in the Risk of the option",
        "PostgreSQL, Server Configuration, context postmaster",
        also=_in(r"pg_reload_conf|\breload\b"),
        unless=_in(r"restart|\bpg_ctl\b.{0,40}\bstart"),
    ),
    Trap(
        "cleanup-of-live-log",
        Kind.CALL,
        frozenset(("pg_archivecleanup",)),
        re.compile(
            r"pg_archivecleanup (?=.*\S*pg_(?:wal|xlog)\b)(?!(?:.* )?(?:-n|--dry-run)(?: |$)).+"
        ),
        "this deletes write-ahead log that the running server still needs",
        "never clean pg_wal by hand: find what holds the log back (a slot, a failing archiver)",
        "PostgreSQL, pg_archivecleanup: for archives and standby servers",
    ),
    Trap(
        "cleanup-without-oldest",
        Kind.CALL,
        frozenset(("pg_archivecleanup",)),
        re.compile(r"pg_archivecleanup(?: -[dbn]+| -x \S+)* [^-\s]\S*"),
        "pg_archivecleanup lacks its second argument, the oldest file to keep",
        "name the oldest file: pg_archivecleanup ARCHIVE 000000010000003700000010",
        "PostgreSQL, pg_archivecleanup",
        severity=Severity.ERROR,
    ),
    Trap(
        "deletes-live-log",
        Kind.CALL,
        frozenset(
            (
                "pg_wal",
                "pg_xlog",
            )
        ),
        re.compile(r"rm .*\bpg_(?:wal|xlog)/?(?:\*|[0-9A-F]|\S*\*).*|rm .*\bpg_(?:wal|xlog)/?"),
        "deleting write-ahead log by hand can make the database unable to start",
        "find what holds the log back (a slot, a failing archiver) and let the server remove it",
        "PostgreSQL, WAL configuration",
    ),
    Trap(
        "resetwal-first",
        Kind.CALL,
        frozenset(("pg_resetwal",)),
        re.compile(r"pg_resetwal (?!(?:.* )?(?:-n|--dry-run|-V|--version)(?: |$)).+"),
        "pg_resetwal throws committed data away and leaves the rest inconsistent",
        "copy the data directory and try to restore a backup first",
        "PostgreSQL, pg_resetwal: only as a last resort",
        unless_document=_in(
            r"pg_basebackup|restor|\bcopy of|cp -|tar |snapshot|last resort|backup"
        ),
    ),
    Trap(
        "kills-server",
        Kind.CALL,
        frozenset(
            (
                "kill",
                "pkill",
                "killall",
            )
        ),
        re.compile(
            r"(?:kill|pkill|killall) (?=.*-(?:9|s 9|KILL|SIGKILL)\b)(?=.*(?:postgres|postmaster)).+"
        ),
        "a backend killed with -9 takes the whole server into crash recovery",
        "end the session instead: SELECT pg_terminate_backend(PID)",
        "PostgreSQL, Shutting Down the Server",
    ),
)

REDIS = (
    Trap(
        "keys",
        Kind.CALL,
        frozenset(("keys",)),
        re.compile(r"(?:redis|valkey|keydb)-cli (?:-\S+ (?:[^-\s]\S* )?)*[Kk](?:EYS|eys) \S+"),
        "KEYS reads all keys in one go, and the server answers nobody else meanwhile",
        "use redis-cli --scan --pattern 'PATTERN'",
        "Redis, KEYS",
    ),
    Trap(
        "list-of-sorted-set",
        Kind.CALL,
        frozenset(("bull",)),
        re.compile(
            r"(?i)\S*redis-cli .*\b(?:ltrim|lrange|llen|lpop|rpop|lrem) "
            r"\S*bull:\S*:(?:completed|failed|delayed|prioritized)\b.*"
        ),
        "BullMQ keeps these jobs in a sorted set, so a command for lists fails with WRONGTYPE",
        "use ZCARD, ZRANGE or ZREMRANGEBYRANK",
        "BullMQ, the keys of a queue",
        severity=Severity.ERROR,
    ),
    Trap(
        "waiting-with-priority",
        Kind.CALL,
        frozenset(("bull",)),
        re.compile(r"(?i)\S*redis-cli .*\bllen \S*bull:\S*:wait\b.*"),
        'BullMQ keeps waiting jobs that have a priority in "prioritized", so this may read 0',
        "count ZCARD bull:QUEUE:prioritized as well",
        "BullMQ, prioritized jobs",
        unless_document=_in(r"prioritized"),
        severity=Severity.NOTE,
    ),
    Trap(
        "delayed-score",
        Kind.CALL,
        frozenset(("bull",)),
        re.compile(
            r"(?i)\S*redis-cli .*\b(?:zrangebyscore|zcount|zremrangebyscore) \S*bull:\S*:delayed "
            r"(?!-inf \+inf).*"
        ),
        "BullMQ multiplies the time of a delayed job by 4096, so these bounds find the wrong jobs",
        "multiply the bounds in milliseconds by 4096",
        "BullMQ, delayed jobs",
        unless=_in(r"4096|0x1000|<< ?12"),
    ),
    Trap(
        "flush-of-more",
        Kind.CALL,
        frozenset(("flushdb", "flushall",)),
        re.compile(r"(?i)\S*(?:redis|valkey|keydb)-cli .*\bflush(?:db|all)\b.*"),
        "this also deletes the queues and sessions that live in the same Redis",
        "delete the cache's keys alone: redis-cli --scan --pattern 'cache:*' | "
        "xargs redis-cli UNLINK",
        "Redis, FLUSHDB",
        document=_in(
            r"\bbull(?:mq)?\b|\bsidekiq\b|\bcelery\b|job queues?\b|\bsess(?:ion)?:|sess:\*"
        ),
    ),
)  # fmt: skip

KUBERNETES = (
    Trap(
        "pause-by-annotation",
        Kind.CALL,
        frozenset(("annotate",)),
        re.compile(
            r"(?:kubectl|oc|k) .*\bannotate .*\b(?:deploy(?:ments?)?|sts|statefulsets?|daemonsets?"
            r"|ds)(?:\.apps)?[/ ].*"
            r"(?<=[ ])(?:(?:deployment|apps)?\.?kubernetes\.io/)?paused?=\"?true\"?.*"
        ),
        "no controller reads this annotation, so nothing is paused",
        "use kubectl rollout pause deployment/NAME, or scale it to 0",
        "Kubernetes, Deployments: pausing is spec.paused",
    ),
    Trap(
        "renamed-by-patch",
        Kind.CALL,
        frozenset(("metadata",)),
        re.compile(
            r"(?:kubectl|oc|k) .*\bpatch (?:-\S+ \S+ )*(?:[a-z.]+[/ ])([\w.-]+) .*"
            r"\"metadata\"\s*:\s*\{\s*\"name\"\s*:\s*\"(?!\1\").*"
        ),
        "the name of an object cannot be changed by a patch",
        "make a new object, and delete the old one when nothing uses it any more",
        "Kubernetes, Object Names and IDs",
        severity=Severity.ERROR,
    ),
    Trap(
        "scale-without-replicas",
        Kind.CALL,
        frozenset(("scale",)),
        re.compile(
            r"(?:kubectl|oc|k) (?:-n \S+ |--namespace[= ]\S+ |--context[= ]\S+ )*scale "
            r"(?!.*--replicas)(?!.*(?:-h|--help)\b).+"
        ),
        "scale fails without the number of replicas",
        "add --replicas=N",
        "Kubernetes, kubectl scale",
        severity=Severity.ERROR,
    ),
    Trap(
        "drain-with-daemonsets",
        Kind.CALL,
        frozenset(("drain",)),
        re.compile(r"(?:kubectl|oc|k) (?:adm )?drain (?!.*--(?:ignore-daemonsets|dry-run|help)).+"),
        "drain refuses a node that runs pods of a DaemonSet, as nearly every node does",
        "add --ignore-daemonsets",
        "Kubernetes, kubectl drain",
        severity=Severity.NOTE,
    ),
)

CLOUDS = (
    Trap(
        "ip-set-without-token",
        Kind.CALL,
        frozenset(("wafv2",)),
        re.compile(r"aws (?:.* )?wafv2 update-ip-set (?!.*--lock-token).+"),
        "update-ip-set fails without the lock token of the set",
        "take LockToken and the addresses from aws wafv2 get-ip-set, and hand both back",
        "AWS CLI, wafv2 update-ip-set",
        unless_document=_in(r"--cli-input"),
        severity=Severity.ERROR,
    ),
    Trap(
        "ip-set-replaced",
        Kind.CALL,
        frozenset(("wafv2",)),
        re.compile(r"aws (?:.* )?wafv2 update-ip-set (?=.*--lock-token).*--addresses [^$]+"),
        "this replaces the whole set, so every other address in it is let in again",
        "hand over all addresses of aws wafv2 get-ip-set with the new one added",
        "AWS CLI, wafv2 update-ip-set",
        unless=_in(r"\bjq\b|--query"),
    ),
    Trap(
        "expires-to-extend",
        Kind.TEXT,
        frozenset(("expire",)),
        _in(r"checkout/?\.?sessions[/.][^\s'\"]{0,80}expire\b"),
        "this ends the checkout session at once, though the text says that it is extended",
        "make a new session; one that exists cannot be extended",
        "Stripe API, Expire a Session",
        told=_in(r"\bexten[ds]"),
        severity=Severity.ERROR,
    ),
    Trap(
        "refund-in-a-loop",
        Kind.TEXT,
        frozenset(("refunds",)),
        _in(
            r"(?:\bfor\b|\bwhile\b)(?:[^\n]*\n){0,12}?[^\n]{0,200}(?:/refunds\b|\brefunds create\b)"
        ),
        "a refund repeated after a time-out may be paid twice, and nothing says which were done",
        "give each refund an idempotency key made of its payment, and write down those done",
        "Stripe API, Idempotent requests",
        unless=_in(r"idempotency"),
    ),
)

ANYWHERE = (
    Trap(
        "key-of-the-moment",
        Kind.TEXT,
        frozenset(
            (
                "idempotency",
                "idempotencykey",
                "idempotency_key",
            )
        ),
        _in(
            r"idempotency[-_]?key['\"]?\s*[:=,]\s*[^\n,]{0,80}?(?:\$\(date\b|\$\(uuidgen|`date\b|"
            r"\bDate\.now\(\)|\$RANDOM|\buuid(?:v?4)?\(\)|\btime\.time\(\)|randomUUID\(\))"
        ),
        "this idempotency key is another one each time, so a repeated request counts twice",
        "make the key of what the request is about, such as the payment's id",
        "RFC draft Idempotency-Key: the same operation has the same key",
    ),
    Trap(
        "log-deleted-by-age",
        Kind.TEXT,
        frozenset(("wal",)),
        _in(r"\bfind\b[^\n]{0,80}\.wal\b[^\n]{0,80}(?:-delete\b|\brm\b)"),
        "this also deletes write-ahead log that was never carried over, and what is in it is lost",
        "delete by what was carried over, never by age; alarm on old files instead",
        "a write-ahead log holds what is nowhere else yet",
        also=_in(r"-delete\b|\brm\b"),
    ),
)

TRAPS: tuple[Trap, ...] = (*POSTGRESQL, *REDIS, *KUBERNETES, *CLOUDS, *ANYWHERE)
