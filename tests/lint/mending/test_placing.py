"""Where the words stand that a Finding speaks of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.lint.mending.placing import placed
from drillbook.model.finding import Finding
from drillbook.model.place import Place
from drillbook.read.markdown.runbook import read_document
from findings import finding_at

TEXT = """\
# The disk is full

## Diagnosis

- Look:

  ```sh { name=disk-used timeout=300h on=orders }
  $ df "${MOUNT:-/}" $MOUNT_POINT
  echo "$MOUNT"
  ```
"""
DOCUMENT = read_document(TEXT, "a.md")


def marked(finding: Finding) -> str:
    """What stands at the place; empty where its end is not known."""
    place = finding.place
    assert place.end_line in (0, place.line)
    return TEXT.split("\n")[place.line - 1][place.column - 1 : max(place.end_column - 1, 0)]


def at(line: int, column: int, lint: str, message: str = "bad") -> Finding:
    """As reading and planning say it: the beginning alone."""
    return finding_at(Place(path="a.md", line=line, column=column), lint, message)


@pytest.mark.parametrize(
    ("lint", "words"),
    [
        ("time-limit-out-of-range", "timeout=300h"),
        ("unknown-target", "on=orders"),
        ("duplicate-step-name", "name=disk-used"),
        ("repeated-step-not-idempotent", "```sh { name=disk-used timeout=300h on=orders }"),
        ("polled-check", "```sh { name=disk-used timeout=300h on=orders }"),
    ],
)
def test_an_attribute_is_marked(lint: str, words: str) -> None:
    """Where the fence does not have it, its whole line."""
    assert words == marked(placed(at(7, 3, lint), DOCUMENT))


@pytest.mark.parametrize(
    ("name", "line", "words"),
    [("MOUNT", 8, "${MOUNT:-/}"), ("MOUNT_POINT", 8, "$MOUNT_POINT"), ("OTHER", 7, "")],
)
def test_a_variable_is_marked_where_it_is_used(name: str, line: int, words: str) -> None:
    """The first time, and no longer name that begins alike."""
    finding = at(7, 3, "variable-without-value", f"step `x` uses ${name}, which nothing gives")
    found = placed(finding, DOCUMENT)
    assert (line, words) == (found.place.line, marked(found))


def test_a_heading_is_marked_whole() -> None:
    """Not its signs alone."""
    assert "## Diagnosis" == marked(placed(at(3, 1, "option-without-when"), DOCUMENT))


def test_a_place_that_is_known_stays() -> None:
    """Whoever found it knew better."""
    finding = finding_at(Place(path="a.md", line=7, column=3, end_line=7, end_column=5), "x-y")
    assert finding == placed(finding, DOCUMENT)


@pytest.mark.parametrize("line", [0, 5, 99])
def test_where_nothing_tells_more_it_stays(line: int) -> None:
    """A paragraph, or a line that is not there."""
    assert at(line, 1, "x-y") == placed(at(line, 1, "x-y"), DOCUMENT)


@given(st.integers(0, 12), st.integers(1, 60), st.text(max_size=30))
def test_a_place_is_always_on_its_lines(line: int, column: int, message: str) -> None:
    """Whatever is said."""
    for lint in ("variable-without-value", "unknown-target", "x-y"):
        place = placed(at(line, column, lint, f"s uses ${message}, x"), DOCUMENT).place
        if place.end_line:
            assert 1 <= place.column <= place.end_column
            assert place.end_column <= len(TEXT.split("\n")[place.line - 1]) + 1
