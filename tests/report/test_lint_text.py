"""Findings as a person reads them."""

import pytest
from hypothesis import given

from drillbook.model.finding import Fix, Severity
from drillbook.model.linted import Linted, Silence
from drillbook.report.lint_text import lint_text, summary
from drillbook.report.plain import plain
from drillbook.report.underline import cells_of
from findings import ANY_TEXT, finding_at, place_at, showing_of

FILES = {
    "runbooks/disk.md": "---\nalerts: [DiskFull]\n---\n# The disk is full\n",
    "runbooks/net.md": "# The network\n\n```sh { name=a name=a }\n",
}
OWNER = finding_at(place_at("runbooks/disk.md", 4, 3, 19))
TWICE = finding_at(
    place_at("runbooks/net.md", 3, 16, 22),
    "duplicate-fence-attribute",
    'the fence says "name" twice',
    "keep one of the two",
    Severity.ERROR,
)
NOTE = finding_at(place_at("runbooks/net.md", 1, 1), severity=Severity.NOTE)


def test_findings_stand_by_file_with_their_line_and_their_cure() -> None:
    """The place is marked, and the last line counts."""
    linted = Linted(findings=(OWNER, NOTE, TWICE), paths=tuple(FILES))
    expected = """\
runbooks/disk.md
  4:3 warning: nobody owns it [runbook-without-owner]
    4 | # The disk is full
      |   ^^^^^^^^^^^^^^^^
    help: add "owner: TEAM"

runbooks/net.md
  1:1 note: nobody owns it [runbook-without-owner]
    1 | # The network
      | ^
    help: add "owner: TEAM"
  3:16 error: the fence says "name" twice [duplicate-fence-attribute]
    3 | ```sh { name=a name=a }
      |                ^^^^^^
    help: keep one of the two

1 error, 1 warning, 1 note in 2 of 2 files
"""
    assert expected == lint_text(linted, showing_of(FILES))


def test_nothing_found_is_said() -> None:
    """With how much was looked at, so that an empty folder does not look like a clean one."""
    assert "nothing found in 0 files\n" == lint_text(Linted(), showing_of({}))


def test_the_last_line_says_what_is_not_shown() -> None:
    """Hidden, silenced, gone; and what could be mended."""
    fixable = finding_at(
        place_at("a.md", 1, 1, 2), fix=Fix(place=place_at("a.md", 1, 1, 2), text="")
    )
    silenced = {
        finding_at(place_at("a.md", 2, 1)): Silence.COMMENT,
        finding_at(place_at("a.md", 3, 1)): Silence.BASELINE,
        finding_at(place_at("a.md", 4, 1)): Silence.BASELINE,
        finding_at(place_at("a.md", 5, 1)): Silence.SNOOZE,
    }
    linted = Linted(
        findings=(fixable,), silenced=silenced, paths=("a.md",), notes_hidden=7, baseline_gone=3
    )
    expected = (
        "1 warning in 1 of 1 file; 7 less grave not shown (--severity note shows them); "
        "1 silenced by comments; 1 snoozed; 2 in the baseline; "
        "3 of the baseline gone (--write-baseline forgets them); 1 can be mended by --fix"
    )
    assert expected == summary(linted)


def test_colour_is_there_only_where_it_is_asked_for() -> None:
    """A file and a pipe stay readable."""
    linted = Linted(findings=(TWICE,), paths=("runbooks/net.md",))
    grey = lint_text(linted, showing_of(FILES))
    bright = lint_text(linted, showing_of(FILES, has_colour=True))
    assert "\x1b" not in grey
    assert "3:16 \x1b[31merror\x1b[0m: " in bright
    assert "\x1b[31m^^^^^^\x1b[0m" in bright


@pytest.mark.parametrize("width", [1, 40, 57, 100])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """From 40 columns on."""
    long = finding_at(
        place_at("runbooks/net.md", 3, 16, 22), message="a word " * 30, help_text="x" * 150
    )
    text = lint_text(Linted(findings=(long,), paths=("x",)), showing_of(FILES, width=width))
    assert max(width, 40) >= max(cells_of(line) for line in text.split("\n")[1:])


def test_a_place_of_several_lines_is_marked_on_its_first() -> None:
    """Up to its end."""
    place = place_at("runbooks/disk.md", 2, 1, 5)
    finding = finding_at(type(place)(path=place.path, line=2, column=1, end_line=4, end_column=3))
    lines = lint_text(Linted(findings=(finding,)), showing_of(FILES)).split("\n")
    assert ["    2 | alerts: [DiskFull]", "      | ^^^^^^^^^^^^^^^^^^"] == lines[2:4]


def test_a_line_that_is_not_there_is_left_out() -> None:
    """Where a file could not be read there is nothing to show."""
    finding = finding_at(place_at("gone.md", 1, 1), "file-not-found", "there is no such file")
    expected = ["gone.md", "  1:1 warning: there is no such file [file-not-found]"]
    assert expected == lint_text(Linted(findings=(finding,)), showing_of({})).split("\n")[:2]


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_hostile_text_is_shown_and_not_obeyed(path: str, message: str, line: str) -> None:
    """In a path, a message, a cure, a line of source."""
    finding = finding_at(place_at(path, 1, 1, 3), message=message, help_text=message)
    text = lint_text(Linted(findings=(finding,)), showing_of({path: line}))
    assert plain(text) == text


def test_a_path_stays_on_its_line() -> None:
    """What stands behind a line break in it could be a command to whoever reads the output."""
    finding = finding_at(place_at("a\n::error::b\t.md", 1, 1))
    first = lint_text(Linted(findings=(finding,)), showing_of({})).split("\n")[0]
    assert "a\\n::error::b\\t.md" == first
