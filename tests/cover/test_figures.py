"""The figures: what is counted, of how many, and nothing of nothing."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covers import alert, drill, step, studied
from drillbook.cover.figures import DEFINITIONS, NAMES, figures_of
from drillbook.cover.ladder import climb
from drillbook.model.coverage import Lack, Tally, percent_of
from drillbook.model.lint import Rung
from drillbook.model.runbook import Kind


def counted(alerts, runbooks):
    """Count and total of each figure."""
    return {each.name: (each.count, each.total) for each in figures_of(alerts, runbooks)}


PAGE = Path(__file__).parents[2] / "docs/reference/cover.md"
LEADING = (alert(),)


def book(name="a.md", *, lacks=(), alerts=LEADING, drills=(), tally=None, **fields):
    """A runbook with one step."""
    steps = [step(tally=tally or Tally())]
    return climb(studied(name, lacks=lacks, **fields), list(alerts), list(drills), steps)


READABLE = Lack(rung=Rung.READABLE, because="no section", cure="write one")
RUNNABLE = Lack(rung=Rung.RUNNABLE, because="no step", cure="write one")


def test_every_figure_of_a_small_team():
    """Two of three alerts lead to a runbook; four runbooks stand on four rungs."""
    alerts = [alert(), alert("BDown", "b.md"), alert("CDown", "")]
    runbooks = [
        book(drills=[drill(fresh=True)], tally=Tally(as_said=3, otherwise=1, unknown=2)),
        book("b.md"),
        book("c.md", lacks=(RUNNABLE,)),
        book("d.md", lacks=(READABLE,), alerts=()),
    ]
    assert {
        "covered": (2, 3),
        "readable": (3, 4),
        "linked": (3, 4),
        "runnable": (2, 4),
        "proven": (1, 4),
        "accuracy": (3, 4),
    } == counted(alerts, runbooks)
    assert 2 == figures_of(alerts, runbooks)[-1].apart


def test_procedures_are_not_asked_for_alerts():
    """They count everywhere but among the linked."""
    found = counted([], [book(kind=Kind.PROCEDURE, alerts=()), book("b.md")])
    assert ((1, 1), (2, 2)) == (found["linked"], found["runnable"])


def test_nothing_is_never_all():
    """No alert, no runbook, no run: there is no share, and the reason is said."""
    for figure in figures_of([], []):
        assert (None, "—") == (figure.share, figure.percent)
        assert figure.nothing
    [linked] = [f for f in figures_of([], [book(kind=Kind.PROCEDURE)]) if f.name == "linked"]
    assert "all runbooks are procedures, to which no alert leads" == linked.nothing


def test_they_are_counted_by_severity_too():
    """Of alerts as their rules say, of runbooks as their front matter does."""
    alerts = [alert(), alert("B", "", severity="warning"), alert("C", severity="")]
    runbooks = [book(severity="critical"), book("b.md", lacks=(READABLE,))]
    covered, readable, *_ = figures_of(alerts, runbooks)
    assert {"critical": (1, 1), "warning": (0, 1), "no severity": (1, 1)} == covered.parts
    assert {"critical": (1, 1), "no severity": (0, 1)} == readable.parts


def test_every_figure_has_its_definition():
    """Of what, of how many."""
    figures = figures_of([], [])
    assert list(NAMES) == [figure.name for figure in figures]
    assert list(DEFINITIONS.values()) == [figure.definition for figure in figures]
    assert all(", of all " in figure.definition for figure in figures)


def test_the_reference_defines_them_alike():
    """What the page says is what the output says."""
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    defined = {name: words for name, words in rows if name in DEFINITIONS}
    assert DEFINITIONS == defined


@pytest.mark.parametrize(
    ("count", "total", "shown"),
    [(2, 3, "66.6 %"), (1999, 2000, "99.9 %"), (3, 3, "100 %"), (0, 7, "0 %"), (0, 0, "—")],
)
def test_a_share_is_cut_and_not_rounded(count, total, shown):
    """What is not whole does not look so."""
    assert shown == percent_of(count, total)


@given(st.integers(0, 5_000), st.integers(1, 5_000))
def test_only_what_is_whole_is_a_hundred(count, total):
    """Nor is anything that is there nothing but by less than a thousandth."""
    if count <= total:
        assert (count == total) == (percent_of(count, total) == "100 %")
