"""A program outside and a text → what it says."""

import sys

from drillbook.lint.outside.program import ANSWER_CHARS_MAX, ask, path_of


def test_a_program_answers():
    """Its exit code and both of its outputs."""
    answer = ask("bash", "-c", "cat; echo oops >&2; exit 3", text="in")
    assert (True, 3, "in", "oops\n") == (answer.is_asked, answer.code, answer.out, answer.err)


def test_a_program_that_is_missing_says_nothing():
    """Nothing is checked then, and nothing is wrong."""
    assert not ask("no-such-program-of-ours", text="").is_asked


def test_a_program_beside_python_is_found():
    """As pip installs it, also where the path does not lead there."""
    assert path_of(sys.executable.rsplit("/", 1)[-1]) is not None


def test_it_gets_none_of_our_environment(monkeypatch):
    """A secret of ours is not its business."""
    monkeypatch.setenv("OUR_SECRET", "k9Xw2Lq7Zt4v")
    assert "OUR_SECRET" not in ask("bash", "-c", "env", text="").out


def test_a_long_answer_is_cut():
    """A hostile text cannot fill the memory."""
    answer = ask("bash", "-c", "head -c 900000 /dev/zero | tr '\\0' a", text="")
    assert ANSWER_CHARS_MAX == len(answer.out)
