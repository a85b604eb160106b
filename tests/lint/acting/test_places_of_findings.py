"""A document of our format with many flaws → each on its line, with its words underlined."""

import pytest

from acting import AROUND
from drillbook.lint.ask import of_document
from drillbook.lint.registry import BY_NAME
from drillbook.read.markdown.runbook import read_document

BOOK = """---
severity: critical
owner: shop
alerts: [ShopDown]
---
# The shop is down

## Diagnosis

### Is the server there?
```sh { name=server timeout=5s }
curl --silent http://shop/health
```
**Healthy:** exit code is 0.

### What does the log say?
```sh { name=log timeout=5s }
POD=$(kubectl get pods -o name | head -1)
kubectl logs -f "$POD"
```
**Healthy:** output is empty.

### How many wait?
```sh { name=waiting timeout=5s }
redis-cli LLEN bull:mail:failed
redis-cli DEL bull:mail:lock
```
**Healthy:** number is below 10.

### Who is connected?
```sql { name=connected timeout=5s }
SELECT pid FROM pg_stat_activity WHERE;
```
**Healthy:** output is empty.

## Resolution

### Restart it
**When:** `server` is unhealthy.
**Risk:** none.
```sh { name=restart timeout=60s }
echo "$SHOP_TOKEN"
kubectl delete "$POD"
kubectl edit deployment/shop
```

### Begin anew
**When:** `log` is unhealthy.
**Risk:** destructive.
```sh { name=anew timeout=60s }
kubectl scale deployment/shop --replicas=0
kubectl exec deployment/shop -- rm -rf /data/cache
pkill -f shop-worker
```

## Verification
```sh { name=healthy timeout=5s }
redis-cli -a "$REDIS_PASSWORD" PING
```
**Recovered:** exit code is 0.
"""
FOUND = [
    ("curl-without-fail", "curl --silent http://shop/health"),
    ("step-that-never-ends", 'kubectl logs -f "$POD"'),
    ("known-trap", "redis-cli LLEN bull:mail:failed"),
    ("check-that-changes", "redis-cli DEL bull:mail:lock"),
    ("sql-does-not-parse", "WHERE"),
    ("secret-echoed", 'echo "$SHOP_TOKEN"'),
    ("export-lost-between-steps", "$POD"),
    ("destructive-step-not-marked", 'kubectl delete "$POD"'),
    ("interactive-command", "kubectl edit deployment/shop"),
    ("exec-into-what-is-gone", "kubectl exec deployment/shop -- rm -rf /data/cache"),
    ("killed-by-name", "pkill -f shop-worker"),
    ("secret-on-command-line", 'redis-cli -a "$REDIS_PASSWORD" PING'),
]


@pytest.mark.parametrize(("name", "words"), FOUND, ids=[name for name, _ in FOUND])
def test_a_flaw_is_underlined(name, words):
    """Where it stands, and nothing else of that kind."""
    document = read_document(BOOK, "shop.md")
    (finding,) = of_document(document, (BY_NAME[name],), AROUND)
    place = finding.place
    assert words == document.lines[place.line - 1][place.column - 1 : place.end_column - 1]
    assert "shop.md" == place.path


def test_a_flaw_is_told_with_its_cure():
    """One line each, of which neither is the other."""
    document = read_document(BOOK, "shop.md")
    for name, _ in FOUND:
        for finding in of_document(document, (BY_NAME[name],), AROUND):
            assert finding.message != finding.help
            assert len(finding.message) < 140
            assert len(finding.help) < 140


@pytest.mark.parametrize("indent", ["  ", "    "])
def test_a_fence_of_a_list_keeps_its_columns(indent):
    """More than half of the public ones stand in lists."""
    fence = "```sh\nls\nredis-cli KEYS 'a*'\n```"
    body = "\n".join(indent + line for line in fence.split("\n"))
    mark = "1." if len(indent) > 2 else "-"
    text = f"# A\n\n## Diagnosis\n\n{mark} Look:\n\n{body}\n\n## Resolution\n"
    document = read_document(text, "a.md")
    (finding,) = of_document(document, (BY_NAME["known-trap"],), AROUND)
    line = document.lines[finding.place.line - 1]
    assert len(indent) + 1 == finding.place.column
    assert line.strip() == line[finding.place.column - 1 : finding.place.end_column - 1]


def test_a_flaw_behind_a_prompt_keeps_its_column():
    """The prompt is no part of the command."""
    text = "# A\n\n## Diagnosis\n```console\n$ redis-cli KEYS 'a*'\n1) a1\n```\n\n## Resolution\n"
    document = read_document(text, "a.md")
    (finding,) = of_document(document, (BY_NAME["known-trap"],), AROUND)
    assert (5, 3) == (finding.place.line, finding.place.column)


def test_a_runbook_of_a_file_of_several_is_looked_at():
    """Each has its own steps and its own variables."""
    text = (
        "# Two\n\n## One is down\n### Diagnosis\n```sh { name=one }\nPOD=a\n```\n"
        "### Resolution\n```sh { name=one-act }\necho $POD\n```\n"
        "## Two is down\n### Diagnosis\n```sh { name=two }\nls\n```\n"
        "### Resolution\n```sh { name=two-act }\necho $POD\n```\n"
    )
    document = read_document(text, "a.md")
    found = list(of_document(document, (BY_NAME["export-lost-between-steps"],), AROUND))
    assert ["echo $POD"] == [document.lines[one.place.line - 1] for one in found]
    assert 10 == found[0].place.line
