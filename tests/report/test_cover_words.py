"""The words that all forms of a coverage share."""

import pytest

from covers import alert, drill, step, studied
from drillbook.cover.ladder import climb
from drillbook.model.coverage import Coverage, Figure, Lack
from drillbook.model.lint import Rung
from drillbook.model.proof import Seal, Sealed
from drillbook.model.runbook import Kind
from drillbook.model.verdict import VerdictState
from drillbook.report.cover_words import (
    alert_cure,
    alert_words,
    counted,
    drill_words,
    figure_words,
    ladder,
    lengths,
    standing,
    to_do,
)
from proofs import DRILLED_AT_NS

LEADING = (alert(),)


def book(name="a.md", *, lacks=(), alerts=LEADING, drills=(), **fields):
    """A runbook where it stands."""
    return climb(studied(name, lacks=lacks, **fields), list(alerts), list(drills), [step()])


def lack(rung: Rung, because: str = "it lacks something", detail: str = "") -> Lack:
    """What keeps a runbook from that rung."""
    return Lack(rung=rung, because=because, cure="mend it", detail=detail)


@pytest.mark.parametrize(
    ("runbook", "shown", "words"),
    [
        (book(lacks=[lack(Rung.READABLE)]), "○○○○", "not readable"),
        (book(alerts=()), "●○○○", "readable"),
        (book(lacks=[lack(Rung.RUNNABLE)]), "●●○○", "linked"),
        (book(kind=Kind.PROCEDURE, alerts=()), "●-●○", "runnable"),
        (book(drills=[drill(fresh=True)]), "●●●●", "proven at full length"),
        (book(drills=[drill(fresh=True, compression=10)]), "●●●●", "proven compressed 10x"),
    ],
)
def test_where_a_runbook_stands(runbook, shown, words):
    """As a picture and in words; a proven one says how."""
    assert (shown, words) == (ladder(runbook), standing(runbook))


def test_both_lengths_are_said():
    """Of several drills."""
    assert "at full length and compressed 10x" == lengths([10.0, 1.0, 10.0])


def test_what_is_lacking_is_grouped():
    """The lower rung first, then what most runbooks lack, each with its own details."""
    runbooks = (
        book("a.md", lacks=[lack(Rung.RUNNABLE, "no step")]),
        book("b.md", lacks=[lack(Rung.RUNNABLE, "no limit", "1 of 2")]),
        book("c.md", lacks=[lack(Rung.RUNNABLE, "no limit", "2 of 2")]),
        book("d.md", lacks=[lack(Rung.READABLE)]),
    )
    groups = to_do(Coverage(runbooks=runbooks))
    assert ["it lacks something", "no limit", "no step"] == [each.because for each in groups]
    assert (("b.md", "1 of 2"), ("c.md", "2 of 2")) == groups[1].runbooks


SIGNED = Sealed(seal=Seal.SIGNED, by="ada@example.org")
PROVEN = "on 2026-11-21: detected in 79.0 s, recovered in 95.0 s"


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (drill(fresh=True), f"proven at full length {PROVEN}; unsigned"),
        (
            drill(fresh=True, sealed=SIGNED),
            f"proven at full length {PROVEN}; signed by ada@example.org",
        ),
        (
            drill(fresh=True, sealed=Sealed(seal=Seal.UNVOUCHED)),
            f"proven at full length {PROVEN}; signed by a key that nobody vouches for",
        ),
        (
            drill(fresh=True, compression=10, full_detect_s=100, full_recover_s=116.1),
            f"proven compressed 10x {PROVEN} (100.0 s and 116.1 s at full length); unsigned",
        ),
        (drill(fresh=False), "its proof does not count: the rule has changed since"),
        (
            drill(fresh=True, last=VerdictState.FAILED, last_at_ns=DRILLED_AT_NS + 1),
            f"proven at full length {PROVEN}; unsigned; but its last verdict is failed",
        ),
        (
            drill(fresh=True, last=VerdictState.FAILED, last_at_ns=DRILLED_AT_NS - 1),
            f"proven at full length {PROVEN}; unsigned",
        ),
    ],
)
def test_what_a_drill_proves(one, words):
    """Times, length, whose signature; and a later verdict that says otherwise."""
    assert words == drill_words(one)


def test_where_an_alert_leads():
    """Or why it leads nowhere, or to somebody who does not know it."""
    assert "a.md" == alert_words(alert())
    assert "a.md (which does not name it)" == alert_words(alert(leads_back=False))
    assert "it has none" == alert_words(alert(runbook="", because="it has none"))


def test_alerts_without_a_runbook_are_given_a_beginning():
    """As many as there are; nothing where all have one."""
    without = alert("BDown", "")
    expected = (
        "2 alerts without a runbook: begin one with "
        "`drillbook new runbook NAME --from-alert RULES:ALERT`, or mend the runbook_url"
    )
    assert expected == alert_cure(Coverage(alerts=(alert(), without, without)))
    assert "" == alert_cure(Coverage(alerts=LEADING))


def test_counts():
    """One and many; what is apart; and nothing."""
    assert ["0 steps", "1 step", "2 steps"] == [counted(n, "step") for n in range(3)]
    words = {"title": "t", "definition": "d", "nothing": "nothing ran"}
    figures = [Figure(name="f", count=c, total=t, apart=a, **words) for c, t, a in COUNTS]
    assert ["1 of 2", "1 of 2, 3 unknown", "nothing ran"] == [figure_words(f) for f in figures]


COUNTS = [(1, 2, 0), (1, 2, 3), (0, 0, 0)]
