"""What a run asks is answered from elsewhere: by who may, with what fits, and only once."""

from dataclasses import replace

import pytest

from drillbook.model.people import Caller, Person, PolicyRule
from drillbook.model.run import Answer, Asked
from drillbook.model.sentence import Risk
from drillbook.verbs.answer import CannotAnswerError, answer_run, open_question
from drillbook.verbs.people.policy import NotPermittedError
from drillbook.verbs.running.workplace import open_workplace

ADA = Caller(name="ada", roles=frozenset({"oncall"}), token="0123456789")
TEXT = "---\nservice: orders\n---\n# T\n"
ASKED = ("asked", {"step": "mend", "kind": "step", "risk": "disruptive"})
LOST = ("step-lost", {"step": "mend", "attempt": 3, "because": "so", "output": "half of it"})
MILD = ("option-chosen", {"option": "o", "risk": "disruptive"})
CHOSEN = ("option-chosen", {"option": "o", "risk": "destructive"})
APPROVAL = ("approval-asked", {"title": "Restore", "risk": "destructive", "hash": "h"})


def begin(place, *told, source: str | None = TEXT) -> None:
    blob = place.journal.put_blob(source.encode()) if source is not None else "0" * 64
    body = {"runbook": "a.md", "anchor": "", "source": blob, "operator": "ada"}
    place.journal.append("run/a", "run-started", body)
    for kind, more in told:
        place.journal.append("run/a", kind, more)


def last(place):
    return place.journal.entries("run/a")[-1]


def refused(place, answer: Answer, run: str = "a") -> str:
    before = len(place.journal.entries("run/a"))
    with pytest.raises(CannotAnswerError) as caught:
        answer_run(place, run, ADA, answer)
    assert before == len(place.journal.entries("run/a"))
    return str(caught.value)


def test_an_answer_names_its_question(place):
    """By its entry, so that one that comes late is known; with who said it and why."""
    begin(place, MILD, ASKED)
    question = answer_run(place, "a", ADA, Answer.YES, text="go on")
    assert (3, "mend", Asked.STEP, Risk.DISRUPTIVE) == (
        question.seq,
        question.about,
        question.kind,
        question.risk,
    )
    assert {
        "question": 3,
        "about": "mend",
        "answer": "yes",
        "by": "ada",
        "token": "0123456789",
        "text": "go on",
    } == last(place).body


def test_what_is_not_said_is_not_kept(place):
    """No empty words, and no empty token."""
    begin(place, LOST)
    answer_run(place, "a", Caller(name="root"), Answer.HAPPENED)
    assert {"question", "about", "answer", "by"} == set(last(place).body)


@pytest.mark.parametrize(
    ("asked", "kind", "choices"),
    [
        (ASKED, Asked.STEP, (Answer.YES, Answer.NO, Answer.STOP)),
        (LOST, Asked.LOST, (Answer.HAPPENED, Answer.AGAIN, Answer.STOP)),
    ],
)
def test_what_may_be_answered(asked, kind, choices, place):
    """As it was asked; anything else is refused with what there is."""
    begin(place, asked)
    question = open_question("a", place.journal.entries("run/a"))
    assert question is not None
    assert (kind, choices) == (question.kind, question.choices)
    for answer in set(Answer) - set(choices):
        told = refused(place, answer)
        assert f"say one of {', '.join(choice.value for choice in choices)}" in told


@pytest.mark.parametrize(
    "asked", [("asked", {"step": "look", "kind": "guided"}), APPROVAL], ids=["guided", "approval"]
)
def test_what_is_answered_otherwise(asked, place):
    """A guided step is decided upon in front of its screen, an approval by `approve`."""
    begin(place, asked)
    assert open_question("a", place.journal.entries("run/a")) is None
    assert "asks nothing that could be answered here" in refused(place, Answer.YES)


def test_a_lost_step_has_the_risk_of_its_option(place):
    """To run it again may do what the Option may do."""
    begin(place, CHOSEN, LOST)
    question = answer_run(place, "a", ADA, Answer.HAPPENED)
    assert (Risk.DESTRUCTIVE, "Did `mend` happen? It is destructive.") == (
        question.risk,
        question.text,
    )


def test_a_lost_step_of_no_known_option_is_as_bad_as_can_be(place):
    """What is not known is not mild."""
    begin(place, LOST)
    assert Risk.DESTRUCTIVE is answer_run(place, "a", ADA, Answer.HAPPENED).risk


@pytest.mark.parametrize(
    "settled",
    [
        ("answered", {"question": 2, "answer": "no"}),
        ("step-started", {"step": "mend"}),
        ("stopped", {"because": "so"}),
        ("run-ended", {"state": "cancelled", "because": "so"}),
    ],
)
def test_what_is_settled_is_not_answered_again(settled, place):
    """The second of two answers changes nothing, and says so."""
    begin(place, ASKED, settled)
    assert "run a asks nothing" in refused(place, Answer.YES)


def test_an_answer_to_an_older_question_settles_nothing(place):
    """As the run itself hears it: else nobody could ever answer the one that it asks now."""
    begin(place, ASKED, ("answered", {"question": 2, "answer": "yes"}), LOST)
    place.journal.append("run/a", "answered", {"question": 2, "answer": "no", "by": "eve"})
    assert 4 == answer_run(place, "a", ADA, Answer.HAPPENED).seq
    assert "run a asks nothing" in refused(place, Answer.HAPPENED)


def test_what_does_not_settle(place):
    """A note, handing over, or somebody who looks again leaves it open."""
    begin(
        place,
        ASKED,
        ("noted", {"by": "eve", "text": "x"}),
        ("handed-over", {"by": "eve", "to": ""}),
        ("run-resumed", {"by": "ada"}),
        ("of-a-later-version", {}),
    )
    assert 2 == answer_run(place, "a", ADA, Answer.NO).seq


def test_a_run_that_is_not_there(place):
    """One line, with where to look."""
    assert "there is no run b; `drillbook runs` lists what there is" == refused(
        place, Answer.YES, run="b"
    )


@pytest.fixture
def team(desk):
    """A team in which the on-call engineer may start nothing that the orders may lose."""
    people = {"ada": Person(name="ada", roles=ADA.roles), "bob": Person(name="bob")}
    rule = PolicyRule(
        services=("orders",),
        risks=frozenset({Risk.DISRUPTIVE, Risk.DESTRUCTIVE}),
        start=frozenset({"dba"}),
    )
    with open_workplace(replace(desk.settings, people=people, policy=(rule,))) as place:
        yield place


@pytest.mark.parametrize(("told", "answer"), [(ASKED, Answer.YES), (LOST, Answer.AGAIN)])
def test_who_may_not_start_it_does_not_start_it_by_an_answer(told, answer, team):
    """The same rule, told with who may."""
    begin(team, told)
    with pytest.raises(NotPermittedError, match="leaves it to dba; ask one of them"):
        answer_run(team, "a", ADA, answer)
    assert told[0] == last(team).kind
    answer_run(team, "a", replace(ADA, roles=frozenset({"dba"})), answer)
    assert "answered" == last(team).kind


@pytest.mark.parametrize(("told", "answer"), [(ASKED, Answer.NO), (LOST, Answer.STOP)])
def test_anybody_may_say_no_and_stop(told, answer, team):
    """That has nothing performed."""
    begin(team, told)
    answer_run(team, "a", ADA, answer)
    assert "answered" == last(team).kind


def test_a_text_that_was_erased_leaves_the_service_unknown(team):
    """Then the rules for every service hold."""
    begin(team, MILD, ASKED, source=None)
    answer_run(team, "a", ADA, Answer.YES)
    assert "answered" == last(team).kind


def test_an_answer_to_what_is_not_asked_any_more(place):
    """Who says which question they answer is told that it is another one by now."""
    begin(place, ASKED, ("answered", {"question": 2, "answer": "no"}), ASKED)
    with pytest.raises(CannotAnswerError, match="does not ask question 2 any more but 4"):
        answer_run(place, "a", ADA, Answer.YES, question=2)
    answer_run(place, "a", ADA, Answer.YES, question=4)


def test_words_are_bounded(place):
    """Nobody fills the journal by an answer."""
    begin(place, ASKED)
    answer_run(place, "a", ADA, Answer.NO, text="x" * 5_000)
    assert 2_000 == len(last(place).body["text"])


def test_a_milder_risk_that_is_forbidden_forbids_what_is_worse(desk):
    """As at a start: a rule for disruptions alone leaves no way past it."""
    people = {"ada": Person(name="ada", roles=ADA.roles)}
    rule = PolicyRule(risks=frozenset({Risk.DISRUPTIVE}), start=frozenset({"dba"}))
    with open_workplace(replace(desk.settings, people=people, policy=(rule,))) as place:
        begin(place, CHOSEN, LOST)
        with pytest.raises(NotPermittedError, match="may not start what is disruptive"):
            answer_run(place, "a", ADA, Answer.AGAIN)
        assert "step-lost" == last(place).kind
