"""Every example of every page, made hostile → findings that a person can read, or none."""

from hypothesis import given, settings

from drillbook.lint.ask import SAID_CHARS_MAX
from drillbook.lint.compact import understood, written
from drillbook.lint.registry import BY_NAME
from drillbook.model.finding import Finding
from drillbook.model.inspected import Inspected
from drillbook.report.clean import clean
from mutated import inspected, lines_of, of_tree, trees


def complaints(finding: Finding, files: dict[str, str]) -> list[str]:
    """What is not as it has to be."""
    place, said = finding.place, (finding.message, finding.help)
    lines = lines_of(files.get(place.path, ""))
    rules = {
        "of a known lint": finding.lint in BY_NAME,
        "in a file that was read": place.path in files,
        "on a line of it": 1 <= place.line <= max(1, len(lines)),
        "from a column of it": 1 <= place.column <= len((lines or [""])[place.line - 1 :][0]) + 1,
        "not ending before it begins": (place.end_line, place.end_column) == (0, 0)
        or (place.end_line, place.end_column) >= (place.line, place.column),
        "said with a cure": all(said),
        "said in one line": not any("\n" in clean(text) for text in said),
        "said shortly": max(map(len, said)) <= SAID_CHARS_MAX,
    }
    return [rule for rule, is_kept in rules.items() if not is_kept]


@settings(max_examples=300)
@given(trees())
def test_of_any_text_only_what_a_person_can_read_is_said(files):
    """A finding is in the text, on one line, short, and of a lint that has a page."""
    seen = inspected(files)
    found = [finding for each in seen for finding in each.findings] + of_tree(files, seen)
    assert [] == [(each, broken) for each in found if (broken := complaints(each, files))]
    # A word behind a fence's language may be one finding, and nothing is more than one or two.
    assert len(found) <= 20 + sum(map(len, files.values())) // 2


@settings(max_examples=150)
@given(trees())
def test_what_is_known_of_any_text_can_be_kept(files):
    """As it is written into the file of findings, it comes back."""
    for each in inspected(files):
        assert each == understood(written(each, Inspected), Inspected)
