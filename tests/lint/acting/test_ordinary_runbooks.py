"""Runbooks as people write them, with nothing wrong in what they do → no word of these lints."""

import pytest

from acting import AROUND
from drillbook.lint.ask import of_document
from drillbook.lint.registry import LINTS
from drillbook.model.lint import DocumentLint
from drillbook.read.markdown.runbook import read_document

ROOM = "drillbook.lint.acting."
ACTING = [
    lint
    for lint in LINTS
    if isinstance(lint, DocumentLint) and lint.check.__module__.startswith(ROOM)
]

KUBERNETES = """
# Pods of the shop restart again and again

## Meaning
A container has ended more than three times in ten minutes.

## Diagnosis
Which pods are they?

```bash
kubectl get pods --namespace shop --field-selector=status.phase!=Running
kubectl -n shop describe pod <pod-name>
kubectl -n shop logs <pod-name> --previous --tail=100
kubectl get events -n shop --sort-by=.lastTimestamp | tail -20
```

Follow the log while it starts:

```bash
kubectl -n shop logs -f deployment/shop
kubectl -n shop get pods -w
```

Look at it from within:

```bash
kubectl -n shop exec -it <pod-name> -- sh -c 'df -h; env | sort | cut -d= -f1'
kubectl run probe --rm -it --image=curlimages/curl -- curl -sS http://shop:8080/health
```

- Is the node under pressure?

  ```console
  $ kubectl describe node "$NODE" | grep -A 5 Conditions
  Conditions:
    Type             Status  Reason
    MemoryPressure   False   KubeletHasSufficientMemory
  $ oc debug node/$NODE -- chroot /host journalctl -u kubelet --since '-1h'
  ```

## Mitigation
Restart the deployment, or go back to the version before:

```bash
kubectl -n shop rollout restart deployment/shop
kubectl -n shop rollout undo deployment/shop
kubectl -n shop rollout status deployment/shop --timeout=120s
kubectl -n shop scale deployment/shop --replicas=5
kubectl drain <node-name> --ignore-daemonsets --delete-emptydir-data
kubectl uncordon <node-name>
kubectl -n shop delete pod <pod-name>
```
"""

POSTGRESQL = """
# Connections run out

## Symptoms
`FATAL: sorry, too many clients already`

## Investigation
```sql
-- who holds them?
SELECT usename, application_name, state, count(*)
FROM pg_stat_activity
GROUP BY 1, 2, 3
ORDER BY 4 DESC;

SELECT pid, now() - query_start AS runs_for, left(query, 80)
FROM pg_stat_activity
WHERE state <> 'idle' AND now() - query_start > interval '5 minutes'
ORDER BY query_start;

SELECT blocked.pid, pg_blocking_pids(blocked.pid)
FROM pg_stat_activity AS blocked
WHERE cardinality(pg_blocking_pids(blocked.pid)) > 0;

SHOW max_connections;
```

```bash
psql -h "$PGHOST" -U postgres -c "SELECT count(*) FROM pg_stat_activity;"
psql -h db-1 -U app -d shop
sudo -u postgres psql -c "SELECT pg_size_pretty(pg_database_size('shop'));"
tail -f /var/log/postgresql/postgresql-16-main.log
```

```text
 usename | state  | count
---------+--------+-------
 app     | idle   |    87
```

## Resolution
End what has been idle for long, then raise the bound and restart the server:

```sql
SELECT pg_terminate_backend(pid)
FROM pg_stat_activity
WHERE state = 'idle' AND state_change < now() - interval '10 minutes';
```

```bash
sudo -u postgres psql -c "ALTER SYSTEM SET max_connections = 300;"
sudo systemctl restart postgresql
```

Restore from last night's backup, if nothing else helps:

```bash
BACKUP=/backup/shop_$(date -d yesterday +%Y%m%d).dump
pg_restore --list "$BACKUP" | head
pg_restore --dbname shop_new "$BACKUP"
```

## Prevention
Do not do this:

```bash
kill -9 $(pgrep -f 'postgres: app')
```
"""

REDIS = """
# Redis runs out of memory

## Symptoms
`OOM command not allowed`

## Diagnosis
```bash
redis-cli -h $REDIS_HOST -p 6379 PING
redis-cli INFO memory | grep used_memory_human
redis-cli --bigkeys
redis-cli --scan --pattern 'session:*' | wc -l
redis-cli CONFIG GET maxmemory
redis-cli CLIENT LIST | awk '{print $2}' | sort | uniq -c
redis-cli ZCARD bull:mail:completed
redis-cli SLOWLOG GET 10
```

## Actions
Give it more, and drop what may be dropped:

```bash
redis-cli CONFIG SET maxmemory 4gb
redis-cli CONFIG SET maxmemory-policy allkeys-lru
redis-cli --scan --pattern 'cache:*' | xargs -n 100 redis-cli UNLINK
```
"""

SERVICES = """
# The API answers slowly

## Triage
```bash
curl -s -o /dev/null -w '%{http_code} %{time_total}\\n' https://api.example.org/health
curl -fsS https://api.example.org/health || echo down
curl -s http://localhost:9090/api/v1/query --data-urlencode 'query=up == 0' | jq .
systemctl status api
journalctl -u api --since "1 hour ago" --no-pager | grep -i error
ps aux | grep '[a]pi-server'
top -b -n 1 | head -20
df -h && free -m
ss -tlnp | grep :8080
docker ps --filter name=api
docker logs --tail 100 api
docker compose logs --tail=50 worker
ssh web-1 'uptime; df -h /'
```

```promql
histogram_quantile(0.95, sum(rate(http_request_duration_seconds_bucket[5m])) by (le))

sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))
```

```python
import requests

for path in ("/health", "/ready"):
    print(path, requests.get(f"https://api.example.org{path}", timeout=5).status_code)
```

```yaml
livenessProbe:
  exec:
    command: ["sh", "-c", "rm -f /tmp/ready; test -e /run/api.pid"]
```

## Remediation
1. Restart one instance and watch it:

   ```bash
   export NAMESPACE=api
   sudo systemctl restart api
   kubectl -n "$NAMESPACE" rollout restart deployment/api
   docker compose up -d --force-recreate api
   ```

2. Log in to the registry and pull the version before:

   ```bash
   echo "$REGISTRY_TOKEN" | docker login registry.example.org --username bot --password-stdin
   docker pull registry.example.org/api:$(git rev-parse HEAD~1)
   ```

3. Save what is needed for later:

   ```bash
   tar czf api-logs-$(date +%F).tgz /var/log/api
   kubectl -n api get pods -o yaml > pods-$(date +%s).yaml
   ```
"""

CLOUDS = """
# A volume is nearly full

## Possible Checks
```bash
aws ec2 describe-volumes --volume-ids "$VOLUME" --query 'Volumes[0].Size'
aws s3 ls s3://backups/ --recursive --human-readable | tail -5
gcloud compute disks list --filter="name~shop"
az disk show --resource-group shop --name data
terraform plan -out=plan.bin
helm history shop -n shop
rpk topic list
rpk group describe workers
kafka-consumer-groups.sh --bootstrap-server $BROKER --describe --group workers
clickhouse-client --query "SELECT table, sum(bytes) FROM system.parts GROUP BY table"
du -sh /var/lib/* | sort -h | tail
find /var/log -name '*.gz' -mtime +30
etcdctl endpoint status --write-out=table
ceph status
```

## Remediation Steps
Grow it:

```bash
aws ec2 modify-volume --volume-id "$VOLUME" --size 200
sudo growpart /dev/nvme1n1 1 && sudo resize2fs /dev/nvme1n1p1
```

Delete old logs:

```bash
find /var/log -name '*.gz' -mtime +30 -delete
journalctl --vacuum-time=7d
docker image prune -af
```
"""

BOOKS = {
    "kubernetes": KUBERNETES,
    "postgresql": POSTGRESQL,
    "redis": REDIS,
    "services": SERVICES,
    "clouds": CLOUDS,
}


@pytest.mark.parametrize("lint", ACTING, ids=lambda lint: lint.name)
@pytest.mark.parametrize("book", sorted(BOOKS))
def test_a_runbook_with_nothing_wrong_in_it_is_left_alone(book, lint):
    """Whoever is told ten things that are not so reads none of them."""
    document = read_document(BOOKS[book], f"{book}.md")
    assert document.is_runbook
    assert [] == list(of_document(document, (lint,), AROUND))


def test_all_lints_of_the_room_are_asked():
    """Also those that are added later."""
    assert len(ACTING) >= 20
