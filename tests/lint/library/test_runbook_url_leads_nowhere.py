"""URLs that name nothing of the tree."""

import pytest

from drillbook.lint.library.runbook_url_leads_nowhere import LINT
from lint_trees import BOOK, of_rule, told, url


def test_a_missing_document_is_told_with_the_one_that_was_meant() -> None:
    """At the annotation's place."""
    files = {"r.yaml": of_rule(more=url("disk-ful")), "runbooks/disk-full.md": BOOK}
    [flaw] = told(LINT, files)
    assert "there is no document at runbooks/disk-ful" == flaw.message
    assert "did you mean runbooks/disk-full.md?" == flaw.help
    assert 9 == flaw.place.line


def test_a_missing_section_is_told_with_the_one_that_was_meant() -> None:
    """Of the document that is there."""
    files = {"r.yaml": of_rule(more=url("disk#diagnosys")), "runbooks/disk.md": BOOK}
    [flaw] = told(LINT, files)
    assert 'runbooks/disk.md has no section "diagnosys"' == flaw.message
    assert "did you mean #diagnosis?" == flaw.help


@pytest.mark.parametrize("path", ["disk", "disk.md#diagnosis", "disk.html", "DISK"])
def test_urls_that_lead_somewhere_are_not_flagged(path: str) -> None:
    """However the page is published."""
    assert [] == told(LINT, {"r.yaml": of_rule(more=url(path)), "runbooks/disk.md": BOOK})


def test_what_is_not_near_is_not_suggested() -> None:
    """A wrong cure is worse than none."""
    files = {"r.yaml": of_rule(more=url("network")), "runbooks/disk.md": BOOK}
    [flaw] = told(LINT, files)
    assert "write the runbook, or correct the URL" == flaw.help
