"""The literal operator: where a run stands → the next act, and the fold of what happened."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.model.run import Answer, Policy, RunState
from drillbook.model.sentence import And, CheckIs, CheckStatus, Not, Or, Risk
from drillbook.run.folding import replay
from drillbook.run.following import next_act
from nouns import check, expectation, is_unhealthy, option, plan, runbook, step, verification
from played import Told

BOOK = runbook(
    checks=(check("up"), check("disk")),
    options=(
        option("start", step("start-1"), step("start-2"), when=is_unhealthy("up")),
        option("clean", step("clean-1"), when=is_unhealthy("disk"), risk=Risk.DISRUPTIVE),
        option("rebuild", step("rebuild-1"), when=is_unhealthy("up"), risk=Risk.DESTRUCTIVE),
    ),
    verifications=(verification(),),
)
PLAN = plan(BOOK)


def test_the_first_option_whose_when_holds_is_followed_and_verified():
    """All Checks in order, one Option's steps in order, the Verification."""
    told = Told(PLAN, {"up": ["not met"]}).play()
    assert told.performed == ["up", "disk", "start-1", "start-2", "verify"]
    assert (told.progress.state, told.progress.option) == (RunState.RECOVERED, "start")


def test_not_recovered_means_the_checks_again_and_the_next_option():
    """A tried Option is not tried twice."""
    told = Told(PLAN, {"up": ["not met"], "verify": ["not met", "met"]}).play()
    assert [n for n in told.performed if n[-2] == "-"] == ["start-1", "start-2", "rebuild-1"]
    assert told.performed.count("up") == 2
    assert (told.progress.option, told.progress.tried) == ("rebuild", ("start",))


def test_a_failed_step_ends_its_option():
    """The steps after it are not performed, nor is the Verification."""
    told = Told(PLAN, {"up": ["not met"], "start-1": ["not met"]}).play()
    assert "start-2" not in told.performed
    assert told.progress.option == "rebuild"


def test_none_left_is_escalated():
    """When every Option that holds was tried, people are called."""
    told = Told(PLAN, {"up": ["not met"], "verify": ["not met"]}).play()
    assert RunState.ESCALATED is told.progress.state
    assert "start, rebuild" in told.progress.because


def test_a_healthy_system_is_escalated_and_not_touched():
    """The alert says that something is wrong, and no Option's When holds."""
    told = Told(PLAN, {}).play()
    assert told.performed == ["up", "disk"]
    assert (
        told.progress.state,
        told.progress.because,
    ) == (RunState.ESCALATED, "no Option's When holds")


def test_an_unknown_check_chooses_no_option_and_is_named():
    """A missing tool must never trigger anything."""
    told = Told(PLAN, {"up": ["unknown"]}).play()
    assert told.performed == ["up", "disk"]
    assert RunState.UNKNOWN is told.progress.state
    assert "up said nothing" in told.progress.because


def test_an_option_beyond_the_allowed_risk_is_left_alone():
    """The operator escalates and says which Option was out of bounds."""
    told = Told(PLAN, {"disk": ["not met"]}, Policy(allowed=Risk.NONE, asks=frozenset())).play()
    assert "clean-1" not in told.performed
    assert "clean (disruptive)" in told.progress.because


def test_a_verification_that_says_nothing_stops_the_run():
    """Not knowing whether it recovered, the next Option would be reckless."""
    told = Told(PLAN, {"up": ["not met"], "verify": ["unknown"]}).play()
    assert RunState.UNKNOWN is told.progress.state
    assert "rebuild-1" not in told.performed


def test_a_runbook_without_verification_never_recovers_anything():
    """Nobody can say that it did."""
    book = runbook(checks=BOOK.checks, options=BOOK.options)
    told = Told(plan(book), {"up": ["not met"]}).play()
    assert RunState.UNKNOWN is told.progress.state


def test_a_person_is_asked_before_each_risky_step():
    """Once for every step, and a no leaves the Option."""
    asks = Policy(asks=frozenset({Risk.DISRUPTIVE, Risk.DESTRUCTIVE}))
    told = Told(PLAN, {"disk": ["not met"]}, asks, [Answer.NO]).play()
    assert "clean-1" not in told.performed
    yes = Told(PLAN, {"disk": ["not met"]}, asks, [Answer.YES]).play()
    assert (yes.progress.state, yes.progress.option) == (RunState.RECOVERED, "clean")


def test_stop_ends_the_run_without_another_step():
    """A person who stops is obeyed at once."""
    asks = Policy(asks=frozenset({Risk.DISRUPTIVE}))
    told = Told(PLAN, {"disk": ["not met"]}, asks, [Answer.STOP]).play()
    assert (told.progress.state, told.performed) == (RunState.CANCELLED, ["up", "disk"])


@pytest.mark.parametrize(
    ("answer", "starts", "state"),
    [
        (Answer.HAPPENED, 1, RunState.RECOVERED),
        (Answer.AGAIN, 2, RunState.RECOVERED),
        (Answer.STOP, 1, RunState.UNKNOWN),
    ],
)
def test_a_lost_step_waits_for_a_person(answer, starts, state):
    """It is performed again only if a person says so."""
    told = Told(PLAN, {"up": ["not met"]}, answers=[answer])
    while told.performed[-1:] != ["disk"]:
        told.perform(next_act(told.plan, told.policy, told.progress, 0).step)
    told.tell("checks-ended", {})
    told.tell("option-chosen", {"option": "start"})
    told.performed.append("start-1")
    told.tell("step-started", {"step": "start-1", "attempt": 3})
    told.tell("step-lost", {"step": "start-1", "because": "its supervisor died"})
    assert RunState.WAITING is told.progress.state
    told.play()
    assert (starts, state) == (told.performed.count("start-1"), told.progress.state)


def test_retry_repeats_a_failed_step_so_often_and_no_more():
    """`retry=2` is three performances at most."""
    book = runbook(
        checks=(check("up"),),
        options=(option("o", step("s", retry=2, is_idempotent=True), when=is_unhealthy("up")),),
        verifications=(verification(),),
    )
    told = Told(plan(book), {"up": ["not met"], "s": ["not met"]}).play()
    assert told.performed.count("s") == 3


def test_recovery_begins_with_the_first_poll_of_the_streak_that_held():
    """What is timed is the start of the sustained recovery, not its confirmation."""
    recovered = expectation(for_s=3, within_s=600)
    book = runbook(
        checks=(check("up"),),
        options=(option("o", step("s"), when=is_unhealthy("up")),),
        verifications=(verification(recovered=recovered),),
    )
    results = {"up": ["not met"], "verify": ["met", "not met", "met"]}
    told = Told(plan(book), results).play()
    polls = [e for e in told.entries if e.kind == "step-finished" and e.body["step"] == "verify"]
    assert polls[2].body["started_at_ns"] == told.progress.recovered_at_ns


RESULTS = st.lists(st.sampled_from(["met", "not met", "unknown"]), min_size=1, max_size=3)
NAMES = ("up", "disk", "start-1", "start-2", "clean-1", "rebuild-1", "verify")
FORMULAS = st.recursive(
    st.builds(CheckIs, check=st.sampled_from(["up", "disk"]), status=st.sampled_from(CheckStatus)),
    lambda inner: st.one_of(
        st.builds(Not, item=inner),
        st.builds(And, items=st.tuples(inner, inner)),
        st.builds(Or, items=st.tuples(inner, inner)),
    ),
    max_leaves=4,
)


@settings(max_examples=200)
@given(
    st.fixed_dictionaries(dict.fromkeys(NAMES, RESULTS)),
    st.tuples(FORMULAS, FORMULAS, FORMULAS),
    st.sampled_from(Risk),
)
def test_whatever_happens_a_run_ends_and_its_journal_tells_the_same(results, whens, allowed):
    """It ends; no Option is tried twice; the replayed entries give the very same progress."""
    options = tuple(
        option(each.anchor, *each.steps, when=when, risk=each.risk)
        for each, when in zip(BOOK.options, whens, strict=True)
    )
    book = runbook(checks=BOOK.checks, options=options, verifications=BOOK.verification)
    told = Told(plan(book), results, Policy(allowed=allowed, asks=frozenset())).play()
    chosen = [entry.body["option"] for entry in told.entries if entry.kind == "option-chosen"]
    assert len(set(chosen)) == len(chosen)
    assert told.progress == replay(told.plan, tuple(told.entries))
    if told.progress.state is RunState.RECOVERED:
        assert [e for e in told.entries if e.kind == "step-finished"][-1].body["result"] == "met"
