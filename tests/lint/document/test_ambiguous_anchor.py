"""A link to a heading that stands twice."""

import pytest

from drillbook.lint.document.ambiguous_anchor import LINT
from told import findings, told

TWICE = "\n## One\n### Fix\nAct.\n\n## Two\n### Fix\nAct.\n"


def test_the_link_is_underlined_and_both_places_named():
    """It leads to the first one, whichever was meant."""
    text = f"# It\n\nSee [it](#fix).\n{TWICE}"
    assert ["3: #fix"] == told(LINT, text)
    assert "line 6 and on line 10" in findings(LINT, text)[0].message


@pytest.mark.parametrize(
    "words",
    [
        "See [it](#one).",
        "See [it](other.md#fix).",
        "See [one](#fix) and [two](#fix-1).",
        "No link.",
    ],
)
def test_a_link_that_leads_to_one_place_is_fine(words):
    """Who links to the second one as well knows that there are two."""
    assert [] == told(LINT, f"# It\n\n{words}\n{TWICE}")


def test_a_table_of_contents_means_the_one_that_it_lists():
    """It names the title itself."""
    assert [] == told(LINT, f"# It\n\n- [One](#one)\n- [Fix](#fix)\n{TWICE}")
    assert [] == told(LINT, f"# It\n\n- [How to fix](#how-to-fix)\n{TWICE}")
