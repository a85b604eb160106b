"""`drillbook find`: the runbook, the section and the line, for a person and for a machine."""

import json
import os
import re

import pytest

from terminal import Terminal, run_in_terminal

DISK = """---
alerts: [DiskFull]
---
# The disk is full

## Symptoms
The database refuses writes: `No space left on device`.

## Diagnosis
```sh
df --output=pcent /data
```
"""
SEVERAL = """---
runbooks:
  lag: {alerts: [Lagging]}
  slots: {owner: dba}
---
# Replication
## Lag
### Symptoms
Reads of replicas are old.
## Slots
### Symptoms
Nobody reads a slot, and the log of the primary grows.
"""


@pytest.fixture
def runbooks(tmp_path):
    """A file of one runbook, and one of two."""
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "disk.md").write_text(DISK)
    (tmp_path / "runbooks" / "replication.md").write_text(SEVERAL)
    return tmp_path


def test_the_answer_names_file_line_section_and_why(drillbook, runbooks):
    """Three lines for each runbook, the best first."""
    found = drillbook("find", "no", "space", "left", "on", "the", "database")
    where, line, why = found.stdout.splitlines()[:3]
    assert (0, "runbooks/disk.md:7  The disk is full - Symptoms") == (found.returncode, where)
    assert "  The database refuses writes: `No space left on device`." == line
    assert re.match(r"  has .*\bspace\b", why)


def test_the_answer_as_json(drillbook, runbooks):
    """Every key, and the anchor of a file of several."""
    found = drillbook("find", "nobody reads a slot", "--format", "json", "--limit", "1")
    (hit,) = json.loads(found.stdout)
    assert (
        "path anchor title section line snippet words alert score".split(),
        ("runbooks/replication.md", "slots", "Slots", 12),
    ) == (list(hit), (hit["path"], hit["anchor"], hit["title"], hit["line"]))


@pytest.mark.parametrize("arguments", [("find", "-"), ("find",)])
def test_a_log_line_comes_by_standard_input(drillbook, runbooks, arguments):
    """Its time, process and path do not hide what it says."""
    line = "2026-01-01T03:12:44Z db-1 postgres[812]: write /data/base/1: No space left on device\n"
    assert drillbook(*arguments, given=line).stdout.startswith("runbooks/disk.md:7")


@pytest.mark.parametrize("words", [("DiskFull",), ("diskfull",), ("disk", "full")])
def test_an_alert_is_found_by_its_name(drillbook, runbooks, words):
    """As it is written, or as words."""
    assert drillbook("find", *words).stdout.startswith("runbooks/disk.md:")


def test_it_looks_only_where_it_is_told_to(drillbook, runbooks):
    """In a file or a folder."""
    (runbooks / "other").mkdir()
    (runbooks / "other" / "disk.md").write_text(DISK)
    found = drillbook("find", "space", "--in", "other", "--format", "json")
    assert ["other/disk.md"] == [hit["path"] for hit in json.loads(found.stdout)]


def test_settings_say_where_runbooks_and_the_index_are(drillbook, runbooks):
    """Also from a folder below theirs; what they exclude is not found."""
    (runbooks / "drillbook.toml").write_text(
        'state = "kept"\n[lint]\nexclude = ["runbooks/replication.md"]\n'
    )
    assert 1 == drillbook("find", "slots").returncode
    assert drillbook("find", "space").stdout.startswith("runbooks/disk.md:7")
    assert (runbooks / "kept" / "find.db").is_file()
    assert not (runbooks / ".drillbook").exists()
    (runbooks / "drillbook.toml").write_text('state = "kept"\n')
    assert 0 == drillbook("find", "slots").returncode


def test_wrong_settings_are_told_and_stop_it(drillbook, runbooks):
    """As for every other command."""
    (runbooks / "drillbook.toml").write_text("stat = 1\n")
    found = drillbook("find", "space")
    assert (2, "") == (found.returncode, found.stdout)
    assert 'write "state"' in found.stderr


def test_nothing_found_is_said(drillbook, runbooks):
    """On standard error, with exit code 1; as JSON it is an empty list."""
    found = drillbook("find", "zeppelin")
    assert (1, "", "no runbook of 3 says any of it\n") == (
        found.returncode,
        found.stdout,
        found.stderr,
    )
    assert [] == json.loads(drillbook("find", "zeppelin", "--format", "json").stdout)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("find", "10.0.0.1", "12:00:00"), "nothing to look for is left without numbers, ids"),
        (("find", ""), "nothing to look for is left"),
        (("find", "-"), "nothing to look for is left"),
        (("find", "disk", "--in", "nowhere"), "nowhere: there is no such file or folder"),
        (("find", "disk", "--limit", "0"), "--limit"),
    ],
)
def test_what_cannot_be_asked_is_one_line(drillbook, runbooks, arguments, said):
    """With the cure; and it is no bug of ours."""
    found = drillbook(*arguments)
    assert (2, "") == (found.returncode, found.stdout)
    assert said in found.stderr
    assert "Traceback" not in found.stderr


def test_a_folder_without_runbooks_is_one_line(drillbook, tmp_path):
    """It says how runbooks are named."""
    (tmp_path / "empty").mkdir()
    found = drillbook("find", "disk")
    assert (2, 1) == (found.returncode, found.stderr.count("\n"))
    assert "no runbooks in" in found.stderr
    assert "[lint] runbooks" in found.stderr


def test_hostile_text_is_shown_and_not_obeyed(drillbook, tmp_path):
    """Neither that of a runbook nor that of the question reaches the terminal as it is."""
    (tmp_path / "evil.md").write_text(
        "# Disk \x1b[31m full\n\n## Symptoms\nwrites \x1b]0;x\x07 fail\n"
    )
    found = drillbook("find", "writes", "\x1b[2Jfail")
    assert 0 == found.returncode
    assert "\x1b" not in found.stdout + found.stderr
    assert "\\x1b" in found.stdout


def test_bytes_that_are_no_text_are_borne(drillbook, runbooks):
    """In the words, and on standard input."""
    assert 0 == drillbook("find", os.fsdecode(b"disk \xff\xfe full")).returncode
    assert 0 == drillbook("find", "-", given="disk \x00\x1b\x9d full " * 9_000).returncode


@pytest.mark.parametrize("name", ["bad\nname.md", "tab\tname.md", "sp ace.md"])
def test_any_name_of_a_file_is_borne(drillbook, tmp_path, name):
    """Also twice, when the index is there."""
    (tmp_path / name).write_text(DISK)
    for _ in range(2):
        assert 0 == drillbook("find", "space").returncode


def test_a_terminal_without_words_is_told_what_to_say(runbooks):
    """Rather than waiting for somebody to type."""
    shown = run_in_terminal(["find"], [], Terminal(folder=runbooks))
    assert 2 == shown.code
    assert "name a symptom, an alert or an error" in shown.text


def test_help_shows_examples(drillbook):
    """For whoever has never used it."""
    said = drillbook("find", "--help").stdout
    assert "drillbook find disk filling up on the database" in said
    assert "| drillbook find -" in said
