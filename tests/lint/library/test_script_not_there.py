"""Scripts that the tree does not have."""

import pytest

from drillbook.lint.library.script_not_there import LINT
from drillbook.model.finding import Severity
from lint_trees import told


def said(script: str, *others: str) -> list[str]:
    text = f"# Disk\n\n## Diagnosis\n\n```sh\n{script}\n```\n\n## Resolution\n"
    files = {"docs/ops/disk.md": text} | dict.fromkeys(others, "")
    return [flaw.message for flaw in told(LINT, files)]


@pytest.mark.parametrize(
    ("script", "others"),
    [
        ("./scripts/fix.sh", []),
        ("bash tools/fix.sh", []),
        ("jobs/fix.sh", ["jobs/other.sh"]),
        ("python jobs/fix.py", ["docs/jobs/other.py"]),
    ],
)
def test_a_script_that_should_be_here_is_flagged(script: str, others: list[str]) -> None:
    """In a folder for scripts, or one that is there."""
    assert 1 == len(said(script, *others))


@pytest.mark.parametrize(
    ("script", "others"),
    [
        ("./scripts/fix.sh", ["scripts/fix.sh"]),
        ("./scripts/fix.sh", ["docs/ops/scripts/fix.sh"]),
        ("bin/kafka-topics.sh --list", []),
        ("./fix.sh", []),
        ("bash fix.sh", []),
        ("../../../scripts/fix.sh", []),
    ],
)
def test_what_is_there_or_elsewhere_is_not_flagged(script: str, others: list[str]) -> None:
    """From the root or from the document; of another machine; outside of the tree."""
    assert [] == said(script, *others)


def test_a_script_is_told_once_for_a_document() -> None:
    """Its first place is enough."""
    assert 1 == len(said("./scripts/fix.sh\n./scripts/fix.sh --again"))


def test_where_its_folder_is_missing_as_well_it_is_a_note() -> None:
    """The tree may be a part of a larger one."""
    text = "# Disk\n\n## Diagnosis\n\n```sh\nscripts/fix.sh\n```\n\n## Resolution\n"
    severities = [
        [flaw.severity for flaw in told(LINT, {"docs/a.md": text} | more)]
        for more in ({}, {"scripts/other.sh": ""})
    ]
    assert [[Severity.NOTE], [Severity.WARNING]] == severities
