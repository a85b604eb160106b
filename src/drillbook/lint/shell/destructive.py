"""What commands and statements do to a running system: a table, and nothing else.

NONE changes something and interrupts nobody, DISRUPTIVE interrupts, DESTRUCTIVE loses what cannot
be had again. In doubt a row has the milder grade, or is not here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from drillbook.model.sentence import Risk

NONE, DISRUPTIVE, DESTRUCTIVE = Risk.NONE, Risk.DISRUPTIVE, Risk.DESTRUCTIVE


@dataclass(frozen=True, slots=True)
class CommandRow:
    """`words` are what the program's own words begin with, `a|b` for either.

    `needs` and `unless` are patterns for one whole argument.
    """

    programs: str
    words: str
    risk: Risk
    does: str
    needs: str = ""
    unless: str = ""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """`pattern` is what a statement begins with, or with `is_anywhere` holds."""

    pattern: re.Pattern[str]
    risk: Risk
    does: str
    is_anywhere: bool = False


# Options that take the next word as their value, by program.
VALUE_OPTIONS: Mapping[str, frozenset[str]] = {
    "kubectl": frozenset(
        "-n --namespace --context --kubeconfig --cluster --user -f --filename -l --selector -o "
        "--output -c --container --as -p --patch --type --field-selector --server -s".split()
    ),
    "docker": frozenset(
        "-f --file -p --project-name -H --host --context -t --time -s --signal --filter".split()
    ),
    "systemctl": frozenset("-H --host -M --machine -n -o --output -t --type".split()),
    "redis-cli": frozenset(
        "-h -p -s -a -u -r -i -n -t --user --pass --cacert --cert --key --sni -x -X".split()
    ),
    "aws": frozenset("--region --profile --output --query --endpoint-url --ca-bundle".split()),
    "gcloud": frozenset("--project --zone --region --format --account --filter".split()),
    "az": frozenset("-g --resource-group -n --name --subscription -o --output --query".split()),
    "rpk": frozenset("-X --brokers --config --profile".split()),
    "helm": frozenset("-n --namespace --kube-context --kubeconfig".split()),
    "git": frozenset("-C -c --git-dir --work-tree".split()),
    "supervisorctl": frozenset("-c -s -u -p --configuration --serverurl".split()),
    "ceph": frozenset("-c -n --name -k --keyring --cluster -f --format".split()),
    "etcdctl": frozenset("--endpoints --cacert --cert --key -w --write-out --user".split()),
    "rabbitmqctl": frozenset("-n --node -p --vhost -t --timeout".split()),
}
# Programs that are called like another.
LIKE: Mapping[str, str] = {
    "oc": "kubectl",
    "k": "kubectl",
    "podman": "docker",
    "nerdctl": "docker",
    "valkey-cli": "redis-cli",
    "keydb-cli": "redis-cli",
    "docker-compose": "docker",
    "podman-compose": "docker",
    "gsutil": "gcloud",
}

COMMANDS: tuple[CommandRow, ...] = (
    # The shell and the machine
    CommandRow("rm", "", DESTRUCTIVE, "deletes files"),
    CommandRow("rmdir", "", NONE, "deletes folders"),
    CommandRow("unlink", "", DESTRUCTIVE, "deletes a file"),
    CommandRow("find", "", DESTRUCTIVE, "deletes the files it finds", needs="-delete"),
    CommandRow("rsync", "", DESTRUCTIVE, "deletes files at its target", needs="--delete.*"),
    CommandRow("dd", "", DESTRUCTIVE, "overwrites its output", needs=r"of=(?!/dev/null|/tmp/).*"),
    CommandRow("mkfs wipefs mke2fs", "", DESTRUCTIVE, "wipes a disk", unless="-n|--no-act"),
    CommandRow("shred", "", DESTRUCTIVE, "overwrites files"),
    CommandRow("truncate", "", DESTRUCTIVE, "cuts files"),
    CommandRow("kill", "", DISRUPTIVE, "ends a process", unless=r"-l|-0|-L|--list"),
    CommandRow("pkill killall", "", DISRUPTIVE, "ends processes by name", unless=r"-0|-l"),
    CommandRow("reboot shutdown halt poweroff", "", DISRUPTIVE, "takes the machine down",
               unless="-c"),
    CommandRow(
        "systemctl",
        "stop|restart|kill|try-restart|isolate|reboot|poweroff|mask",
        DISRUPTIVE,
        "interrupts a service",
    ),
    CommandRow("systemctl", "start|enable|disable|reload|daemon-reload", NONE, "changes a service"),
    CommandRow("supervisorctl", "stop|restart|shutdown|signal", DISRUPTIVE, "interrupts a service"),
    CommandRow("supervisorctl", "start|update|reread", NONE, "changes a service"),
    CommandRow("pm2", "stop|restart|delete|kill", DISRUPTIVE, "interrupts a service"),
    CommandRow("pm2", "flush", DESTRUCTIVE, "deletes logs"),
    CommandRow("iptables ip6tables", "", DISRUPTIVE, "drops the rules of the firewall",
               needs="-F|--flush"),
    CommandRow("git", "reset", DESTRUCTIVE, "drops uncommitted work", needs="--hard"),
    CommandRow("git", "clean", DESTRUCTIVE, "deletes files", needs="-[a-z]*f[a-z]*",
               unless="-[a-z]*n[a-z]*"),
    CommandRow("git", "push", DESTRUCTIVE, "overwrites a branch", needs="--force|-f"),
    CommandRow("journalctl", "", DESTRUCTIVE, "deletes logs", needs="--vacuum-.*"),
    CommandRow("lvremove vgremove pvremove", "", DESTRUCTIVE, "deletes volumes"),
    CommandRow("umount", "", DISRUPTIVE, "takes a file system away"),
    CommandRow("dropdb", "", DESTRUCTIVE, "deletes a database"),
    CommandRow("pg_resetwal pg_resetxlog", "", DESTRUCTIVE, "drops the write-ahead log",
               unless="-n|--dry-run"),
    CommandRow("pg_archivecleanup", "", DESTRUCTIVE, "deletes write-ahead log",
               unless="-n|--dry-run"),
    CommandRow("pg_rewind", "", DESTRUCTIVE, "overwrites a data directory", unless="-n|--dry-run"),
    CommandRow("pg_ctl", "stop|restart|promote", DISRUPTIVE, "interrupts the database"),
    CommandRow("pg_ctlcluster", "", DISRUPTIVE, "interrupts the database", needs="stop|restart"),
    CommandRow("pg_restore", "", DESTRUCTIVE, "drops objects before it makes them",
               needs="-c|--clean"),
    CommandRow("patronictl", "failover|switchover|restart|reinit", DISRUPTIVE,
               "interrupts the database"),
    CommandRow("patronictl", "remove", DESTRUCTIVE, "removes the cluster"),
    # Kubernetes
    CommandRow("kubectl", "delete", DESTRUCTIVE, "deletes what it names and what hangs on it",
               needs=r"(?:pvc|pv|persistentvolumeclaims?|persistentvolumes?|ns|namespaces?|crds?|project"
                     r"|customresourcedefinitions?|statefulsets?|sts|secrets?)(?:/.*)?"),
    CommandRow("kubectl", "delete", DISRUPTIVE, "deletes what it names"),
    CommandRow("kubectl", "scale", DISRUPTIVE, "takes all its pods away", needs=r"--replicas=0"),
    CommandRow("kubectl", "scale", NONE, "changes how many pods there are"),
    CommandRow("kubectl", "drain", DISRUPTIVE, "evicts the pods of a node"),
    CommandRow("kubectl", "cordon|uncordon|taint", NONE, "changes what a node takes"),
    CommandRow("kubectl", "rollout undo|restart", DISRUPTIVE, "replaces the pods"),
    CommandRow("kubectl", "rollout pause|resume", NONE, "changes a rollout"),
    CommandRow("kubectl", "replace", DESTRUCTIVE, "deletes and makes anew", needs="--force"),
    CommandRow("kubectl", "apply|patch|edit|set|replace|annotate|label|autoscale", NONE,
               "changes objects", unless="--list(?:=true)?"),
    CommandRow("kubectl", "adm drain", DISRUPTIVE, "evicts the pods of a node"),
    CommandRow("kubectl", "adm cordon|uncordon|taint", NONE, "changes what a node takes"),
    CommandRow("helm", "uninstall|delete", DESTRUCTIVE, "removes a release"),
    CommandRow("helm", "rollback|upgrade", DISRUPTIVE, "replaces a release"),
    # Containers
    CommandRow("docker", "rm|stop|restart|kill|pause", DISRUPTIVE, "interrupts containers"),
    CommandRow("docker", "container rm|stop|restart|kill|pause|prune", DISRUPTIVE,
               "interrupts containers"),
    CommandRow("docker", "compose stop|restart|kill|pause|rm", DISRUPTIVE, "interrupts containers"),
    CommandRow("docker", "compose down", DESTRUCTIVE, "deletes containers and their volumes",
               needs="-v|--volumes"),
    CommandRow("docker", "compose down", DISRUPTIVE, "takes all containers away"),
    CommandRow("docker-compose podman-compose", "stop|restart|kill|pause|rm|down", DISRUPTIVE,
               "interrupts containers"),
    CommandRow("docker", "compose up", DISRUPTIVE, "replaces containers", needs="--force-recreate"),
    CommandRow("docker", "compose up|start", NONE, "starts containers"),
    CommandRow("docker", "start|unpause", NONE, "starts containers"),
    CommandRow("docker", "rmi", NONE, "deletes images"),
    CommandRow("docker", "volume rm|prune", DESTRUCTIVE, "deletes volumes"),
    CommandRow("docker", "system prune", DESTRUCTIVE, "deletes what is not in use",
               needs="--volumes"),
    CommandRow("docker", "system|image|builder|network prune", NONE, "deletes what is not in use"),
    CommandRow("docker", "network disconnect|rm", DISRUPTIVE, "cuts containers off"),
    CommandRow("crictl", "rm|rmp|stop|stopp", DISRUPTIVE, "interrupts containers"),
    # Clouds
    CommandRow("aws", "s3 rm|rb", DESTRUCTIVE, "deletes objects", unless="--dryrun"),
    CommandRow("aws", "s3 sync", DESTRUCTIVE, "deletes objects", needs="--delete",
               unless="--dryrun"),
    CommandRow("aws", r"* delete-[a-z0-9-]+|terminate-[a-z0-9-]+|purge-queue|remove-[a-z0-9-]+",
               DESTRUCTIVE, "deletes what it names"),
    CommandRow("aws", r"* reboot-[a-z0-9-]+|stop-[a-z0-9-]+|failover-[a-z0-9-]+", DISRUPTIVE,
               "interrupts what it names"),
    CommandRow("aws", r"* update-[a-z0-9-]+|modify-[a-z0-9-]+|put-[a-z0-9-]+|set-[a-z0-9-]+", NONE,
               "changes what it names"),
    CommandRow("gcloud", "", DESTRUCTIVE, "deletes what it names", needs="delete|destroy"),
    CommandRow("gcloud", "", DISRUPTIVE, "interrupts what it names",
               needs="restart|failover|reset|stop"),
    CommandRow("az", "", DESTRUCTIVE, "deletes what it names", needs="delete|purge"),
    CommandRow("az", "", DISRUPTIVE, "interrupts what it names",
               needs="restart|stop|deallocate|failover"),
    CommandRow("terraform tofu terragrunt", "", DESTRUCTIVE, "removes what it made",
               needs="destroy|-destroy",
               unless="plan"),
    CommandRow("terraform tofu terragrunt", "apply", DISRUPTIVE, "changes what it made"),
    CommandRow("flyctl fly", "apps|machine|machines|volumes|volume destroy", DESTRUCTIVE,
               "removes an app"),
    CommandRow("flyctl fly", "apps|machine|machines restart|stop", DISRUPTIVE, "interrupts an app"),
    CommandRow("heroku", r"pg:reset|apps:destroy|addons:destroy", DESTRUCTIVE,
               "removes what it names"),
    CommandRow("supabase", "db reset", DESTRUCTIVE, "drops the database"),
    CommandRow("vercel", "rollback|remove|rm", DISRUPTIVE, "replaces what is served"),
    # Queues and stores
    CommandRow("kafka-topics kafka-topics.sh", "", DESTRUCTIVE, "deletes topics", needs="--delete"),
    CommandRow("kafka-delete-records kafka-delete-records.sh", "", DESTRUCTIVE, "deletes records"),
    CommandRow("kafka-consumer-groups kafka-consumer-groups.sh", "", DESTRUCTIVE,
               "moves or deletes offsets", needs="--execute|--delete|--delete-offsets"),
    CommandRow("rpk", "topic delete|trim-prefix", DESTRUCTIVE, "deletes records"),
    CommandRow("rpk", "group delete|seek|offset-delete", DESTRUCTIVE, "moves or deletes offsets"),
    CommandRow("rabbitmqctl", "purge_queue|delete_queue|reset|force_reset", DESTRUCTIVE,
               "deletes messages"),
    CommandRow("rabbitmqctl", "stop|stop_app", DISRUPTIVE, "interrupts the broker"),
    CommandRow("mc", "rm|rb", DESTRUCTIVE, "deletes objects"),
    CommandRow("etcdctl", "del", DESTRUCTIVE, "deletes keys"),
    CommandRow("etcdctl", "member remove", DISRUPTIVE, "takes a member out"),
    CommandRow("etcdctl", "defrag", DISRUPTIVE, "blocks a member while it runs"),
    CommandRow("ceph", "osd purge|destroy|rm", DESTRUCTIVE, "removes a disk"),
    CommandRow("ceph", "osd pool rm|delete", DESTRUCTIVE, "deletes a pool"),
    CommandRow("nodetool", "drain|stopdaemon|decommission|removenode", DISRUPTIVE,
               "takes a node away"),
    CommandRow("redis-cli", "flushall|flushdb", DESTRUCTIVE, "deletes all keys"),
    CommandRow("redis-cli", "del|unlink|ltrim|xtrim|getdel|lpop|rpop|spop|zpopmin|zpopmax|hdel|srem"
               "|zrem|lrem|zremrangebyscore|zremrangebyrank", DESTRUCTIVE, "deletes data"),
    CommandRow("redis-cli",
               "config|debug|script|function set|resetstat|sleep|segfault|reload|flush|kill",
               DISRUPTIVE, "changes the server"),
    CommandRow("redis-cli", "shutdown|failover", DISRUPTIVE, "interrupts the server"),
    CommandRow("redis-cli", "client|cluster kill|pause|failover|reset|forget", DISRUPTIVE,
               "cuts clients or nodes off"),
    CommandRow("redis-cli", "replicaof|slaveof", DESTRUCTIVE, "replaces the server's data"),
)  # fmt: skip


def _row(pattern: str, risk: Risk, does: str, *, is_anywhere: bool = False) -> StatementRow:
    return StatementRow(re.compile(pattern, re.IGNORECASE), risk, does, is_anywhere)


STATEMENTS: tuple[StatementRow, ...] = (
    _row(r"drop\s+(?:table|database|schema|materialized|view|tablespace|user|role|owned|type)\b",
         DESTRUCTIVE, "deletes what it names"),
    _row(r"drop\s+index\b", DISRUPTIVE, "takes an index away"),
    _row(r"truncate\s+(?:table\s+)?[\w\".`]", DESTRUCTIVE, "deletes all rows"),
    _row(r"delete\s+from\b", DESTRUCTIVE, "deletes rows"),
    _row(r"update\s+(?!.{0,80}\bfor\b)[\w\".`]+\s+(?:as\s+\w+\s+|\w+\s+)?set\b", NONE,
         "changes rows"),
    _row(r"alter\s+system\b", DISRUPTIVE, "changes the server's settings"),
    _row(r"alter\s+table\b.{0,200}\b(?:drop|delete|detach)\b", DESTRUCTIVE,
         "deletes a part of a table"),
    _row(r"alter\s+(?:table|database|role|user)\b", NONE, "changes a definition"),
    _row(r"detach\s+(?:table|view|database|dictionary)\b", DISRUPTIVE, "takes a table away"),
    _row(r"system\s+(?:shutdown|kill|stop|drop|restart)\b", DISRUPTIVE, "interrupts the server"),
    _row(r"kill\s+(?:query|mutation|connection|[0-9])", DISRUPTIVE, "ends queries"),
    _row(r"vacuum\s*(?:\(.{0,40}\bfull\b|full\b)", DISRUPTIVE, "locks tables while it runs"),
    _row(r"lock\s+tables?\b", DISRUPTIVE, "locks tables"),
    _row(r"\bpg_(?:terminate|cancel)_backend\s*\(", DISRUPTIVE, "ends sessions", is_anywhere=True),
    _row(r"\bpg_promote\s*\(", DISRUPTIVE, "makes a standby the primary", is_anywhere=True),
    _row(r"\bpg_drop_replication_slot\s*\(", DESTRUCTIVE, "drops a replication slot",
         is_anywhere=True),
    _row(r"\bpg_stat_(?:statements_)?reset\s*\(", NONE, "drops statistics", is_anywhere=True),
    _row(r"\bpg_reload_conf\s*\(", NONE, "loads settings", is_anywhere=True),
)  # fmt: skip

# The words without which a text is not worth reading.
WORDS = frozenset(
    "rm rmdir rb unlink find rsync dd mkfs wipefs mke2fs shred truncate kill pkill killall "
    "reboot shutdown halt poweroff systemctl supervisorctl pm2 iptables ip6tables git "
    "journalctl lvremove vgremove pvremove umount dropdb pg_resetwal pg_resetxlog "
    "pg_archivecleanup pg_rewind pg_ctl pg_ctlcluster pg_restore patronictl delete del scale "
    "drain cordon uncordon taint rollout replace apply patch edit set annotate label autoscale "
    "uninstall rollback upgrade stop stopp rmp restart start pause unpause down up rmi prune "
    "disconnect sync aws gcloud az terraform tofu terragrunt flyctl fly heroku supabase vercel "
    "kafka rpk rabbitmqctl etcdctl ceph nodetool redis valkey keydb drop update alter detach "
    "system vacuum lock null pg_terminate_backend pg_cancel_backend pg_promote "
    "pg_drop_replication_slot pg_stat_reset pg_stat_statements_reset pg_reload_conf".split()
)
