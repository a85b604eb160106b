"""Findings for tests, from a text in which `⟦…⟧` marks the place."""

from hypothesis import strategies as st

from drillbook.model.finding import Finding, Fix, Severity
from drillbook.model.linted import Showing
from drillbook.model.place import Place

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)


def place_at(path: str, line: int, column: int, end_column: int = 0) -> Place:
    """A place on one line; its end is not known where it is 0."""
    return Place(
        path=path,
        line=line,
        column=column,
        end_line=line if end_column else 0,
        end_column=end_column,
    )


def finding_at(
    place: Place,
    lint: str = "runbook-without-owner",
    message: str = "nobody owns it",
    help_text: str = 'add "owner: TEAM"',
    severity: Severity = Severity.WARNING,
    fix: Fix | None = None,
) -> Finding:
    """A Finding there."""
    return Finding(
        place=place, lint=lint, message=message, help=help_text, severity=severity, fix=fix
    )


def showing_of(files: dict[str, str], *, width: int = 80, has_colour: bool = False) -> Showing:
    """The lines of these files."""

    def line_of(path: str, line: int) -> str:
        lines = files.get(path, "").split("\n")
        return lines[line - 1] if 0 < line <= len(lines) else ""

    return Showing(line_of=line_of, width=width, has_colour=has_colour, version="1.2.3")
