"""Documents that alerts name in their text."""

import pytest

from drillbook.lint.library.alert_names_missing_document import LINT
from lint_trees import BOOK, of_rule, rules, told


def said(*texts: str) -> list[str]:
    several = [
        of_rule(name=f"Disk{n}", more=f"annotations:\n  description: {text}\n")
        for n, text in enumerate(texts)
    ]
    files = {"r.yaml": rules(*several), "docs/runbooks/disk-full.md": BOOK}
    return [flaw.message + ": " + flaw.help for flaw in told(LINT, files)]


def test_a_missing_document_is_told_with_the_one_that_was_meant() -> None:
    """Where another is there, this is the tree of the documents."""
    [message] = said("See disk-full.md.", "See disk-ful.md.")
    assert message.startswith("the alert's text names disk-ful.md")
    assert message.endswith("did you mean docs/runbooks/disk-full.md?")


@pytest.mark.parametrize(
    "texts",
    [
        ["See disk-full.md", "See runbooks/disk-full.md or docs/runbooks/Disk-Full.md"],
        ["See gone.md"],
        ["See disk-full.md", "See https://acme.dev/gone.md"],
        ["See disk-full.md", "'See {{ $labels.x }}.md'"],
    ],
)
def test_what_is_there_or_elsewhere_is_not_flagged(texts: list[str]) -> None:
    """By any part of its path; on a site; of a template; in a tree without documents."""
    assert [] == said(*texts)
