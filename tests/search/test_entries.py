"""Entries: what of a document is indexed, each line at its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.read.markdown.runbook import read_document
from drillbook.search.entries import FENCE_LINES_MAX, LINES_MAX, Pointer, entries_of
from drillbook.search.rows import (
    ALERT,
    CODE,
    FIRST,
    HEADING,
    LOG,
    PATH,
    PROSE,
    RULE,
    SYMPTOMS,
    TITLE,
)
from drillbook.search.words import terms

TEXT = """---
owner: storage
alerts: [DiskFull, DiskFilling]
---
# The disk is full

## Symptoms
- Writes fail with [an error](https://wiki.example/pages/secretword).
- Readers notice nothing.

## Diagnosis
Ask how full it is:

```sh
df --output=pcent /data
```
It said:

```
ERROR: could not extend file: No space left on device
```
"""
SEVERAL = """---
runbooks:
  disk-full: {alerts: [DiskFull]}
  lag: {alerts: [Lagging]}
---
# Storage
## Disk full
### Symptoms
Writes fail.
## Lag
### Symptoms
Reads are old.
"""


def rows_of(text, *pointers, path="runbooks/storage/disk-full.md"):
    """Its one entry's rows, by kind."""
    (entry,) = entries_of(read_document(text, path), pointers)
    found = {}
    for row in entry.rows:
        found.setdefault(row.kind, []).append(row)
    return entry, found


@pytest.mark.parametrize(
    ("kind", "line", "section", "said"),
    [
        (TITLE, 5, "", "The disk is full"),
        (ALERT, 3, "", "alert DiskFull"),
        (HEADING, 5, "", "# The disk is full"),
        (FIRST, 8, "Symptoms", "- Writes fail with"),
        (SYMPTOMS, 8, "Symptoms", "- Writes fail with"),
        (PROSE, 12, "Diagnosis", "Ask how full it is:"),
        (CODE, 15, "Diagnosis", "df --output=pcent /data"),
        (LOG, 20, "Diagnosis", "ERROR: could not extend file"),
    ],
)
def test_each_line_is_kept_with_its_place_and_section(kind, line, section, said):
    """As it stands in the file, so that it can be shown and gone to."""
    row = rows_of(TEXT)[1][kind][0]
    assert (line, section) == (row.line, row.section)
    assert row.text.startswith(said)


def test_the_file_and_its_folder_are_words_too():
    """The file's name is often the alert's, the folder's the system's."""
    _, found = rows_of(TEXT, path="runbooks/node-exporter/NodeClockSkew.md")
    assert set(terms("NodeClockSkew")) <= set(found[TITLE][0].terms)
    assert terms("node exporter") == list(found[PATH][0].terms)


def test_addresses_are_not_indexed():
    """Their words are those of somebody's wiki."""
    _, found = rows_of(TEXT)
    assert not any(set(terms("secretword")) & set(row.terms) for row in found[SYMPTOMS])
    assert set(terms("an error")) <= set(found[SYMPTOMS][0].terms)


def test_a_rule_lends_its_words_to_the_runbook_that_it_leads_to():
    """What is filled in when it fires is not shown."""
    pointer = Pointer(alert="DiskFull", text="The volume of {{ $labels.host }} has no room")
    entry, found = rows_of(TEXT, pointer)
    assert "DiskFull The volume of … has no room" == found[RULE][0].text
    assert terms("volume")[0] in found[RULE][0].terms
    assert entry.is_runbook


def test_the_title_of_the_front_matter_is_the_title():
    """As sites show it."""
    entry, found = rows_of("---\ntitle: 'Disk is full'\n---\n# DiskFull\n\n## Meaning\nFull.\n")
    assert ("Disk is full", 2) == (entry.title, found[TITLE][0].line)


def test_a_file_without_a_heading_is_called_by_its_name():
    """And is found by it."""
    entry, _ = rows_of("Just words.\n", path="notes/disk-full.md")
    assert "disk-full" == entry.title


def test_markdown_that_is_no_runbook_is_told_apart():
    """Unless a rule leads to it."""
    text = "# Reading list\n\nBooks about disks.\n"
    assert not rows_of(text)[0].is_runbook
    assert rows_of(text, Pointer(alert="A", text="b"))[0].is_runbook


def test_each_runbook_of_a_file_of_several_is_an_entry():
    """With its own lines, and the rules that name it by its alert or anchor."""
    pointers = [
        Pointer(alert="Lagging", text="the replica lags"),
        Pointer(alert="Other", text="by its anchor", anchor="lag"),
        Pointer(alert="Third", text="of the file"),
    ]
    disk, lag = entries_of(read_document(SEVERAL, "all.md"), pointers)
    assert [("disk-full", "Disk full"), ("lag", "Lag")] == [
        (entry.anchor, entry.title) for entry in (disk, lag)
    ]
    said = [[row.text for row in entry.rows if row.kind == RULE] for entry in (disk, lag)]
    assert [["Third of the file"], ["Lagging the replica lags", "Other by its anchor"]] == said
    assert not any("Reads" in row.text for row in disk.rows)
    assert [12] == [row.line for row in lag.rows if row.kind == FIRST]


def test_a_huge_document_is_bounded():
    """Its first lines are indexed."""
    text = "# Long\n\n## Symptoms\n" + "word and word\n\n" * (2 * LINES_MAX)
    assert len(rows_of(text)[0].rows) <= LINES_MAX
    fence = "# Long\n\n```\n" + "word and word\n" * 900 + "```\n"
    assert FENCE_LINES_MAX == len(rows_of(fence)[1][CODE])


@given(st.text(alphabet="#`-\n ab:[](){}>|*", max_size=300))
def test_no_document_raises(text):
    """And every entry has a title row, in a line that the file has."""
    for entry in entries_of(read_document(text, "a.md")):
        assert TITLE == entry.rows[0].kind
        assert all(row.line >= 1 for row in entry.rows)
