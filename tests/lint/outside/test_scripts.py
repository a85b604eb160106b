"""A document → the scripts that a program outside can read."""

import pytest

from acting import plain
from drillbook.lint.outside.scripts import SCRIPT_CHARS_MAX, scripts_of
from drillbook.read.markdown.runbook import read_document


def texts(command: str, language: str = "bash") -> list[str]:
    """The scripts of a document with this one fence."""
    document = read_document(plain(command, language=language), "a.md")
    return [script.text.rstrip("\n") for script in scripts_of(document)]


@pytest.mark.parametrize(
    ("expected", "command"),
    [
        ("ls -l", "ls -l"),
        ("get -n xxxxxxxxxxx", "get -n <namespace>"),
        ("get xxxxxxxxxxxxx -o wide", "get <name of pod> -o wide"),
        ("run xxxxxxxxxxx", "run {{ value }}"),
        ("get xxxxxxxxxxxx", "get <<your-pod>>"),
        ("get xxxxxxxxx", "get <pod|job>"),
        ("cat <in >out", "cat <in >out"),
        ("cat <<EOF >out\nEOF", "cat <<EOF >out\nEOF"),
        ("cat < in", "cat < in"),
    ],
)
def test_a_placeholder_is_a_word_as_long(expected, command):
    """A redirection stays one."""
    assert [expected] == texts(command)


@pytest.mark.parametrize("command", ["", "ls\n...\npwd", "  ", "a" * (SCRIPT_CHARS_MAX + 1)])
def test_an_excerpt_is_no_script(command):
    """Nor is nothing, or too much."""
    assert [] == texts(command)


@pytest.mark.parametrize("language", ["text", "yaml", "zsh", "python", ""])
def test_other_languages_are_none(language):
    """Bash would not read them."""
    assert [] == texts("ls", language)


def test_a_console_is_its_prompted_lines():
    """The output is none of it."""
    assert ["ls"] == texts("$ ls\na (b)", "console")
