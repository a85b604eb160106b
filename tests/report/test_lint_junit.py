"""Findings as JUnit XML."""

from xml.etree import ElementTree as ET

from hypothesis import given

from drillbook.model.finding import Severity
from drillbook.model.linted import Linted
from drillbook.report.lint_junit import lint_junit
from findings import ANY_TEXT, finding_at, place_at, showing_of

FILES = {"a.md": "# A\n  # Disk\n"}
ERROR = finding_at(place_at("a.md", 2, 3), severity=Severity.ERROR)
WARNING = finding_at(place_at("a.md", 1, 1))


def suite_of(linted: Linted) -> ET.Element:
    """The one suite."""
    root = ET.fromstring(lint_junit(linted, showing_of(FILES)).encode())
    (suite,) = root
    return suite


def test_each_file_is_a_case() -> None:
    """A clean file passes, so that CI shows what was looked at."""
    suite = suite_of(Linted(findings=(ERROR,), paths=("a.md", "b.md")))
    assert {"tests": "2", "failures": "1", "errors": "0"}.items() <= suite.attrib.items()
    assert ["a.md", "b.md"] == [case.get("name") for case in suite]
    assert [1, 0] == [len(case) for case in suite]


def test_a_failure_says_place_cause_and_cure() -> None:
    """With the line of source."""
    (case,) = suite_of(Linted(findings=(ERROR,), paths=("a.md",)))
    assert {"message": "1 error", "type": "lint"} == case[0].attrib
    assert (
        "a.md:2:3: error: nobody owns it [runbook-without-owner]\n"
        "    # Disk\n"
        '    help: add "owner: TEAM"'
    ) == case[0].text


def test_what_does_not_fail_is_told_as_output() -> None:
    """A warning fails where `fail_on` says so."""
    linted = Linted(findings=(WARNING, ERROR), paths=("a.md",))
    assert ["failure", "system-out"] == [each.tag for each in suite_of(linted)[0]]
    strict = Linted(findings=(WARNING, ERROR), paths=("a.md",), fail_on=Severity.WARNING)
    assert ["1 error, 1 warning"] == [each.get("message") for each in suite_of(strict)[0]]


def test_a_finding_outside_of_every_file_is_a_case_too() -> None:
    """A path that could not be read."""
    suite = suite_of(Linted(findings=(ERROR,), paths=("b.md",)))
    assert ["b.md", "a.md"] == [case.get("name") for case in suite]
    assert "2" == suite.get("tests")


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_hostile_text_stays_xml(path: str, message: str, line: str) -> None:
    """Controls, surrogates and the end of a CDATA section."""
    finding = finding_at(place_at(path, 1, 1), message=message + "]]>", help_text=message)
    text = lint_junit(Linted(findings=(finding,), paths=(path,)), showing_of({path: line}))
    assert "testsuites" == ET.fromstring(text.encode()).tag
