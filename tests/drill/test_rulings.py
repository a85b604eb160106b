"""Each ruling by itself: what passes it, what fails it, what proves nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.drill import rulings
from drillbook.drill.rulings import INVARIANTS, RULINGS
from drillbook.drill.story import Story
from drillbook.model.verdict import VerdictState
from stories import FACTS, SECOND_NS, changed, cut_before, entries, passed, with_fields

PASSED, FAILED, UNKNOWN = VerdictState.PASSED, VerdictState.FAILED, VerdictState.UNKNOWN
ALL = (*RULINGS, *INVARIANTS.values())
HEALS = with_fields(passed(), "drill-started", control="heals-within")
NO = {"truth": "false", "because": "no"}


def story(told):
    return Story(entries(told))


def by_name(ruling):
    return ruling.__name__


@pytest.mark.parametrize("ruling", ALL, ids=by_name)
def test_a_drill_that_stopped_at_once_proves_nothing(ruling):
    """No ruling passes or fails on facts that are not there, but for what was not asked."""
    found = ruling(story(passed()[:1]))
    assert UNKNOWN is found.state
    assert "cut off" in found.because


@pytest.mark.parametrize("ruling", ALL, ids=by_name)
def test_a_ruling_says_why_whatever_it_is(ruling):
    """One line that a person can read, in every state."""
    for told in (passed(), passed()[:1], HEALS, cut_before("alert", phase="drill", why="it fell")):
        found = ruling(story(told))
        assert found.name.strip() == found.name != ""
        assert found.because
        assert "\n" not in found.because


def test_no_two_rulings_have_one_name():
    """A report and a JUnit file tell them apart by it."""
    names = [ruling(story(passed())).name for ruling in ALL]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize(
    ("watched_s", "took_s", "state"),
    [(110, 95, PASSED), (95, 95, PASSED), (94.9, 95, UNKNOWN), (1, 95, UNKNOWN)],
)
def test_nobody_must_have_acted_for_as_long_as_the_recovery_took(watched_s, took_s, state):
    """A system that might have healed by itself by then gives the runbook no credit."""
    told = [
        (11 + watched_s, kind, body) if kind == "control-held" else (at_s, kind, body)
        for at_s, kind, body in with_fields(
            passed(), "responded", mitigated_at_ns=int((141 + took_s) * SECOND_NS)
        )
    ]
    found = rulings.control_outlasted(story(told))
    assert state is found.state
    assert (state is UNKNOWN) == ("set a longer `hold`" in found.because)


@pytest.mark.parametrize("ruling", [rulings.control_alert, rulings.control_outlasted], ids=by_name)
def test_a_system_that_heals_by_design_is_not_asked(ruling):
    """Its control is that it heals; whether it alerts meanwhile proves nothing."""
    found = ruling(story(HEALS))
    assert (PASSED, "not asked: the system heals by design") == (found.state, found.because)


@pytest.mark.parametrize(
    ("fired_s", "state"), [(199.9, UNKNOWN), (200.1, PASSED), (141, UNKNOWN), (100, UNKNOWN)]
)
def test_an_alert_before_arithmetic_allows_was_not_this_faults(fired_s, state):
    """Sixty seconds from the injection at 140 s are the least that the rule takes."""
    told = changed("alert", phase="drill", fired_at_ns=int(fired_s * SECOND_NS))
    assert state is rulings.alert_fired(story(told)).state


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"state": "recovered"}, PASSED),
        ({"state": "recovered", "option": "other"}, FAILED),
        ({"state": "recovered", "option": None}, FAILED),
        ({"state": "escalated"}, FAILED),
        ({"state": "waiting"}, FAILED),
        ({"state": "unknown"}, UNKNOWN),
        ({"state": "cancelled"}, UNKNOWN),
    ],
)
def test_the_option_that_the_drill_names_must_recover(fields, state):
    """Another one recovering is a failure of the first; a person who stopped proves nothing."""
    assert state is rulings.option_recovered(story(changed("responded", **fields))).state


@pytest.mark.parametrize("state", ["escalated", "unknown", "cancelled", "waiting"])
def test_what_never_recovered_did_not_stay_recovered(state):
    """It is not failed twice for one thing, and never passes by being served by chance."""
    assert UNKNOWN is rulings.stayed_recovered(story(changed("responded", state=state))).state


@pytest.mark.parametrize(
    ("objective_s", "state"),
    [(79.0, PASSED), (78.9, FAILED), (1e9, PASSED), (0.0, FAILED), (None, UNKNOWN)],
)
def test_an_objective_is_met_to_the_second(objective_s, state):
    """A promise of nought is a promise; none at all is unknown, with the cure."""
    told = changed("drill-started", objectives={"detect": objective_s, "recover": 300.0})
    found = rulings.detected_in_time(story(told))
    assert state is found.state
    assert (objective_s is None) == ("add objectives: {detect: …}" in found.because)


def lost(moments_s, loses, **facts):
    """The ruling on writes that were lost at these seconds, under such a Loses."""
    told = changed(
        "counted", lost=len(moments_s), lost_at_ns=[int(at_s * SECOND_NS) for at_s in moments_s]
    )
    return rulings.nothing_lost(story(with_fields(told, "drill-started", loses=loses, **facts)))


@pytest.mark.parametrize(
    ("moments_s", "loses", "state"),
    [
        ([], None, PASSED),
        ([150], None, FAILED),
        ([150], {"count": 0, "last_s": None}, FAILED),
        ([150], {"count": 1, "last_s": None}, PASSED),
        ([150, 151], {"count": 1, "last_s": None}, FAILED),
        ([150], {"count": None, "last_s": None}, FAILED),
        ([135], {"count": None, "last_s": 10.0}, PASSED),
        ([130.6], {"count": None, "last_s": 10.0}, PASSED),
        ([130.4], {"count": None, "last_s": 10.0}, FAILED),
        ([235.9], {"count": None, "last_s": 10.0}, PASSED),
        ([236], {"count": None, "last_s": 10.0}, FAILED),
        ([140], {"count": None, "last_s": 0.0}, FAILED),
        ([135, 300], {"count": None, "last_s": 10.0}, FAILED),
    ],
)
def test_an_option_loses_what_it_says_and_not_one_more(moments_s, loses, state):
    """Counted, or by their times: from so long before the fault up to the recovery."""
    assert state is lost(moments_s, loses).state


def test_what_was_excused_is_said():
    """A loss that was allowed is still a loss that a reader wants to know of."""
    assert "1 excused by what the Option Loses" in lost([150], {"count": 5, "last_s": None}).because


def test_writes_whose_times_are_not_known_are_not_excused():
    """More lost than there are times for: the rest counts against the Option."""
    told = changed("counted", lost=5, lost_at_ns=[150 * SECOND_NS])
    told = with_fields(told, "drill-started", loses={"count": 5, "last_s": None})
    assert FAILED is rulings.nothing_lost(story(told)).state


@pytest.mark.parametrize("ruling", INVARIANTS.values(), ids=by_name)
def test_a_client_that_wrote_nothing_proves_nothing(ruling):
    """None of none lost is no evidence."""
    told = changed("counted", acknowledged=0, readable=0)
    assert (UNKNOWN, "the client wrote nothing") == (
        ruling(story(told)).state,
        ruling(story(told)).because,
    )


@pytest.mark.parametrize(("twice", "state"), [(0, PASSED), (1, FAILED), (900, FAILED)])
def test_a_write_that_is_stored_twice_fails(twice, state):
    """Whatever the Option says it loses: doubling is no loss."""
    assert state is rulings.none_twice(story(changed("counted", twice=twice))).state


def test_a_fault_that_was_intended_again_must_be_reverted_again():
    """The revert of the control does not speak for the drill's own fault."""
    told = [
        each
        for each in passed()
        if (each[1], each[2].get("phase")) != ("fault-reverted", "lab down")
    ]
    found = rulings.cleaned_up(story(told))
    assert (UNKNOWN, "nothing says that the fault was reverted") == (found.state, found.because)


@pytest.mark.parametrize("truth", ["false", "unknown"])
def test_a_fault_that_is_not_known_to_be_gone_is_left_behind(truth):
    """The system is then not as it was found."""
    told = changed("fault-reverted", phase="lab down", truth=truth, because="it still holds")
    assert UNKNOWN is rulings.cleaned_up(story(told)).state


def test_what_was_left_behind_is_listed():
    """Whoever cleans up needs the names."""
    found = rulings.cleaned_up(story(changed("lab-down", left=["pid 7", "/tmp/x"])))
    assert (UNKNOWN, "pid 7, /tmp/x") == (found.state, found.because)


@given(st.integers(1, len(passed())), st.booleans())
def test_no_ruling_raises_on_a_story_that_ends_anywhere(length, heals):
    """A tool that died leaves a journal that every ruling can read."""
    told = (HEALS if heals else passed())[:length]
    assert all(ruling(story(told)).because for ruling in ALL)


def test_an_unknown_fact_never_passes():
    """Every observation of the story, put to unknown in turn."""
    for kind, phase in {(k, b.get("phase")) for _, k, b in passed() if "truth" in b}:
        told = changed(kind, phase=phase, truth="unknown", because="nobody could look")
        if (kind, phase) == ("fault-reverted", "steady again"):
            continue  # That it was gone is then said by the steady system itself.
        states = {ruling(story(told)).state for ruling in ALL}
        assert UNKNOWN in states, (kind, phase)
        assert FAILED not in states, (kind, phase)


def test_the_good_story_is_good():
    """What all the others here differ from in one thing."""
    assert FACTS == story(passed()).facts
    assert {PASSED} == {ruling(story(passed())).state for ruling in ALL}
