"""The list of all lints."""

import re

from drillbook.lint.registry import BY_NAME, LINTS
from drillbook.model.lint import DocumentLint, LibraryLint, ReadingLint, RuleLint


def test_names_are_unique():
    """No lint hides another."""
    assert len(LINTS) == len(BY_NAME)


def test_names_are_words_joined_by_hyphens():
    """A name can be typed, and is the name of its page."""
    assert [] == [name for name in BY_NAME if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)+", name)]


def test_every_summary_is_one_line():
    """The list of lints has one line for each, without a full stop."""
    wrong = [lint.name for lint in LINTS if "\n" in lint.summary or lint.summary.endswith(".")]
    assert [] == wrong
    assert all(lint.summary for lint in LINTS)


def test_every_lint_is_of_a_kind_that_is_asked():
    """A lint of no kind would never be asked."""
    kinds = DocumentLint | LibraryLint | ReadingLint | RuleLint
    assert all(isinstance(lint, kinds) for lint in LINTS)


def test_a_lint_is_named_as_its_module():
    """From a Finding one finds the code."""
    for lint in LINTS:
        if not isinstance(lint, ReadingLint):
            module = lint.check.__module__.rpartition(".")[2]
            assert lint.name == module.replace("_", "-")
