"""Links to files that are not there."""

import pytest

from drillbook.lint.library.link_to_missing_file import LINT
from lint_trees import BOOK, told

FILES = {"docs/b c.md": BOOK, "docs/img/x.png": "", "top.md": BOOK, "docs/site/index.md": BOOK}


@pytest.mark.parametrize("target", ["gone.md", "./img/y.png", "../docs/gone.md", "gone.md#x"])
def test_a_missing_file_is_flagged(target: str) -> None:
    """At the link's place."""
    [flaw] = told(LINT, FILES | {"docs/a.md": f"# A\n\nSee [it]({target}).\n"})
    assert (3, 10) == (flaw.place.line, flaw.place.column)


@pytest.mark.parametrize(
    "target",
    [
        "b%20c.md",
        "img/x.png",
        "img/",
        "../top.md#diagnosis",
        "site",
        "../../outside.md",
        "/absolute.md",
        "page-of-a-site",
        "https://acme.dev/x.md",
        "#diagnosis",
        "a*.md",
        "../b%20c.md",
    ],
)
def test_what_is_there_or_unknown_is_not_flagged(target: str) -> None:
    """Folders, decoded names, pages of a site, what lies outside of the tree."""
    assert [] == told(LINT, FILES | {"docs/a.md": f"# A\n\nSee [it]({target}).\n"})
