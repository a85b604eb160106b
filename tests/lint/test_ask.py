"""Lints + what they are asked of → Findings."""

from collections.abc import Iterator
from datetime import date

import pytest

from drillbook.lint.ask import (
    SAID_CHARS_MAX,
    as_adopted,
    finding_of,
    is_of_ours,
    of_document,
    of_library,
    of_rule,
    readable,
)
from drillbook.lint.registry import LINTS as ALL
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
from drillbook.read.rules import read_rule_file
from findings import finding_at, place_at
from lint_rules import rule_text

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


def in_front(lint: str, text: str = "", *, is_adopted: bool = False, line: int = 2) -> bool:
    """Whether a Finding of the front matter counts."""
    lines = ("---", text, "---", "# A")
    read = Document(path="a.md", lines=lines, front_lines=3, is_adopted=is_adopted)
    place = Place(path="a.md", line=line)
    return is_of_ours(finding_of(Flaw(place=place, message="m", help="h"), named(lint)), read)


def named(lint: str) -> DocumentLint:
    """A lint of that name."""
    return DocumentLint(name=lint, summary="a", check=always)


@pytest.mark.parametrize("lint", ["value-of-wrong-kind", "unknown-key", "bad-input-from"])
def test_keys_of_other_tools_are_left_in_peace(lint):
    """Unless the document shows in another way that it is of our format."""
    assert not in_front(lint)
    assert in_front(lint, is_adopted=True)
    assert in_front(lint, line=4)


@pytest.mark.parametrize("lint", ["duplicate-yaml-key", "yaml-key-not-a-word", "yaml-not-readable"])
def test_what_is_no_yaml_is_so_for_everybody(lint):
    """But a template is not meant to be any."""
    assert in_front(lint, "title: x")
    assert not in_front(lint, "title: {{ .Name }}")
    assert not in_front(lint, "{% if x %}")
    assert in_front(lint, "title: {{ .Name }}", is_adopted=True)


@pytest.mark.parametrize("lint", ["option-without-when", "option-without-risk"])
def test_plain_markdown_says_when_in_its_own_words(lint):
    """`If the pod hangs, delete it` is no sentence of ours, and says it all the same."""
    assert not in_front(lint, line=4)
    assert in_front(lint, line=4, is_adopted=True)


def test_braces_of_other_tools_are_left_in_peace():
    """Hugo's `linenos` says how the block is shown; removing it would change the site."""
    braces = named("unknown-fence-attribute")
    place = Place(path="a.md", line=4)
    mild, grave = (
        finding_of(Flaw(place=place, message="m", help="h", severity=severity), braces)
        for severity in (Severity.WARNING, Severity.ERROR)
    )
    plain, ours = (Document(path="a.md", lines=(), is_adopted=x) for x in (False, True))
    assert not is_of_ours(mild, plain)
    assert is_of_ours(mild, ours)
    assert is_of_ours(grave, plain)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("", ""),
        ("a" * SAID_CHARS_MAX, "a" * SAID_CHARS_MAX),
        ("b" + "a" * SAID_CHARS_MAX + "c", "b" + "a" * 198 + "…" + "a" * 198 + "c"),
        ("a" * 1_000_000, "a" * 199 + "…" + "a" * 199),
    ],
    ids=["empty", "just fits", "one too long", "a file of it"],
)
def test_what_quotes_a_long_name_is_cut_in_its_middle(said, told):
    """The cause stands at its beginning or its end, and the name is in the text anyway."""
    finding = finding_at(place_at("a.md", 1, 1), message=said, help_text=said)
    assert (told, told) == (readable(finding).message, readable(finding).help)


def test_a_rule_with_a_name_as_long_as_a_file_is_told_of_in_a_line():
    """Whatever the name of an alert is."""
    file, _ = read_rule_file(rule_text("up == 0", name="A" * 100_000), "rules.yaml")
    found = list(of_rule(file.rules[0], ALL, AROUND))
    assert found
    assert max(len(each.message) for each in found) <= SAID_CHARS_MAX


def test_what_is_remembered_of_some_lints_says_nothing_of_others() -> None:
    """The same document, asked by one tuple of lints after the other, and by what is no tuple."""
    document = Document(path="a.md", lines=("# Text",), is_runbook=True)
    lints = [DocumentLint(name=name, summary=name, check=always) for name in ("one", "two")]
    for some in (tuple(lints), tuple(lints[:1]), tuple(lints[1:]), tuple(lints)):
        names = [lint.name for lint in some]
        assert names == [each.lint for each in of_document(document, some, AROUND)]
        assert names == [each.lint for each in of_document(document, some, AROUND)]
        assert names == [each.lint for each in of_document(document, iter(some), AROUND)]
