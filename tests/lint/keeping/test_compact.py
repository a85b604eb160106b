"""Nouns → compact JSON and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.lint.keeping.compact import CompactError, understood, written
from drillbook.model.finding import Finding, Fix, Severity
from drillbook.model.inspected import DrillNames, Inspected, Mark, PackPart
from drillbook.model.library import (
    Card,
    Claim,
    ClaimKind,
    Keep,
    Reference,
    ReferenceKind,
    RunbookCard,
    ScrapeConfig,
)
from drillbook.model.place import Place
from drillbook.model.rule import Record, Rule, RuleFile

HERE = Place(path="a.md", line=3, column=2, end_line=3, end_column=9)
FINDING = Finding(
    place=HERE,
    lint="a-b",
    message="„wrong“",
    help="h",
    severity=Severity.NOTE,
    fix=Fix(place=HERE, text="x"),
)
EVERYTHING = Inspected(
    path="a.md",
    findings=(FINDING, replace(FINDING, fix=None, severity=Severity.ERROR)),
    marks=(Mark(place=HERE, names=("a", "b"), until=date(2026, 12, 31)),),
    card=Card(
        path="a.md",
        anchors=("x", "y"),
        runbooks=(
            RunbookCard(
                place=HERE, path="a.md", anchor="", title="T", alerts={"A": HERE}, detect_s=2.5
            ),
        ),
        references=(Reference(place=HERE, kind=ReferenceKind.SCRIPT, target="x.sh"),),
        claims=(Claim(place=HERE, alert="A", kind=ClaimKind.FOR, value=1.5, text="1.5 s"),),
    ),
    rule_file=RuleFile(
        path="r.yaml",
        rules=(
            Rule(
                place=HERE,
                name="A",
                group="g",
                expr="up == 0",
                expr_place=HERE,
                labels={"a": "b"},
                annotation_places={"c": HERE},
            ),
        ),
        records=(Record(place=HERE, name="r", group="g", expr="up", expr_place=HERE),),
    ),
    scrape_config=ScrapeConfig(
        path="p.yml",
        jobs=frozenset(("a", "b")),
        keeps=(Keep(place=HERE, pattern="x"),),
    ),
    pack=PackPart(folder="p", runbook_urls={"https://x/": "runbooks"}, is_whole=True),
    drill=DrillNames(place=HERE, runbook="r.md", option="o", alert="A"),
)


def test_all_that_is_known_of_a_file_comes_back():
    """Whatever a file may hold."""
    assert EVERYTHING == understood(written(EVERYTHING, Inspected), Inspected)


def test_what_is_as_usual_takes_no_room():
    """Most files hold little."""
    assert b'["a.md"]' == written(Inspected(path="a.md"), Inspected)


@given(st.lists(st.text(), max_size=5), st.none() | st.floats(allow_nan=False), st.booleans())
def test_any_text_and_number(texts, number, is_set):
    """Surrogates and control characters too."""
    noun = Sample(texts=tuple(texts), number=number, is_set=is_set, by_name=dict.fromkeys(texts, 1))
    assert noun == understood(written(noun, Sample), Sample)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Fields of each kind that a noun may have."""

    texts: tuple[str, ...] = ()
    number: float | None = None
    is_set: bool = False
    by_name: Mapping[str, int] = field(default_factory=dict)
    day: date | None = None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}x",
        b"\xff",
        b"[[[[",
        b'["a.md", 7]',
        b'["a.md", [[1]]]',
        b"7",
        b'["a.md",[],[],[],[],[],[],[],[],[]]',
        b'["a.md",[[["a.md"],"l","m","h","no such severity"]]]',
        b"[" * 100_000,
    ],
)
def test_what_is_none_of_ours_is_said_to_be(data):
    """A broken file is no reason to fall over."""
    with pytest.raises(CompactError):
        understood(data, Inspected)


def test_a_type_that_nobody_can_write_is_a_slip_of_ours():
    """It is found by the first test that uses it."""

    @dataclass(frozen=True)
    class Odd:
        value: complex

    with pytest.raises(TypeError, match="complex"):
        written(Odd(1j), Odd)
