"""What a runbook lacks → its rung; each one only with all below it."""

import pytest

from covers import alert, drill, step, studied
from drillbook.cover.ladder import climb, stands_on
from drillbook.model.coverage import Lack
from drillbook.model.lint import Rung
from drillbook.model.runbook import Kind
from drillbook.model.verdict import VerdictState

READABLE = Lack(rung=Rung.READABLE, because="no section", cure="write one")
RUNNABLE = Lack(rung=Rung.RUNNABLE, because="no step", cure="write one")


LEADING = (alert(),)


def climbed(*, alerts=LEADING, drills=(), lacks=(), **fields):
    """A runbook with an alert that leads to it and back, where nothing else is said."""
    return climb(studied(lacks=lacks, **fields), list(alerts), list(drills), [step()])


@pytest.mark.parametrize(
    ("given", "rung", "following"),
    [
        ({"lacks": (READABLE, RUNNABLE)}, None, ["no section"]),
        ({"alerts": ()}, Rung.READABLE, ["no alert leads to it"]),
        ({"lacks": (RUNNABLE,)}, Rung.LINKED, ["no step"]),
        ({}, Rung.RUNNABLE, ["no drill is of it"]),
        ({"drills": [drill(fresh=True)]}, Rung.PROVEN, []),
    ],
)
def test_it_stands_where_the_first_thing_is_missing(given, rung, following):
    """And what it lacks is what the next rung needs, no more."""
    found = climbed(**given)
    assert (rung, following) == (found.rung, [lack.because for lack in found.lacks])


def test_a_rung_without_one_below_does_not_count():
    """A proof of a runbook to which no alert leads is a proof of something nobody finds."""
    found = climbed(alerts=(), drills=[drill(fresh=True)])
    assert (True, False) == (stands_on(found, Rung.READABLE), stands_on(found, Rung.PROVEN))
    assert not stands_on(climbed(lacks=(READABLE,)), Rung.READABLE)


def test_an_alert_that_the_runbook_does_not_name_is_named_as_the_cure():
    """One that it names is enough: another may lead to it too."""
    strange = alert("BDown", leads_back=False)
    [lack] = climbed(alerts=(strange,)).lacks
    assert "it does not name the alert that leads to it: BDown" == lack.sentence
    assert "write alerts: [NAME] into its front matter" == lack.cure
    assert Rung.RUNNABLE is climbed(alerts=(strange, alert())).rung


def test_to_a_procedure_no_alert_has_to_lead():
    """It is started by name."""
    assert Rung.RUNNABLE is climbed(alerts=(), kind=Kind.PROCEDURE).rung
    assert Rung.READABLE is climbed(alerts=(), kind=Kind.PROCEDURE, lacks=(RUNNABLE,)).rung


def test_every_drill_must_have_its_proof():
    """One that is proven does not speak for another Option's."""
    found = climbed(drills=[drill(fresh=True), drill("b-paused")])
    assert Rung.RUNNABLE is found.rung
    [lack] = found.lacks
    assert "drill b-paused: it has not passed yet" == lack.because
    assert "`drillbook drill packs/a --only b-paused`" == lack.cure
    assert (1.0,) == found.compressions


def test_the_command_can_be_pasted_whatever_the_drill_is_called():
    """A name is a word of it, and never a command."""
    [lack] = climbed(drills=[drill("a; rm -r $HOME")]).lacks
    assert "`drillbook drill packs/a --only 'a; rm -r $HOME'`" == lack.cure


@pytest.mark.parametrize(
    ("one", "because"),
    [
        (drill(fresh=False), "its proof does not count: the rule has changed since"),
        (drill(), "it has not passed yet"),
        (
            drill(last=VerdictState.FAILED),
            "it has no proof, and its last verdict is failed",
        ),
    ],
)
def test_why_a_drill_proves_nothing(one, because):
    """A stale proof, none at all, or what the journal knows."""
    [lack] = climbed(drills=[one]).lacks
    assert f"drill a-killed: {because}" == lack.because
