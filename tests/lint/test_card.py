"""What the rest of a tree has to know of one document."""

import pickle

from drillbook.lint.card import card_of
from drillbook.model.library import Card
from drillbook.read.markdown.runbook import read_document

TEXT = """---
severity: critical
owner: storage
service: disks
alerts:
  - DiskFull
  - DiskFullSoon
objectives: {detect: 2m}
---
# The disk is full

## Meaning
`DiskFull` fires above 90 %. See [the other](slow.md).

## Diagnosis
```sh
./scripts/usage.sh
```
"""

SEVERAL = """---
runbooks:
  disk-full: {alerts: [DiskFull]}
  disk-slow: {alerts: [DiskFull, DiskSlow]}
---
# Disks

## Disk full
### Diagnosis
### Resolution

## Disk slow
### Diagnosis
### Resolution
"""


def card(text: str) -> Card:
    return card_of(read_document(text, "runbooks/disk.md"))


def test_a_card_says_what_the_front_matter_promises() -> None:
    """Severity, owner, service and the time to detect."""
    [runbook] = card(TEXT).runbooks
    expected = ("critical", "storage", "disks", 120.0, "alert")
    found = (runbook.severity, runbook.owner, runbook.service, runbook.detect_s, runbook.kind)
    assert expected == found


def test_alerts_stand_at_their_own_places() -> None:
    """A name that begins another is not mistaken for it."""
    [runbook] = card(TEXT).runbooks
    expected = {"DiskFull": (6, 5), "DiskFullSoon": (7, 5)}
    assert expected == {name: (p.line, p.column) for name, p in runbook.alerts.items()}


def test_each_runbook_of_a_file_has_its_own_places() -> None:
    """The name is looked for from the runbook's own key on."""
    first, second = card(SEVERAL).runbooks
    assert 3 == first.alerts["DiskFull"].line
    assert {"DiskFull": 4, "DiskSlow": 4} == {n: p.line for n, p in second.alerts.items()}


def test_a_card_holds_links_scripts_and_claims() -> None:
    """Each is judged where the other files are known."""
    found = card(TEXT)
    assert ["slow.md", "./scripts/usage.sh"] == [r.target for r in found.references]
    assert [("DiskFull", 0.9)] == [(claim.alert, claim.value) for claim in found.claims]
    assert ("the-disk-is-full", "meaning", "diagnosis") == found.anchors


def test_other_markdown_has_links_alone() -> None:
    """A README claims nothing of a rule."""
    found = card("# Read me\n\n`DiskFull` fires above 90 %. See [it](disk.md).\n")
    assert not found.is_runbook
    assert (1, ()) == (len(found.references), found.claims)


def test_a_card_can_be_kept() -> None:
    """Caches and other processes get it whole."""
    assert card(SEVERAL) == pickle.loads(pickle.dumps(card(SEVERAL)))
