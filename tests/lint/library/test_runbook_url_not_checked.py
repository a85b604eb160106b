"""URLs of which the tree cannot say."""

import pytest

from drillbook.lint.library.runbook_url_not_checked import LINT
from lint_trees import BOOK, SITE, of_rule, rules, told, url


def test_an_unknown_site_is_told_once() -> None:
    """With the setting that would tell."""
    text = rules(
        of_rule(more=f"annotations:\n  runbook_url: {SITE}/disk\n"),
        of_rule(name="DiskSlow", more=f"annotations:\n  runbook_url: {SITE}/slow\n"),
    )
    [flaw] = told(LINT, {"r.yaml": text}, runbook_urls={})
    assert f'[lint.runbook_urls] "{SITE}" = "FOLDER"' in flaw.help


@pytest.mark.parametrize("said", ["'https://a.dev/{{ $labels.x }}'", "docs/disk.md"])
def test_templates_and_paths_are_told_each(said: str) -> None:
    """Notes, not warnings."""
    files = {"r.yaml": of_rule(more=f"annotations:\n  runbook_url: {said}\n")}
    assert 1 == len(told(LINT, files))
    assert "note" == LINT.severity.value


def test_what_was_checked_is_not_told() -> None:
    """Neither what is there nor what is missing."""
    text = rules(of_rule(more=url("disk")), of_rule(name="DiskSlow", more=url("slow")))
    assert [] == told(LINT, {"r.yaml": text, "runbooks/disk.md": BOOK})
