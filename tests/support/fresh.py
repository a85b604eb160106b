"""What lint says, by default, of files that were just made in a folder."""

from datetime import date
from pathlib import Path

from drillbook.model.finding import Severity
from drillbook.model.settings import Settings
from drillbook.read.settings import default_settings
from drillbook.verbs.lint import Wanted, lint_tree

TODAY = date(2026, 11, 21)


def complaints(folder: Path, settings: Settings | None = None) -> list[str]:
    """Warnings and errors, each as its lint and its place."""
    wanted = Wanted(root=folder, today=TODAY, severity=Severity.WARNING)
    linted = lint_tree(wanted, settings or default_settings(folder))
    return [f"{each.lint} {each.place.path}:{each.place.line}" for each in linted.findings]
