"""A file → its Row, and back."""

from datetime import date

import pytest

from drillbook.lint.keeping.compact import CompactError
from drillbook.lint.keeping.kept import Row
from drillbook.lint.registry import LINTS
from drillbook.model.finding import Severity
from drillbook.read.settings import default_settings
from drillbook.read.tree import FileKind, Found
from drillbook.verbs.lint import manner_of
from drillbook.verbs.linting.rows import findings_in, inspected_in, row_of

TEXT = "# Down\n\n## Diagnosis\n```sh\nnever closed\n"
FOUND = Found(path="a.md", kind=FileKind.DOCUMENT)


@pytest.fixture
def manner(tmp_path):
    (tmp_path / "a.md").write_text(TEXT)
    lints = tuple(lint for lint in LINTS if not lint.asks_outside)
    return manner_of(tmp_path, date(2026, 11, 21), default_settings(tmp_path), lints)


def test_what_is_loud_stands_apart_from_notes(manner):
    """Notes are seldom asked for."""
    row = row_of(Found(path="a.md", kind=FileKind.DOCUMENT, is_named=True), manner)
    assert isinstance(row, Row)
    loud, quiet = findings_in(row.loud), findings_in(row.quiet)
    assert "unclosed-fence" in {each.lint for each in loud}
    assert {Severity.NOTE} == {each.severity for each in quiet}
    assert Severity.NOTE not in {each.severity for each in loud}
    assert len(quiet) == row.quiet_count > 0


def test_what_is_known_comes_back_without_findings(manner):
    """They are kept apart."""
    row = row_of(FOUND, manner)
    assert isinstance(row, Row)
    inspected = inspected_in(row.known or b"")
    assert ("a.md", ()) == (inspected.path, inspected.findings)
    assert inspected.card is not None


def test_the_version_is_that_of_what_others_know(manner, tmp_path):
    """Other words in a paragraph change nothing for other files."""
    first = row_of(FOUND, manner)
    (tmp_path / "a.md").write_text(TEXT.replace("never closed", "closed never"))
    second = row_of(FOUND, manner)
    (tmp_path / "a.md").write_text(TEXT + "```\n## Another title\n")
    third = row_of(FOUND, manner)
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert isinstance(third, Row)
    assert first.version == second.version != third.version
    assert 3 == len({first.hash, second.hash, third.hash})


def test_a_text_that_is_known_is_not_looked_at(manner):
    """Only its stamp of today comes."""
    row = row_of(FOUND, manner)
    assert isinstance(row, Row)
    assert row.stamp == row_of(FOUND, manner, row.hash)


def test_a_file_that_cannot_be_read_is_never_known(manner):
    """It is tried again the next time."""
    row = row_of(Found(path="gone.md", kind=FileKind.DOCUMENT), manner, b"")
    assert isinstance(row, Row)
    assert ("", b"") == (row.stamp, row.hash)
    assert ["file-not-found"] == [each.lint for each in findings_in(row.loud)]


def test_nothing_is_no_findings():
    """And what is broken says so."""
    assert () == findings_in(b"") == findings_in(None)
    with pytest.raises(CompactError):
        findings_in(b"x")
    with pytest.raises(CompactError):
        inspected_in(b"")
