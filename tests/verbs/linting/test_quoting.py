"""Lines of the files of a tree."""

from pathlib import Path

import pytest

from drillbook.verbs.linting.quoting import FILES_KEPT, quoter


@pytest.mark.parametrize(
    ("path", "line", "expected"),
    [
        ("a.md", 1, "one"),
        ("a.md", 2, "two"),
        ("a.md", 3, ""),
        ("a.md", 99, ""),
        ("a.md", 0, ""),
        ("gone.md", 1, ""),
        (".", 1, ""),
        ("binary.md", 1, ""),
    ],
)
def test_a_line_of_a_file(tmp_path: Path, path: str, line: int, expected: str) -> None:
    """Without its end and the byte order mark; empty where there is none."""
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbfone\r\ntwo\r\n")
    (tmp_path / "binary.md").write_bytes(b"\0")
    assert expected == quoter(tmp_path)(path, line)


def test_more_files_than_are_kept(tmp_path: Path) -> None:
    """An old one is read again."""
    names = [f"{number}.md" for number in range(FILES_KEPT + 2)]
    for name in names:
        (tmp_path / name).write_text(name)
    line_of = quoter(tmp_path)
    assert names + names == [line_of(name, 1) for name in names + names]
