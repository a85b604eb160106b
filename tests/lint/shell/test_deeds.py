"""An act → what it changes, and how badly."""

import pytest

from acting import plain
from drillbook.lint.shell.acts import acts_of
from drillbook.lint.shell.deeds import deeds_of, own_words
from drillbook.model.sentence import Risk
from drillbook.read.markdown.runbook import read_document

DESTRUCTIVE = [
    "rm -rf /var/lib/postgresql",
    "sudo rm /etc/passwd",
    "find /data -name '*.wal' -delete",
    "dd if=/dev/zero of=/dev/sda",
    "mkfs.ext4 /dev/sdb",
    "mkfs /dev/sdb",
    "shred secrets.txt",
    "truncate -s 0 /data/orders.wal",
    "> /var/log/app.log",
    ": > /data/orders.wal",
    "cat /dev/null > /data/orders.wal",
    "git reset --hard origin/main",
    "git clean -fd",
    "git push --force origin main",
    "dropdb orders",
    "pg_resetwal -f /data",
    "psql -c 'DROP TABLE orders'",
    "psql -c 'drop materialized view daily'",
    "psql -c 'TRUNCATE orders'",
    "psql -c 'DELETE FROM orders'",
    "psql -c 'DELETE FROM orders WHERE id = 1'",
    "mysql -e 'DROP DATABASE orders'",
    "clickhouse-client -q 'ALTER TABLE a DROP PARTITION 1'",
    "kubectl delete pvc data-0",
    "kubectl -n orders delete namespace orders",
    "kubectl delete crd/orders.example.org",
    "kubectl replace --force -f a.yaml",
    "helm uninstall orders",
    "docker volume rm data",
    "docker compose down -v",
    "docker system prune --volumes -f",
    "aws s3 rm s3://bucket --recursive",
    "aws ec2 terminate-instances --instance-ids i-1",
    "aws --region eu-west-1 rds delete-db-instance --db-instance-identifier x",
    "gcloud sql instances delete orders",
    "az vm delete --name x",
    "terraform destroy",
    "kafka-topics.sh --bootstrap-server a:9092 --delete --topic orders",
    "rpk topic delete orders",
    "rpk group seek workers --to start",
    "redis-cli FLUSHALL",
    "redis-cli -h cache -p 6379 flushdb",
    "redis-cli -a x DEL session:1",
    "redis-cli --scan --pattern 'a*' | xargs redis-cli DEL x",
    "etcdctl del /orders --prefix",
    "ceph osd purge 1 --yes-i-really-mean-it",
    "supabase db reset",
    "rabbitmqctl purge_queue orders",
]
DISRUPTIVE = [
    "kill -9 1234",
    "pkill -f worker",
    "reboot",
    "sudo reboot",
    "shutdown -h now",
    "systemctl restart postgresql",
    "ssh db-1 'sudo systemctl stop postgresql'",
    "supervisorctl restart all",
    "pm2 restart api",
    "iptables -F",
    "pg_ctl stop -D /data",
    "patronictl switchover orders",
    "psql -c 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity'",
    "psql -c 'ALTER SYSTEM SET work_mem = 1'",
    "psql -c 'VACUUM FULL orders'",
    "psql -c 'VACUUM (FULL, ANALYZE) orders'",
    "clickhouse-client -q 'DETACH TABLE a'",
    "clickhouse-client -q 'SYSTEM STOP MERGES'",
    "mysql -e 'KILL 42'",
    "kubectl delete pod orders-0",
    "oc -n orders delete lease controller",
    "kubectl scale deployment/orders --replicas=0",
    "kubectl scale deployment orders --replicas 0",
    "kubectl drain node-1 --ignore-daemonsets",
    "kubectl rollout undo deployment/orders",
    "kubectl rollout restart deployment/orders",
    "oc adm drain node-1",
    "helm rollback orders 3",
    "docker restart db",
    "docker compose -f a.yml stop db",
    "docker-compose down",
    "podman kill db",
    "docker network disconnect net db",
    "aws rds reboot-db-instance --db-instance-identifier x",
    "gcloud sql instances restart orders",
    "redis-cli CONFIG SET maxmemory 1gb",
    "redis-cli CLIENT KILL TYPE normal",
    "redis-cli SHUTDOWN",
    "terraform apply -auto-approve",
    "vercel rollback",
    "etcdctl defrag",
]
CHANGING = [
    "systemctl start postgresql",
    "kubectl scale deployment/orders --replicas=3",
    "kubectl cordon node-1",
    "kubectl apply -f a.yaml",
    "oc patch hco x --type=json -p '[]'",
    "kubectl annotate pod a b=c",
    "psql -c 'UPDATE orders SET state = 1 WHERE id = 2'",
    "docker start db",
    "docker image prune -f",
    "aws s3api put-bucket-policy --bucket x",
]
HARMLESS = [
    "ls -l",
    "echo rm -rf /",
    "grep -c 'DROP TABLE' log",
    "# rm -rf /data",
    "cat <<EOF > notes\nrm -rf /data\nEOF",
    "rm /tmp/probe",
    "rm -f /var/tmp/x",
    "touch /data/probe && rm /data/probe",
    "file=$(mktemp); rm $file",
    'echo x > "$TMPDIR/a"; rm "$TMPDIR/a"',
    "dd if=/dev/sda of=/dev/null count=1",
    "kill -0 1234",
    "kill -l",
    "kubectl delete pod a --dry-run=client",
    "kubectl get pods",
    "kubectl describe deployment/delete",
    "kubectl logs restart-controller",
    "kubectl rollout status deployment/orders",
    "kubectl rollout history deployment/orders",
    "kubectl scale --help",
    "kubectl exec db-0 -- psql -c 'SELECT 1'",
    "systemctl status postgresql",
    "docker ps",
    "docker logs restart",
    "docker compose ps",
    "docker inspect kill",
    "redis-cli INFO",
    "redis-cli CONFIG GET maxmemory",
    "redis-cli CLIENT LIST",
    "redis-cli GET del",
    "psql -c 'SELECT * FROM pg_stat_activity'",
    "psql -c \"SELECT 'DROP TABLE x'\"",
    "psql -c 'BEGIN; DELETE FROM orders; ROLLBACK'",
    "psql -c 'EXPLAIN DELETE FROM orders'",
    "psql -c 'SELECT * FROM orders FOR UPDATE'",
    "aws s3 ls",
    "aws ec2 describe-instances",
    "aws s3 rm s3://a --recursive --dryrun",
    "gcloud sql instances list",
    "terraform plan -destroy",
    "terraform plan",
    "helm history orders",
    "git log --oneline",
    "git reset HEAD~1",
    "journalctl -u postgresql",
    "kafka-topics.sh --list",
    "kafka-consumer-groups.sh --describe --group x",
    "rpk topic list",
    "rpk group describe workers",
    "find / -name core",
    "mc ls a",
    "etcdctl endpoint health",
    "pg_resetwal -n /data",
]


def risks(command: str, language: str = "bash") -> list[Risk]:
    """Of a document with this one fence."""
    (act,) = acts_of(read_document(plain(command, language=language), "a.md"))
    return [deed.risk for deed in deeds_of(act)]


@pytest.mark.parametrize("command", DESTRUCTIVE)
def test_what_destroys_is_destructive(command):
    """What is lost cannot be had again."""
    assert Risk.DESTRUCTIVE in risks(command)


@pytest.mark.parametrize("command", DISRUPTIVE)
def test_what_interrupts_is_disruptive(command):
    """Nothing worse is said of it."""
    assert {Risk.DISRUPTIVE} == set(risks(command))


@pytest.mark.parametrize("command", CHANGING)
def test_what_only_changes_has_no_risk(command):
    """It is a deed nevertheless."""
    assert {Risk.NONE} == set(risks(command))


@pytest.mark.parametrize("command", HARMLESS)
def test_what_looks_is_no_deed(command):
    """In doubt nothing is said."""
    assert [] == risks(command)


def test_a_fence_of_sql_has_deeds():
    """Each statement its own, at its place."""
    text = "SELECT 1;\n-- DROP TABLE a\nDROP TABLE b;\nUPDATE c SET d = 1;"
    (act,) = acts_of(read_document(plain(text, language="sql"), "a.md"))
    deeds = deeds_of(act)
    assert ["DROP TABLE", "UPDATE c SET"] == [act.text[deed.start : deed.end] for deed in deeds]
    assert ["deletes what it names", "changes rows"] == [deed.does for deed in deeds]


def test_other_fences_do_nothing():
    """A manifest that says "delete" deletes nothing."""
    assert [] == risks("delete: rm -rf /", "yaml")
    assert [] == risks("rm -rf /", "text")


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (["delete", "pod", "a"], "-n orders delete pod a"),
        (["delete", "pod", "a"], "--namespace=orders delete --context x pod a"),
        (["delete", "pod"], "delete pod -l app=x"),
        (["exec", "a"], "exec a -- rm x"),
    ],
)
def test_own_words_are_without_options(expected, text):
    """Nor their values."""
    assert expected == own_words(tuple(text.split()), "kubectl")
