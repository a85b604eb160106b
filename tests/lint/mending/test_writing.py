"""A mended file is written whole or not at all."""

import os
import resource
from pathlib import Path

import pytest

from drillbook.lint.mending.writing import NotWrittenError, write_fixed, write_text


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with one file, and a file beside it."""
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "a.md").write_bytes(b"\xef\xbb\xbfone\r\n")
    (tmp_path / "outside.md").write_text("one\n")
    return folder


BEFORE, AFTER = "\ufeffone\r\n", "\ufefftwo\r\n"


def names(root: Path) -> list[str]:
    """What lies there."""
    return sorted(each.name for each in root.iterdir())


def test_the_file_holds_what_was_mended(root: Path) -> None:
    """Byte for byte, and nothing is left beside it."""
    write_fixed(root, "a.md", BEFORE, AFTER)
    assert b"\xef\xbb\xbftwo\r\n" == (root / "a.md").read_bytes()
    assert ["a.md"] == names(root)


def test_the_mode_stays(root: Path) -> None:
    """A script stays a script."""
    (root / "a.md").chmod(0o751)
    write_fixed(root, "a.md", BEFORE, AFTER)
    assert 0o751 == (root / "a.md").stat().st_mode & 0o7777


def test_a_file_that_was_changed_meanwhile_is_left(root: Path) -> None:
    """Somebody's editor was quicker."""
    (root / "a.md").write_text("three\n")
    with pytest.raises(NotWrittenError, match=r"a\.md was changed meanwhile .*; lint again"):
        write_fixed(root, "a.md", BEFORE, AFTER)
    assert "three\n" == (root / "a.md").read_text()
    assert ["a.md"] == names(root)


def test_a_file_that_has_grown_meanwhile_is_left(root: Path) -> None:
    """Though it still begins as it did."""
    (root / "a.md").write_bytes(BEFORE.encode() + b"more")
    with pytest.raises(NotWrittenError, match="was changed meanwhile"):
        write_fixed(root, "a.md", BEFORE, AFTER)


def test_a_link_out_of_the_tree_is_left(root: Path) -> None:
    """As a file and as a folder on the way."""
    (root / "link.md").symlink_to("../outside.md")
    (root / "folder").symlink_to("..")
    for path in ("link.md", "folder/outside.md", "../outside.md"):
        with pytest.raises(NotWrittenError, match="leads out of"):
            write_fixed(root, path, "one\n", "two\n")
    assert "one\n" == (root.parent / "outside.md").read_text()


def test_a_link_inside_of_the_tree_stays_one(root: Path) -> None:
    """What it leads to is mended."""
    (root / "link.md").symlink_to("a.md")
    write_fixed(root, "link.md", BEFORE, AFTER)
    assert (root / "link.md").is_symlink()
    assert AFTER.encode() == (root / "a.md").read_bytes()


@pytest.mark.parametrize("path", ["gone.md", "loop.md", "a.md/b.md"])
def test_what_cannot_be_is_said_in_one_line(root: Path, path: str) -> None:
    """With the cure."""
    (root / "loop.md").symlink_to("loop.md")
    with pytest.raises(NotWrittenError, match=r"cannot be written: .*; make it writable to you"):
        write_fixed(root, path, BEFORE, AFTER)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_file_is_left(root: Path) -> None:
    """Though its folder would let it be renamed away."""
    (root / "a.md").chmod(0o444)
    with pytest.raises(NotWrittenError, match="it is read-only"):
        write_fixed(root, "a.md", BEFORE, AFTER)


def test_a_disk_without_room_leaves_the_file(root: Path) -> None:
    """And nothing half-written beside it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        with pytest.raises(NotWrittenError, match="File too large"):
            write_fixed(root, "a.md", BEFORE, "x" * 2_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert BEFORE.encode() == (root / "a.md").read_bytes()
    assert ["a.md"] == names(root)


def test_a_file_of_ours_is_made_and_replaced(root: Path) -> None:
    """Whole, and nothing is left beside it."""
    for text in ("one\n", "two\n"):
        write_text(root / "b.json", text)
        assert text == (root / "b.json").read_text()
    assert 0o644 == (root / "b.json").stat().st_mode & 0o7777
    assert ["a.md", "b.json"] == names(root)


@pytest.mark.parametrize("path", ["gone/b.json", ".", "a.md/b.json"])
def test_where_no_file_can_be_that_is_said(root: Path, path: str) -> None:
    """In one line with the cure."""
    with pytest.raises(NotWrittenError, match=r"cannot be written: .*; name another path"):
        write_text(root / path, "x")
