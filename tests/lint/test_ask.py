"""Lints + what they are asked of → Findings."""

from collections.abc import Iterator
from datetime import date

from drillbook.lint.ask import as_adopted, finding_of, of_document, of_library, of_rule
from drillbook.model.document import Document
from drillbook.model.finding import Fix, Severity
from drillbook.model.library import Library
from drillbook.model.lint import (
    Circumstances,
    DocumentLint,
    Flaw,
    LibraryLint,
    RuleLint,
    Rung,
)
from drillbook.model.place import Place
from drillbook.model.rule import Rule

AROUND = Circumstances(today=date(2026, 11, 21))
HERE = Place(path="a.md", line=3, column=2)
FLAW = Flaw(place=HERE, message="it is wrong", help="put it right")
RULE = Rule(place=HERE, name="Down", group="g", expr="up == 0", expr_place=HERE)


def always(_: object, __: Circumstances) -> Iterator[Flaw]:
    yield FLAW


def document(*, is_runbook: bool = True, is_adopted: bool = True) -> Document:
    return Document(path="a.md", lines=("# A",), is_runbook=is_runbook, is_adopted=is_adopted)


OF_DOCUMENTS = DocumentLint(name="a-b", summary="a", check=always, rung=Rung.RUNNABLE)
OF_RULES = RuleLint(name="r-b", summary="a", check=always)
OF_ALL = LibraryLint(name="l-b", summary="a", check=always)
LINTS = (OF_DOCUMENTS, OF_RULES, OF_ALL)


def test_each_lint_is_asked_of_its_own_kind():
    """A document is asked by the lints of documents, a rule by those of rules."""
    assert ["a-b"] == [each.lint for each in of_document(document(), LINTS, AROUND)]
    assert ["r-b"] == [each.lint for each in of_rule(RULE, LINTS, AROUND)]
    assert ["l-b"] == [each.lint for each in of_library(Library(), LINTS, AROUND)]


def test_markdown_that_is_no_runbook_is_asked_only_what_is_asked_of_all():
    """A README is not told that it has no owner."""
    of_any = DocumentLint(name="of-any", summary="a", check=always, of_any_markdown=True)
    found = of_document(document(is_runbook=False), (*LINTS, of_any), AROUND)
    assert ["of-any"] == [each.lint for each in found]


def test_a_finding_has_the_name_and_the_severity_of_its_lint():
    """Where the flaw says none of its own."""
    found = finding_of(FLAW, OF_RULES)
    assert ("r-b", Severity.WARNING) == (found.lint, found.severity)
    assert (HERE, "it is wrong", "put it right") == (found.place, found.message, found.help)


def test_a_flaw_may_say_how_grave_it_is():
    """It knows better than its lint."""
    flaw = Flaw(place=HERE, message="m", help="h", severity=Severity.ERROR)
    assert Severity.ERROR is finding_of(flaw, OF_RULES).severity


def test_a_fix_comes_along():
    """What can be mended is known to the Finding."""
    fix = Fix(place=HERE, text="x")
    flaw = Flaw(place=HERE, message="m", help="h", fix=fix)
    assert fix == finding_of(flaw, OF_RULES).fix


def test_what_keeps_a_plain_document_from_running_is_a_note():
    """It never said that it wants to be run."""
    (found,) = of_document(document(is_adopted=False), LINTS, AROUND)
    assert Severity.NOTE is found.severity


def test_other_flaws_of_a_plain_document_stay_as_grave_as_they_are():
    """A link that leads nowhere is wrong in any Markdown."""
    lint = DocumentLint(name="a-c", summary="a", check=always, rung=Rung.READABLE)
    finding = finding_of(FLAW, lint)
    assert finding is as_adopted(finding, lint, document(is_adopted=False))
    assert finding is as_adopted(finding, None, document(is_adopted=False))
