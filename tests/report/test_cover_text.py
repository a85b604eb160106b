"""The lines for a terminal, at any width."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covers import alert, drill, rule, step, studied
from drillbook.cover.matrix import Facts, coverage_of
from drillbook.model.coverage import Coverage, Figure, Lack
from drillbook.model.finding import Finding
from drillbook.model.library import Lead, LeadKind
from drillbook.model.lint import Rung
from drillbook.model.place import Place
from drillbook.report.cover_text import BAR_CELLS, NAMED_MAX, coverage_lines

URL = "https://runbooks.example.org/a"
LACK = Lack(rung=Rung.RUNNABLE, because="it has no step", cure="write one")


def facts(name: str = "ADown", books: int = 2) -> Facts:
    """A runbook that is proven, and others that lack the same."""
    return Facts(
        studied=[
            studied(named=frozenset({name}), steps=(step(),)),
            *(
                studied(f"b{n}.md", lacks=(LACK,), listed=(f"B{n}",), named=frozenset({f"B{n}"}))
                for n in range(books)
            ),
        ],
        rules=[rule(name, URL), *(rule(f"B{n}", severity="") for n in range(books))],
        leads={URL: Lead(kind=LeadKind.FILE, path="a.md")},
        drills=[drill(fresh=True)],
    )


def lines(given_facts: Facts, width: int = 80) -> list[str]:
    """What is printed."""
    return coverage_lines(coverage_of(given_facts), width=width)


@given(st.integers(-5, 300))
def test_no_line_is_wider_than_asked_for(width):
    """But for names and paths, which are never cut, and for what a table needs."""
    bound = max(width, 40) if width < 72 else max(width, 104)
    assert [] == [line for line in lines(facts(), width) if len(line) > bound]


@pytest.mark.parametrize("width", [40, 71, 72, 200])
def test_every_width_says_the_same(width):
    """Each alert, runbook, drill, lack and figure."""
    text = " ".join(" ".join(lines(facts(), width)).split())
    for words in (
        "✓ ADown critical",
        "a.md",
        "b1.md",
        "drill a-killed: proven at full length on 2026-11-21",
        "runnable, 2 runbooks: it has no step",
        "→ write one",
        "alerts with a runbook",
        "33.3 %",
    ):
        assert words in text


def test_a_name_is_never_cut():
    """It can be copied into the next command."""
    name = "A" * 150
    for width in (40, 80):
        assert any(name in line for line in lines(facts(name), width))


def test_of_many_that_lack_the_same_some_are_named():
    """The rest is counted."""
    told = lines(facts(books=NAMED_MAX + 3))
    assert "      and 3 more" in told
    assert NAMED_MAX == sum(bool(re.fullmatch(r" {6}b\d\.md", line)) for line in told)


def test_only_what_is_whole_looks_whole():
    """A bar is cut as its number is."""
    words = {"title": "linked", "definition": "…", "nothing": "nothing"}
    figure = Figure(name="linked", count=1999, total=2000, **words)
    [line] = [each for each in coverage_lines(Coverage(figures=(figure,))) if "linked" in each]
    assert "█" * (BAR_CELLS - 1) + "░" in line
    assert "99.9 %" in line


def test_notes_stand_last():
    """Whoever reads the end reads them."""
    assert "no runbook was found; name the folder in which they lie" == lines(Facts())[-1]
    assert lines(facts())[-1].strip().startswith("runbook accuracy")


def test_files_that_were_not_read_are_told():
    """With place, cause and cure."""
    flaw = Finding(place=Place(path="x.md", line=3), lint="l", message="it is binary", help="mend")
    told = lines(Facts(unread=[flaw]))
    assert "  x.md:3: it is binary; mend" in told


def test_an_alert_that_its_runbook_does_not_know_is_marked():
    """Neither right nor wrong."""
    coverage = Coverage(alerts=(alert(leads_back=False),))
    assert "  ? ADown  critical  a.md (which does not name it)" in coverage_lines(coverage)
