"""A team's folder in the test's own: plain Markdown, rules in manifests, and a pack."""

from dataclasses import replace
from pathlib import Path

from drillbook.model.settings import ProofSettings
from drillbook.read.pack import read_pack
from drillbook.verbs.covering.proofs import hashes_of, keep_proof, lab_hash
from drillbook_labs.registry import LABS
from packs import PackCopy
from proofs import passed_drill

SITE = "https://runbooks.example.org/ops"
PAGES = {
    "docs/runbooks/disk/DiskFull.md": """# DiskFull

## Meaning
The disk is full.

## Diagnosis
```shell
df -h
```
""",
    "docs/runbooks/disk/DiskSlow.md": """# The disk is slow

## Diagnosis
Look at it.
""",
    "docs/runbooks/node/NodeDown.md": """# NodeDown

## Impact
Less capacity.

## Mitigation
Start it.
""",
    "docs/runbooks/node/notes.md": "# Notes\n\nNothing to follow here.\n",
    "docs/runbooks/several.md": """---
runbooks:
  queue-full: {alerts: [QueueFull]}
  deploy: {kind: procedure}
---
# Runbooks

## Queue full
### Diagnosis
Look at the queue.

## Deploy
### Diagnosis
Look at the version.
""",
}
RULES = {
    "DiskFull": f"{SITE}/disk/DiskFull",
    "DiskSlow": f"{SITE}/disk/DiskSlow",
    "NodeDown": f"{SITE}/node/NodeDown",
    "NodeGone": f"{SITE}/node/NodeGone",
    "QueueFull": "",
    "Unknown": "",
}


def write_tree(root: Path) -> Path:
    """A plain tree: five pages, one of them of two runbooks, and a manifest of six alerts."""
    for path, text in PAGES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (root / "manifests").mkdir()
    (root / "manifests/rules.yaml").write_text(manifest(), encoding="utf-8")
    return root


def manifest() -> str:
    """The alerts as Kubernetes has them."""
    head = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n  groups:\n"
    rules = "".join(_rule(name, url) for name, url in RULES.items())
    return f"{head}    - name: ops\n      rules:\n{rules}"


def _rule(name: str, url: str) -> str:
    severity = "critical" if "Full" in name else "warning"
    lines = f"        - alert: {name}\n          expr: up == 0\n          for: 5m\n"
    lines += f"          labels: {{severity: {severity}}}\n"
    return lines + (f"          annotations: {{runbook_url: {url}}}\n" if url else "")


def proven_pack(folder: Path, settings: ProofSettings | None = None) -> PackCopy:
    """A copy of the pack erpgo, with a proof that is bound to all that is in it."""
    copy = PackCopy(folder)
    pack = read_pack(folder)
    [drill], [rule], [runbook] = pack.drills, pack.rules, pack.runbooks
    hashes = hashes_of(runbook.acting_hash, rule, drill, lab_hash(LABS["erpgo"]))
    verdict, told = passed_drill()
    verdict = replace(verdict, drill=drill.name, runbook=drill.runbook, hashes=hashes)
    keep_proof(folder, verdict, told, settings or ProofSettings())
    return copy
