"""Every example of every page, made hostile → findings that a person can read, or none."""

import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from drillbook.lint.ask import SAID_CHARS_MAX
from drillbook.lint.keeping.compact import understood, written
from drillbook.lint.mending.fixing import fixed
from drillbook.lint.registry import BY_NAME
from drillbook.model.finding import Finding
from drillbook.model.inspected import Inspected
from drillbook.model.linted import Linted
from drillbook.report.clean import clean
from drillbook.report.lint_forms import FORMS
from findings import showing_of
from mutated import TREES, inspected, lines_of, of_tree, trees


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


@settings(max_examples=100)
@given(trees())
def test_what_is_known_of_any_text_can_be_kept(files):
    """As it is written into the file of findings, it comes back."""
    for each in inspected(files):
        assert each == understood(written(each, Inspected), Inspected)


def mended(path: str, text: str) -> str:
    """The text with all done that one `--fix` does."""
    (seen,) = inspected({path: text})
    return fixed(text, [each for each in seen.findings if each.fix]).text


@pytest.mark.parametrize("files", TREES, ids="+".join)
def test_what_was_mended_needs_no_mending(files):
    """A second `--fix` finds nothing to do, in any file of any example."""
    for path in (path for path in files if path.endswith((".md", ".yaml", ".yml"))):
        once = mended(path, files[path])
        assert once == mended(path, once)


@settings(max_examples=100)
@given(trees())
def test_mending_any_text_comes_to_an_end(files):
    """What overlapped is mended by a later round, and each round leaves less to do."""
    for path in (path for path in files if path.endswith((".md", ".yaml", ".yml"))):
        text, rounds = files[path], 0
        while (after := mended(path, text)) != text:
            text, rounds = after, rounds + 1
            assert rounds <= len(lines_of(text)) + 20


@settings(max_examples=100)
@given(trees())
def test_every_form_bears_what_is_said_of_any_text(files):
    """No form of the answer raises, obeys a sign of the terminal, or breaks its own grammar."""
    found = tuple(finding for each in inspected(files) for finding in each.findings)
    showing = showing_of(files)
    said = {form: shown(Linted(findings=found), showing) for form, shown in FORMS.items()}
    assert [] == [form for form, text in said.items() if clean(text) != text]
    assert len(found) == len(json.loads(said["json"])["findings"])
    assert len(found) == len(json.loads(said["sarif"])["runs"][0]["results"])
    assert "testsuites" == ET.fromstring(said["junit"]).tag
    # A text that could begin a command of GitHub's would be obeyed.
    commands = [line for line in said["github"].split("\n") if line.startswith("::")]
    assert min(len(found), 30) >= len(commands)
