"""What is asked of the tree while all files are looked at together."""

import os
from pathlib import Path

from drillbook.verbs.linting.library import TEXT_BYTES_MAX, Looking


def test_a_text_is_read_from_the_root(tmp_path: Path) -> None:
    """Only one that is a text, of a file, and not too long."""
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "b.bin").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "c.py").write_bytes(b"#" * (TEXT_BYTES_MAX + 1))
    looking = Looking(tmp_path)
    assert "x = 1\n" == looking.text_of("a.py")
    assert [None] * 4 == [looking.text_of(path) for path in ("b.bin", "c.py", ".", "gone\0")]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """It may never end."""
    os.mkfifo(tmp_path / "pipe.py")
    assert Looking(tmp_path).text_of("pipe.py") is None


def test_answers_hold_while_files_are_there_and_texts_the_same(tmp_path: Path) -> None:
    """A script that changed, came or went is asked for again."""
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    looking = Looking(tmp_path)
    looking.has_file("a.py")
    looking.text_of("a.py")
    looking.text_of("b.py")
    asked = dict(looking.asked)
    assert 3 == len(asked)
    assert Looking(tmp_path).is_still(asked)
    (tmp_path / "a.py").write_text("x = 2\n", encoding="utf-8")
    assert not Looking(tmp_path).is_still(asked)
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "b.py").write_text("", encoding="utf-8")
    assert Looking(tmp_path).is_still(dict(list(asked.items())[:2]))


def test_a_text_that_comes_is_another_answer(tmp_path: Path) -> None:
    """Where there was none, one is now."""
    looking = Looking(tmp_path)
    looking.text_of("b.py")
    assert Looking(tmp_path).is_still(looking.asked)
    (tmp_path / "b.py").write_text("x = 1\n", encoding="utf-8")
    assert not Looking(tmp_path).is_still(looking.asked)
