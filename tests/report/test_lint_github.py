"""Findings as workflow commands of GitHub Actions."""

from hypothesis import given

from drillbook.model.finding import Severity
from drillbook.model.linted import Linted
from drillbook.model.place import Place
from drillbook.report.lint_github import SHOWN_MAX, lint_github
from findings import ANY_TEXT, finding_at, place_at, showing_of


def lines_of(linted: Linted) -> list[str]:
    """What is printed."""
    return lint_github(linted, showing_of({})).splitlines()


def test_a_finding_is_one_command() -> None:
    """With place, title, message and help."""
    finding = finding_at(place_at("a.md", 4, 3, 9), severity=Severity.ERROR)
    assert (
        "::error file=a.md,line=4,col=3,endColumn=9,title=runbook-without-owner::"
        'nobody owns it%0Ahelp: add "owner: TEAM"'
    ) == lines_of(Linted(findings=(finding,)))[0]


def test_each_severity_has_its_command() -> None:
    """The gravest first, whatever order they stand in."""
    findings = tuple(
        finding_at(place_at("a.md", line, 1), severity=severity)
        for line, severity in enumerate(reversed(Severity), 1)
    )
    lines = lines_of(Linted(findings=findings))
    assert ["::error", "::warning", "::notice"] == [line.split()[0] for line in lines[:3]]


def test_what_would_end_the_command_is_escaped() -> None:
    """A comma and a colon in a path, a line break and a percent sign in a message."""
    finding = finding_at(place_at("a,b:c%.md", 1, 1), message="50%\r\nis::error::much")
    assert (
        "::warning file=a%2Cb%3Ac%25.md,line=1,col=1,title=runbook-without-owner::"
        '50%25%0Ais::error::much%0Ahelp: add "owner: TEAM"'
    ) == lines_of(Linted(findings=(finding,)))[0]


def test_a_place_of_several_lines_has_no_columns() -> None:
    """GitHub refuses columns there."""
    finding = finding_at(Place(path="a.md", line=2, column=3, end_line=5, end_column=2))
    assert lines_of(Linted(findings=(finding,)))[0].startswith(
        "::warning file=a.md,line=2,endLine=5,title="
    )


def test_no_more_than_github_shows() -> None:
    """Ten of each severity; the rest is counted in words."""
    findings = tuple(
        finding_at(place_at(f"{n}.md", 1, 1), severity=severity)
        for severity in (Severity.NOTE, Severity.ERROR)
        for n in range(SHOWN_MAX + 2)
    )
    lines = lines_of(Linted(findings=findings, paths=("x",)))
    assert 2 * SHOWN_MAX == sum(line.startswith("::") for line in lines)
    assert "not marked, for GitHub shows ten of each: 2 errors, 2 notes in 2 files" == lines[-2]


def test_the_summary_is_no_command() -> None:
    """And is there also where nothing was found."""
    assert ["nothing found in 1 file"] == lines_of(Linted(paths=("a.md",)))


@given(ANY_TEXT, ANY_TEXT)
def test_hostile_text_starts_no_command(path: str, message: str) -> None:
    """Neither in a path nor in a message."""
    finding = finding_at(place_at(path, 1, 1), message=message, help_text=message)
    first, *others = lint_github(Linted(findings=(finding,)), showing_of({})).splitlines()
    assert first.startswith("::warning file=")
    assert ["1 warning in 1 of 0 files"] == others
