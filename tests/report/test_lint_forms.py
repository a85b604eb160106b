"""The registry of the forms in which lint answers."""

import pytest

from drillbook.model.linted import Linted
from drillbook.report.lint_forms import FORMS
from findings import finding_at, place_at, showing_of


def test_the_forms() -> None:
    """Text is the first, and so the default."""
    assert ["text", "json", "sarif", "github", "junit"] == list(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_ends_its_last_line(form: str) -> None:
    """So that a shell's prompt stands below it, also where nothing was found."""
    for linted in (Linted(), Linted(findings=(finding_at(place_at("a.md", 1, 1)),))):
        text = FORMS[form](linted, showing_of({}))
        assert text.endswith("\n")
        assert not text.endswith("\n\n")


@pytest.mark.parametrize("form", FORMS)
def test_each_form_names_lint_place_and_cure(form: str) -> None:
    """Whatever reads it."""
    finding = finding_at(place_at("a.md", 41, 7), "some-lint", help_text="mend it so")
    text = FORMS[form](Linted(findings=(finding,), paths=("a.md",)), showing_of({}))
    assert all(word in text for word in ("some-lint", "a.md", "41", "mend it so"))
