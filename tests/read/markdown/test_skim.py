"""What a search reads of a runbook is what `read_document` reads of it."""

import pytest

from drillbook.model.document import Document
from drillbook.read.markdown.blocks import CHARS_MAX
from drillbook.read.markdown.runbook import read_document
from drillbook.read.markdown.skim import skim_document

PLAIN = "Disk full\n=========\n\nIt is full.\n"
ONE = """---
severity: critical
alerts: [DiskFull, DiskFilling]
---
# The disk is full

## Symptoms
Writes fail.

## Diagnosis
```sh { name=free timeout=5s }
df
```
**Healthy:** exit code is 0.

## Resolution
### Remove old logs
**When:** `free` is unhealthy.
"""
SEVERAL = """---
runbooks:
  lag: {alerts: [Lag]}
  disk: {alerts: [Disk]}
---
# Database

## Lag
### Symptoms
Replicas lag.

## Disk
### Diagnosis
Look.

## Elsewhere
### Resolution
It counts too.
"""
PROCEDURE = """---
kind: procedure
---
# Roll out

## Pre-flight
Look.

## Rollout
Do.
"""
TEXTS = (PLAIN, ONE, SEVERAL, PROCEDURE, "", "---\n: [\n---\n# Odd\n", "- a\n  # inside\n")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("path", ["notes/disk.md", "runbooks/disk.md", "README.md"])
def test_it_has_the_same_blocks_and_says_the_same_of_the_file(text: str, path: str):
    """The lines, the blocks, whether it is a runbook, and whether it is one of our format."""
    whole, skimmed = read_document(text, path), skim_document(text, path)
    assert whole.lines == skimmed.lines
    assert whole.front_lines == skimmed.front_lines
    assert whole.blocks == skimmed.blocks
    assert (whole.is_runbook, whole.is_adopted) == (skimmed.is_runbook, skimmed.is_adopted)


@pytest.mark.parametrize("text", TEXTS)
def test_its_runbooks_are_called_the_same(text: str):
    """With their alerts, where they begin, and the roles of their sections."""

    def said(document: Document) -> list[object]:
        return [
            (
                (one.anchor, one.title, one.alerts, one.place.line, one.place.column),
                [(each.title, each.anchor, each.role, each.place) for each in one.sections],
            )
            for one in document.runbooks
        ]

    assert said(read_document(text, "a.md")) == said(skim_document(text, "a.md"))


def test_what_only_a_run_needs_is_not_read():
    """No steps and no findings."""
    (runbook,) = skim_document(ONE, "disk.md").runbooks
    assert ((), (), ()) == (runbook.checks, runbook.options, runbook.verification)
    assert () == skim_document("[gone](gone.md) `x`\n**Healthy:** maybe.\n", "a.md").findings


def test_an_unbearable_text_is_not_read():
    """It would take too long."""
    assert Document(path="a.md", lines=()) == skim_document("x" * (CHARS_MAX + 2), "a.md")
