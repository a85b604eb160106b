"""Runbooks to which nothing leads."""

import pytest

from drillbook.lint.library.runbook_without_alert import LINT
from lint_trees import BOOK, book, of_rule, told, url

LED = {"r.yaml": of_rule(more=url("disk")), "runbooks/disk.md": BOOK}


def test_an_adopted_runbook_without_alert_is_a_warning() -> None:
    """It wants to be found."""
    [flaw] = told(
        LINT, LED | {"runbooks/old.md": book("owner: x\nservice: y", "# Old\n\n## Diagnosis\n")}
    )
    assert (None, 'no alert leads to "Old"') == (flaw.severity, flaw.message)


def test_plain_markdown_beside_runbooks_is_a_note() -> None:
    """It may be one that nobody finds."""
    [flaw] = told(LINT, LED | {"runbooks/old.md": BOOK})
    assert flaw.severity is not None
    assert "note" == flaw.severity.value


@pytest.mark.parametrize(
    "files",
    [
        LED,
        LED | {"runbooks/move.md": book("kind: procedure")},
        LED | {"runbooks/slow.md": book("alerts: [DiskSlow]")},
        LED | {"docs/other.md": BOOK},
        LED | {"runbooks/read.md": "# Read me\n"},
        {"runbooks/old.md": book("owner: x")},
    ],
)
def test_others_are_not_flagged(files: dict[str, str]) -> None:
    """Led to, a procedure, elsewhere, no runbook, or in a tree whose alerts lead nowhere at all."""
    assert [] == told(LINT, files)
