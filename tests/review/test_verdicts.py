"""Verdicts that would not be deserved."""

from drillbook.drill.judging import judge
from drillbook.model.verdict import VerdictState
from stories import SECOND_NS, changed, entries, passed

PASSED, UNKNOWN, FAILED = VerdictState.PASSED, VerdictState.UNKNOWN, VerdictState.FAILED


def state_of(told, name):
    """The verdict's state, and that of the ruling of this name."""
    verdict = judge(entries(told))
    states = {ruling.name: ruling.state for ruling in verdict.rulings}
    return verdict.state, states.get(name)


def test_a_recovery_later_than_the_control_watched_is_unknown():
    """Broken for 30 s with nobody acting says nothing of a recovery that begins after 95 s."""
    told = [
        (41 if kind == "control-held" else at_s, kind, body)
        for at_s, kind, body in passed()
        if not (kind == "alert" and body["phase"] == "control")
    ]
    told.insert(11, (40, *changed("alert")[10][1:]))
    assert (UNKNOWN, UNKNOWN) == state_of(told, "control: it was watched for long enough")


def test_a_system_that_heals_by_design_needs_no_control_of_that_length():
    """Where healing is the design, nobody claims that it stayed broken."""
    told = changed("drill-started", control="heals-within")
    assert (PASSED, PASSED) == state_of(told, "control: it was watched for long enough")


def test_an_operator_whom_a_person_stopped_proves_nothing():
    """Ctrl-C in the middle of the response is no failure of the runbook."""
    told = changed("responded", state="cancelled", because="a person stopped it")
    assert UNKNOWN is state_of(told, "the Option `start-the-server` recovered it")[1]


def test_a_clock_that_was_set_back_makes_every_time_unknown():
    """A recovery after minus an hour is not within its objective."""
    told = [(at_s - 3_600 if at_s > 200 else at_s, kind, body) for at_s, kind, body in passed()]
    assert (UNKNOWN, UNKNOWN) == state_of(told, "the clock")


def test_none_of_nothing_twice_is_unknown():
    """A client that wrote nothing has counted nothing, whichever invariant is asked."""
    told = changed("counted", acknowledged=0, readable=0)
    assert UNKNOWN is state_of(told, "none twice")[1]


def test_what_is_lost_after_the_recovery_is_not_excused():
    """`the last 5 s` are those before the Option acted, not all that follow."""
    loses = {"text": "at most the last 5 s", "count": None, "last_s": 5.0}
    facts = changed("drill-started", loses=loses)
    lost_late = {"lost": 1, "lost_at_ns": [250 * SECOND_NS]}
    told = [
        (at_s, kind, {**body, **lost_late} if kind == "counted" else body)
        for at_s, kind, body in facts
    ]
    assert (FAILED, FAILED) == state_of(told, "acknowledged is readable")


def test_what_is_lost_just_before_the_fault_is_excused():
    """What the Option says it Loses, it may lose."""
    loses = {"text": "at most the last 5 s", "count": None, "last_s": 5.0}
    lost = {"lost": 1, "lost_at_ns": [139 * SECOND_NS]}
    told = [
        (at_s, kind, {**body, **(lost if kind == "counted" else {})})
        for at_s, kind, body in changed("drill-started", loses=loses)
    ]
    assert (PASSED, PASSED) == state_of(told, "acknowledged is readable")


def test_a_revert_of_the_control_does_not_count_for_the_drill():
    """The last fault must be told to be reverted after it was intended."""
    told = [
        each
        for each in passed()
        if not (each[1] == "fault-reverted" and each[2]["phase"] == "lab down")
    ]
    assert UNKNOWN is state_of(told, "nothing was left behind")[1]
