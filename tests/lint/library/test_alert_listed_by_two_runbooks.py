"""Alerts that two runbooks list."""

from drillbook.lint.library.alert_listed_by_two_runbooks import LINT
from lint_trees import book, told


def test_the_second_is_told_of_the_first() -> None:
    """At the name in its list."""
    files = {
        "runbooks/a.md": book("alerts: [DiskFull]"),
        "runbooks/b.md": book("alerts: [DiskSlow, DiskFull]"),
    }
    [flaw] = told(LINT, files)
    assert ("runbooks/b.md", 2, 20) == (flaw.place.path, flaw.place.line, flaw.place.column)
    assert "runbooks/a.md lists DiskFull as well" in flaw.message


def test_one_runbook_is_not_flagged() -> None:
    """Also where it lists several."""
    assert [] == told(LINT, {"runbooks/a.md": book("alerts: [DiskFull, DiskSlow]")})


def test_two_parts_of_a_file_may_both_say_that_they_are_the_alerts() -> None:
    """The second is told where the first stands; other alerts and other files are not."""
    part = "## {}\n\n**Alert Name:** `DiskFull`\n\n### Diagnosis\n### Resolution\n\n"
    text = "# Runbooks\n\n" + part.format("Disk") + part.format("Volume")
    other = "# Other\n\n**Alert:** DiskFull\n\n## Diagnosis\n## Resolution\n"
    [flaw] = told(LINT, {"docs/a.md": text, "docs/b.md": other})
    assert ("docs/a.md", 12) == (flaw.place.path, flaw.place.line)
    assert "the part at line 5 says that it is DiskFull's as well" == flaw.message
