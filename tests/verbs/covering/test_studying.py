"""Files of Markdown → what each says of its runbooks."""

import os
from datetime import date

import pytest

from drillbook.lint.registry import LINTS
from drillbook.model.lint import Circumstances, LintSettings, Rung, Snooze
from drillbook.read.tree import FileKind, Found
from drillbook.verbs.covering import studying
from drillbook.verbs.covering.studying import StudiedFile, study_file, study_files
from drillbook.verbs.linting.inspect import Manner

TODAY = date(2026, 11, 21)
WHOLE = """---
owner: ops
---
# The disk is full

## Diagnosis
```sh { name=disk-used timeout=5s }
df /
```
**Healthy:** exit code is 0.

## Resolution
### Delete what is old
**When:** `disk-usd` is unhealthy.
**Risk:** none.
**Loses:** nothing.
```sh { name=delete-old timeout=30s }
true
```
"""


def manner(root, **settings) -> Manner:
    """How the files below `root` are looked at."""
    around = Circumstances(today=TODAY, settings=LintSettings(**settings))
    return Manner(root=root, lints=LINTS, around=around, folder=root)


def found(path: str = "a.md") -> Found:
    """A file below the root."""
    return Found(path=path, kind=FileKind.DOCUMENT)


def lacks(studied: StudiedFile) -> list[str]:
    """What keeps the only runbook from running but for its Verification."""
    [runbook] = studied.runbooks
    return [lack.because for lack in runbook.lacks if "recovered" not in lack.because]


def test_an_error_keeps_a_runbook_from_its_rung(tmp_path):
    """What reading, a plan or a lint calls an error."""
    (tmp_path / "a.md").write_text(WHOLE)
    studied = study_file(found(), manner=manner(tmp_path), alerts=frozenset())
    assert studied.is_runbook
    [because] = lacks(studied)
    assert "disk-usd" in because
    assert {Rung.RUNNABLE} == {lack.rung for lack in studied.runbooks[0].lacks}


@pytest.mark.parametrize("way", ["comment", "snooze"])
def test_what_is_silenced_keeps_nothing_from_anything(tmp_path, way):
    """By a comment of the file, or by a snooze of the settings."""
    (tmp_path / "a.md").write_text(WHOLE)
    [lint] = {
        finding.lint
        for finding in studying._flaws(studying.read_document(WHOLE, "a.md"), manner(tmp_path))
    }
    settings = {}
    if way == "snooze":
        settings = {"snooze": (Snooze(lint=lint, until=date(2027, 1, 1)),)}
    else:
        line = "**When:** `disk-usd` is unhealthy."
        text = WHOLE.replace(line, f"<!-- drillbook: ignore {lint} -->\n{line}")
        (tmp_path / "a.md").write_text(text)
    studied = study_file(found(), manner=manner(tmp_path, **settings), alerts=frozenset())
    assert [] == lacks(studied)


def test_what_is_meant_to_be_a_runbook_is_one(tmp_path):
    """By its name on the command line, a glob of the settings, or its place in a pack."""
    (tmp_path / "notes.md").write_text("# Notes\n\nWords.\n")
    plain = study_file(found("notes.md"), manner=manner(tmp_path), alerts=frozenset())
    assert not plain.is_runbook
    named = Found(path="notes.md", kind=FileKind.DOCUMENT, is_named=True)
    globbed = manner(tmp_path, runbooks=("*.md",))
    for one, how, shelves in (
        (named, manner(tmp_path), ()),
        (found("notes.md"), globbed, ()),
        (found("notes.md"), manner(tmp_path), ("notes",)),
    ):
        assert study_file(one, manner=how, alerts=frozenset(), shelves=shelves).is_runbook


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    """Gone, or binary: its flaws, and no runbook."""
    (tmp_path / "b.md").write_bytes(b"\0")
    gone, binary = (
        study_file(found(name), manner=manner(tmp_path), alerts=frozenset())
        for name in ("a.md", "b.md")
    )
    assert [["file-not-found"], ["file-is-binary"]] == [
        [flaw.lint for flaw in each.flaws] for each in (gone, binary)
    ]
    assert ((), ()) == (gone.runbooks, binary.runbooks)


def test_what_a_killed_process_did_not_hand_over_is_done_here(tmp_path, monkeypatch):
    """Each file once, in order, though all other processes end at once."""
    ours = os.getpid()
    monkeypatch.setattr(studying, "study_file", _dies_elsewhere(ours))
    files = [found(f"a{number:03}.md") for number in range(studying.ALONE_MAX + 30)]
    told = []
    studied = list(study_files(files, manner(tmp_path), told.append, alerts=frozenset()))
    assert [each.path for each in files] == [each.path for each in studied]
    assert list(range(1, len(files) + 1)) == told


class _dies_elsewhere:  # noqa: N801 - it stands for a function, and must be found by its name
    """Studies nothing, and dies in every process but that one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def __call__(self, one: Found, **_: object) -> StudiedFile:
        if os.getpid() != self.pid:
            os._exit(1)
        return StudiedFile(path=one.path)
