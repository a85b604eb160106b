"""The table of a run's states."""

import pytest

from drillbook.model.run import RunState
from drillbook.run.state import ENDS, NEXT, ImpossibleEventError, RunEvent, after


def test_every_state_that_is_no_end_leads_to_an_end():
    """From everywhere a run can come to an end, so none can go round for ever by its table."""
    reached = set(ENDS)
    while True:
        more = {state for (state, _), to in NEXT.items() if to in reached} - reached
        if not more:
            break
        reached |= more
    assert set(RunState) == reached


def test_no_event_leads_out_of_an_end():
    """A run that has ended stays as it is."""
    assert set() == {state for state, _ in NEXT if state in ENDS}


def test_every_state_but_the_first_can_be_reached():
    """There is no dead state."""
    assert set(RunState) - {RunState.READY} == set(NEXT.values())


@pytest.mark.parametrize("state", [state for state in RunState if state not in ENDS])
def test_a_person_can_stop_a_run_anywhere_once_it_began(state):
    """Ctrl-C has a meaning in every state that a run can be interrupted in."""
    if state is RunState.READY:
        return
    assert after(state, RunEvent.STOPPED) in {RunState.CANCELLED, RunState.UNKNOWN}


def test_an_impossible_event_names_the_state_and_itself():
    """An event that its state does not know is refused with both names."""
    with pytest.raises(ImpossibleEventError, match="recovered cannot be told 'chose'"):
        after(RunState.RECOVERED, RunEvent.CHOSE)


def test_recovered_follows_from_verification_alone():
    """Nothing but a verification that held makes a run recovered."""
    into = {state for (state, event), to in NEXT.items() if to is RunState.RECOVERED}
    assert {RunState.VERIFYING} == into
