"""Output as text: safe for a terminal, with the gap named, also while it grows."""

from pathlib import Path

import pytest

from drillbook.run.guard.files import OUT, TAIL
from drillbook.run.guard.view import OutputView, read_output


def kept(folder: Path, head: bytes, tail: bytes | None = None) -> Path:
    (folder / OUT).write_bytes(head)
    if tail is not None:
        (folder / TAIL).write_bytes(tail)
    return folder


def test_nothing_written_is_empty(tmp_path: Path) -> None:
    """A folder without output, or no folder, is an empty text."""
    assert ("", "") == (read_output(tmp_path), read_output(tmp_path / "none"))


def test_the_gap_is_named(tmp_path: Path) -> None:
    """Between head and tail stands how many bytes were left out, on a line of its own."""
    kept(tmp_path, b"head", b"1000\ntail\n")
    assert "head\n[… 996 bytes left out …]\ntail\n" == read_output(tmp_path)


def test_without_a_gap_head_and_tail_join(tmp_path: Path) -> None:
    """A character that the border between the files splits is whole again."""
    kept(tmp_path, "grü".encode()[:3], b"3\n" + "grün".encode()[3:])
    assert "grün" == read_output(tmp_path)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"\x1b]0;owned\x07\x1b[2J", "␛]0;owned␇␛[2J"),
        (b"a\x00b\x7f", "a␀b␡"),
        (b"tab\tline\n", "tab\tline\n"),
        (b"dos\r\nline\rover", "dos\nline␍over"),
        (b"\xff\xfe ok", "\ufffd\ufffd ok"),
        ("\x9b31m \u202egpj".encode(), "\ufffd31m \ufffdgpj"),
        (b"ends\r", "ends␍"),
    ],
)
def test_nothing_steers_the_terminal(tmp_path: Path, raw: bytes, shown: str) -> None:
    """Escape sequences and other control characters become visible, bytes become text."""
    assert shown == read_output(kept(tmp_path, raw))


def test_news_are_what_came_since(tmp_path: Path) -> None:
    """Each look gives what is new; a character waits until it is whole."""
    view = OutputView(kept(tmp_path, b"one " + "ü".encode()[:1]))
    first = view.news()
    kept(tmp_path, "one ü\r".encode())
    second = view.news()
    kept(tmp_path, "one ü\r\ntwo".encode())
    assert ("one ", "ü", "\ntwo", "") == (first, second, view.news(), view.news())


def test_a_follower_that_falls_behind_is_told(tmp_path: Path) -> None:
    """What the tail has lost since the last look is named with its size, then it goes on."""
    view = OutputView(kept(tmp_path, b"head\n", b"5\nabc"))
    first = view.news()
    kept(tmp_path, b"head\n", b"100\nxyz")
    second = view.news()
    kept(tmp_path, b"head\n", b"101\nyz!")
    assert ("head\nabc", "\n[… 92 bytes left out …]\nxyz", "!") == (first, second, view.news())


def test_files_that_make_no_sense_are_no_output(tmp_path: Path) -> None:
    """A folder in place of the output, or a damaged tail, does not raise."""
    (tmp_path / OUT).mkdir()
    (tmp_path / TAIL).write_bytes(b"no number\ntext")
    assert "" == read_output(tmp_path)
