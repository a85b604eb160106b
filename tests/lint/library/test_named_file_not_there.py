"""A file that a runbook names and the tree does not have."""

from datetime import date

import pytest

from drillbook.lint.card import card_of
from drillbook.lint.library.named_file_not_there import LINT
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw
from drillbook.read.markdown.runbook import read_document
from told import PLAIN

AROUND = Circumstances(today=date(2026, 11, 21))


def flaws(text: str, *files: str, path: str = "docs/runbooks/disk.md") -> list[Flaw]:
    """What is said of the runbook in a tree of these files and folders."""
    card = card_of(read_document(PLAIN + text, path))
    return list(LINT.check(Library(cards=(card,), has_file=lambda one: one in files), AROUND))


def test_a_file_that_is_gone_is_underlined():
    """Its folder is still there."""
    (flaw,) = flaws("See `src/limits.py`.\n", "src")
    assert "there is no src/limits.py in this tree" == flaw.message
    assert (14, 6, 19) == (flaw.place.line, flaw.place.column, flaw.place.end_column)


@pytest.mark.parametrize(
    "files",
    [
        ("src", "src/limits.py"),
        ("docs/src", "docs/src/limits.py"),
        ("docs/runbooks/src", "docs/runbooks/src/limits.py"),
    ],
)
def test_it_may_lie_below_any_folder_above_the_runbook(files):
    """People write paths from the root, or from where they are."""
    assert [] == flaws("See `src/limits.py`.\n", *files)


def test_a_path_whose_first_folder_is_not_there_is_another_trees():
    """Nobody can say from here."""
    assert [] == flaws("See `queue/limits.py`.\n", "src")


def test_a_file_is_told_once():
    """However often it is named."""
    assert 1 == len(flaws("See `src/a.py`.\n\nAnd `src/a.py`.\n", "src"))


def test_a_path_that_leaves_the_tree_is_not_judged():
    """What is there is nobody's to know."""
    assert [] == flaws("See `../../../../src/a.py`.\n", "docs")
