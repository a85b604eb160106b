"""The files of a report."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.journal import Entry
from drillbook.model.verdict import Verdict
from drillbook.report.write import NAME_CHARACTERS_MAX, ReportError, file_name, write_report

VerdictOf = Callable[[str], Verdict]
EntriesOf = Callable[[str], tuple[Entry, ...]]


def nothing(_: str) -> None:
    """A store in which every blob was erased."""


def test_a_report_is_three_files(
    tmp_path: Path, verdict_of: VerdictOf, entries_of: EntriesOf
) -> None:
    """A page, JSON and JUnit XML, named after the drill, in a folder that is made."""
    folder = tmp_path / "new" / "reports"
    written = write_report(folder, verdict_of("passed"), entries_of("passed"), nothing)
    names = [f"postgresql-down.{ending}" for ending in ("html", "json", "xml")]
    assert [folder / name for name in names] == list(written)
    assert sorted(names) == sorted(path.name for path in folder.iterdir())
    assert "passed" == json.loads((folder / "postgresql-down.json").read_text())["state"]
    assert "supervisorctl start postgresql" in (folder / "postgresql-down.html").read_text()


def test_several_drills_have_an_index(tmp_path: Path, verdict_of: VerdictOf) -> None:
    """The second report brings the index, which links both and passes other files by."""
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "package.html").write_text("")
    (tmp_path / "list.json").write_text("[" * 100_000)
    (tmp_path / "list.html").write_text("")
    first = write_report(tmp_path, verdict_of("passed"), (), nothing)
    second = write_report(tmp_path, replace(verdict_of("failed"), drill="other"), (), nothing)
    assert (3, 4) == (len(first), len(second))
    index = (tmp_path / "index.html").read_text()
    assert 'href="other.html"' in index
    assert 'href="postgresql-down.html"' in index
    assert 2 == index.count("<a ")


def test_a_report_replaces_the_one_before(tmp_path: Path, verdict_of: VerdictOf) -> None:
    """The same drill again has the same files, and no index of one drill."""
    for name in ("passed", "failed"):
        write_report(tmp_path, verdict_of(name), (), nothing)
    assert 3 == len(list(tmp_path.iterdir()))
    assert "failed" == json.loads((tmp_path / "postgresql-down.json").read_text())["state"]


def test_a_hostile_name_stays_in_the_folder(tmp_path: Path, verdict_of: VerdictOf) -> None:
    """A drill called ../../etc writes nothing outside."""
    folder = tmp_path / "reports"
    written = write_report(folder, verdict_of("hostile"), (), nothing)
    assert {folder} == {path.parent for path in written}
    assert [folder] == list(tmp_path.iterdir())


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_every_name_is_fit_for_a_file(drill: str) -> None:
    """Short, without a separator, never hidden, never the index, never empty."""
    name = file_name(drill)
    assert 0 < len(name) <= NAME_CHARACTERS_MAX + 10
    assert name.isascii()
    assert set("/\\\0") & set(name) == set()
    assert not name.startswith(".")
    assert name != "index"


def test_two_drills_never_share_a_file() -> None:
    """Where letters had to go, a hash keeps names apart."""
    assert "database-down" == file_name("database-down")
    assert 3 == len({file_name("a/b"), file_name("a b"), file_name("a-b")})


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, verdict_of: VerdictOf) -> None:
    """A file in the folder's place is said with its cure, and nothing is left behind."""
    taken = tmp_path / "taken"
    taken.write_text("")
    with pytest.raises(ReportError, match="the report cannot be written: File exists; name a"):
        write_report(taken, verdict_of("passed"), (), nothing)


def test_a_failed_write_leaves_no_half_file(tmp_path: Path, verdict_of: VerdictOf) -> None:
    """Where a file cannot take its place, the one before stays and no other is left over."""
    (tmp_path / "postgresql-down.html").mkdir()
    with pytest.raises(ReportError, match="cannot be written"):
        write_report(tmp_path, verdict_of("passed"), (), nothing)
    assert ["postgresql-down.html"] == [path.name for path in tmp_path.iterdir()]
