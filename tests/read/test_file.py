"""Files that are there, and all the ways in which they are not."""

import os
from pathlib import Path

import pytest

from drillbook.read.file import FILE_BYTES_MAX, read_text


def test_text(tmp_path: Path) -> None:
    """The text as it is, line ends and all."""
    path = tmp_path / "a.md"
    path.write_bytes("é\r\nb".encode())
    assert ("é\r\nb", ()) == read_text(path)


def test_exactly_the_limit(tmp_path: Path) -> None:
    """A file of exactly the limit is read."""
    path = tmp_path / "a.md"
    path.write_bytes(b"a" * FILE_BYTES_MAX)
    assert () == read_text(path)[1]


@pytest.mark.parametrize(
    ("data", "lint"),
    [(b"a\0b", "file-is-binary"), (b"\xff", "file-not-utf-8"), (b"aaaaa", "file-too-large")],
)
def test_flaw(tmp_path: Path, data: bytes, lint: str) -> None:
    """One Finding, shown under the name that was asked for."""
    path = tmp_path / "a.md"
    path.write_bytes(data)
    text, (finding,) = read_text(path, "shown.md", limit_bytes=4)
    assert (None, lint, "shown.md") == (text, finding.lint, finding.place.path)


def test_line_of_what_is_no_utf_8(tmp_path: Path) -> None:
    """The place is the line of the first wrong byte."""
    path = tmp_path / "a.md"
    path.write_bytes(b"a\nb\n\xff\n")
    assert 3 == read_text(path)[1][0].place.line


def test_sparse_file_of_50_megabytes(tmp_path: Path) -> None:
    """No more than the limit is read of a huge file."""
    path = tmp_path / "a.md"
    with path.open("wb") as file:
        file.write(b"a" * FILE_BYTES_MAX + b"aa")
        file.truncate(50_000_000)
    assert ["file-too-large"] == [finding.lint for finding in read_text(path)[1]]


@pytest.mark.parametrize("name", ["missing.md", "file.md/below.md", "a\0b.md"])
def test_path_that_leads_nowhere(tmp_path: Path, name: str) -> None:
    """A missing file, a path through a file, and one that no system takes."""
    (tmp_path / "file.md").write_text("", encoding="utf-8")
    text, (finding,) = read_text(tmp_path / name)
    assert text is None
    assert finding.lint in ("file-not-found", "file-not-readable")


def test_folder_pipe_and_device(tmp_path: Path) -> None:
    """What is no file is named; a pipe that nobody writes to does not hold us."""
    pipe = tmp_path / "pipe.md"
    os.mkfifo(pipe)
    for path, lint in [
        (tmp_path, "file-is-a-folder"),
        (pipe, "file-not-readable"),
        (Path("/dev/zero"), "file-not-readable"),
    ]:
        assert [lint] == [finding.lint for finding in read_text(path)[1]]
