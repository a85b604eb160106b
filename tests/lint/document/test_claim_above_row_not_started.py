"""A claim above a row that is not started."""

import pytest

from drillbook.lint.document.claim_above_row_not_started import LINT
from told import findings, told

PATH = "docs/progress.md"


def table(state: str, head: str = "| Step | Status |") -> str:
    """A table of two steps."""
    return f"{head}\n|---|---|\n| Write | ✅ Done |\n| Drill | {state} |\n"


@pytest.mark.parametrize(
    "state", ["Not Started", "⬜ Not Started", "not yet started", "❌ Not started ❌"]
)
def test_the_claim_is_underlined_and_the_row_named(state):
    """One of the two is wrong."""
    (found,) = findings(LINT, f"# It\n\n**Status:** Complete\n\n{table(state)}", path=PATH)
    assert (3, True) == (found.place.line, "line 8 says" in found.message)


def test_a_title_is_about_the_tables_below_it():
    """Not about those of the next one."""
    claimed = f"# It\n\n## Phase 7: COMPLETE ✅\n{table('Not Started')}"
    assert ["3: Phase 7: COMPLETE ✅"] == told(LINT, claimed, path=PATH)
    other = f"# It\n\n## Phase 7: COMPLETE ✅\nWords.\n\n## Phase 8\n{table('Not Started')}"
    assert [] == told(LINT, other, path=PATH)


@pytest.mark.parametrize(
    "text",
    [
        f"# It\n\n**Status:** In progress\n\n{table('Not Started')}",
        f"# It\n\n**Status:** Complete\n\n{table('In progress')}",
        f"# It\n\n**Status:** Complete\n\n{table('Not Started', '| Mark | Meaning |')}",
        "# It\n\n**Status:** Complete\n\nThe server has not started.\n",
        f"# It\n\n**Status:** Complete\n\n{table('The pod is not started')}",
    ],
)
def test_what_agrees_or_means_something_else_is_fine(text):
    """A legend, a sentence, an honest status."""
    assert [] == told(LINT, text, path=PATH)
