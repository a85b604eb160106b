"""Links to headings that are not there."""

import pytest

from drillbook.lint.library.dead_anchor import LINT
from lint_trees import BOOK, told

OTHER = "# Other\n\n## One two\n\n## One two\n\n<a id='Mine'></a>\n"


@pytest.mark.parametrize(
    ("target", "cure"),
    [
        ("#diagnosys", "did you mean #diagnosis?"),
        ("other.md#one-two-2", "did you mean #one-two-1?"),
        ("#x", "name one of its headings"),
    ],
)
def test_a_missing_heading_is_flagged(target: str, cure: str) -> None:
    """With the one that was meant."""
    [flaw] = told(LINT, {"docs/a.md": f"{BOOK}\nSee [it]({target}).\n", "docs/other.md": OTHER})
    assert cure == flaw.help


@pytest.mark.parametrize(
    "target",
    [
        "#diagnosis",
        "#Diagnosis",
        "other.md#one-two-1",
        "other.md#mine",
        "other.md#user-content-mine",
        "other#one-two",
        "#top",
        "#L12",
        "#:~:text=x",
        "gone.md#x",
        "other.md#",
        "other.md#one%2Dtwo",
    ],
)
def test_what_is_there_or_the_browsers_own_is_not_flagged(target: str) -> None:
    """A missing file is another lint's."""
    files = {"docs/a.md": f"{BOOK}\nSee [it]({target}).\n", "docs/other.md": OTHER}
    assert [] == told(LINT, files)
