"""Procedures: gates, stages in the order of the text, and the Undo of what was begun."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.model.people import Need
from drillbook.model.run import Answer, Policy, RunState
from drillbook.model.runbook import Kind
from drillbook.model.sentence import (
    CaptureCompares,
    CheckIs,
    CheckStatus,
    Comparison,
    ExitCodeIs,
    Not,
    Risk,
)
from drillbook.run.acts import Ask, Done, Perform
from drillbook.run.folding import replay
from drillbook.run.following import next_act
from drillbook.run.state import ENDS
from nouns import check, expectation, option, plan, runbook, step, verification
from played import SECOND, Told

HEALTHY = CheckIs(check="disk-free", status=CheckStatus.HEALTHY)


def stage(name, *undo, when=None, risk=Risk.DISRUPTIVE, **fields):
    """A stage `name` with the step `do-name`, and what undoes it."""
    one = option(name, step(f"do-{name}", **fields), when=when, risk=risk)
    return replace(one, undo=tuple(step(each) for each in undo))


def procedure(*stages, checks=("disk-free", "peers-up"), verifications=1):
    """A procedure of these parts."""
    book = runbook(
        checks=tuple(check(name) for name in checks),
        options=stages,
        verifications=(verification(),) * verifications,
    )
    return replace(book, kind=Kind.PROCEDURE)


THREE = (
    stage("blue", "stop-blue"),
    stage("canary", "drain", "forget"),
    stage("full", "back"),
)
PLAN = plan(procedure(*THREE))
ALL = ["disk-free", "peers-up", "do-blue", "do-canary", "do-full", "verify"]


def test_every_stage_is_performed_in_the_order_of_the_text():
    """Not the first alone; and the Verification says that it succeeded."""
    told = Told(PLAN, {}).play()
    assert ALL == told.performed
    assert (RunState.SUCCEEDED, ()) == (told.progress.state, told.progress.undone)


@pytest.mark.parametrize(
    ("said", "state", "because"),
    [
        ("not met", RunState.STOPPED, "`peers-up` is unhealthy: the procedure does not begin"),
        ("unknown", RunState.UNKNOWN, "`peers-up` is unknown: the procedure does not begin"),
    ],
)
def test_a_gate_that_is_not_healthy_lets_nothing_begin(said, state, because):
    """Unknown is not passed; all gates are looked at, so that people see all of what is wrong."""
    told = Told(PLAN, {"peers-up": [said]}).play()
    assert ["disk-free", "peers-up"] == told.performed
    assert (state, f"{because}; nothing was changed") == (
        told.progress.state,
        told.progress.because,
    )


def test_a_failed_stage_stops_it_and_what_was_begun_is_undone_in_reverse():
    """The stage's own Undo first; what stands after it is not begun; no Verification."""
    told = Told(PLAN, {"do-canary": ["not met"]}).play()
    assert [*ALL[:4], "drain", "forget", "stop-blue"] == told.performed
    assert RunState.UNDONE is told.progress.state
    assert "`do-canary`: not met; undone: canary, blue" == told.progress.because
    assert ("canary", "blue") == told.progress.undone


def test_a_verification_that_does_not_hold_undoes_all_of_it():
    """Every stage did what it says, and the whole is bad all the same."""
    told = Told(PLAN, {"verify": ["not met"]}).play()
    assert [*ALL, "back", "drain", "forget", "stop-blue"] == told.performed
    assert RunState.UNDONE is told.progress.state


@pytest.mark.parametrize("silent", ["do-full", "verify"])
def test_what_is_only_unknown_is_undone_by_nobody_but_a_person(silent):
    """A missing program must never take a good release away, whatever the policy allows."""
    for answer, state in ((Answer.NOBODY, RunState.UNKNOWN), (Answer.NO, RunState.UNKNOWN)):
        told = Told(PLAN, {silent: ["unknown"]}, answers=[answer]).play()
        assert (state, "back") == (told.progress.state, [*told.performed, "back"][-1])
        assert "back" not in told.performed
        assert "not undone: full, canary, blue" in told.progress.because
    told = Told(PLAN, {silent: ["unknown"]}, answers=[Answer.YES] * 4).play()
    assert (RunState.UNDONE, "stop-blue") == (told.progress.state, told.performed[-1])


def test_a_when_decides_whether_its_stage_is_left_out():
    """False is skipped and not undone; unknown stops."""
    skipped = stage("migrate", "unmigrate", when=Not(item=HEALTHY))
    told = Told(plan(procedure(THREE[0], skipped, THREE[2])), {"verify": ["not met"]}).play()
    assert "do-migrate" not in told.performed
    assert ["back", "stop-blue"] == told.performed[-2:]
    lag = CaptureCompares(capture="lag", comparison=Comparison.BELOW, bound=3.0)
    silent = plan(procedure(THREE[0], stage("migrate", when=lag)))
    told = Told(silent, {}, answers=[Answer.NOBODY]).play()
    assert (RunState.UNKNOWN, "do-blue") == (told.progress.state, told.performed[-1])
    assert "whether to begin migrate is not known" in told.progress.because


def test_a_stage_without_undo_leaves_those_before_it_as_they_are():
    """Traffic must leave a release before the release is stopped: a person looks after it."""
    told = Told(plan(procedure(THREE[0], stage("traffic"))), {"verify": ["not met"]}).play()
    assert "stop-blue" not in told.performed
    assert RunState.STOPPED is told.progress.state
    assert "traffic has no Undo; not undone: traffic, blue" in told.progress.because


def test_a_stage_that_changes_nothing_needs_no_undo():
    """Risk none: watching for a while is passed over on the way back."""
    watch = stage("watch", risk=Risk.NONE)
    told = Told(plan(procedure(THREE[0], watch)), {"do-watch": ["not met"]}).play()
    assert (RunState.UNDONE, "stop-blue") == (told.progress.state, told.performed[-1])


def test_an_undo_that_fails_ends_there():
    """What stands below it is left alone, and a person is needed."""
    told = Told(PLAN, {"do-full": ["not met"], "drain": ["not met"]}).play()
    assert ["back", "drain"] == told.performed[-2:]
    assert RunState.STOPPED is told.progress.state
    assert "not undone: canary, blue; undone: full" in told.progress.because


def test_a_procedure_that_may_not_end_is_not_begun():
    """A stage beyond the allowed risk stops it before the first, not half-way."""
    book = procedure(THREE[0], stage("drop", risk=Risk.DESTRUCTIVE))
    told = Told(plan(book), {}, Policy(allowed=Risk.DISRUPTIVE, asks=frozenset())).play()
    assert (RunState.STOPPED, ALL[:2]) == (told.progress.state, told.performed)
    assert "beyond the allowed risk: drop (destructive)" in told.progress.because


def test_without_a_stage_nothing_succeeds():
    """Nor where people must do all of it; one stage without a step is passed over."""
    assert RunState.UNKNOWN is Told(plan(procedure()), {}).play().progress.state
    by_hand = procedure(stage("by-hand", is_excluded=True))
    assert RunState.UNKNOWN is Told(plan(by_hand), {}).play().progress.state
    told = Told(plan(procedure(THREE[0], option("words"))), {}).play()
    assert (RunState.SUCCEEDED, ("blue",)) == (told.progress.state, told.progress.begun)


def test_a_stage_may_end_with_a_check_of_its_own():
    """Its Expect is polled, and is a gate inside the procedure."""
    holds = expectation(ExitCodeIs(codes=(0,)), for_s=3, within_s=60)
    watched = replace(stage("canary", "drain", is_idempotent=True), anchor="canary")
    watched = replace(watched, steps=(replace(watched.steps[0], expect=holds),))
    good = Told(plan(procedure(watched, verifications=0)), {"do-canary": ["not met", "met"]}).play()
    assert RunState.SUCCEEDED is good.progress.state
    assert good.performed.count("do-canary") > 2
    bad = Told(plan(procedure(watched)), {"do-canary": ["not met"]}).play()
    assert (RunState.UNDONE, "drain") == (bad.progress.state, bad.performed[-1])


def test_a_no_stops_it_and_offers_the_undo():
    """A person who refuses the second stage is asked about the first one's Undo."""
    asks = Policy(asks=frozenset({Risk.DISRUPTIVE}))
    told = Told(PLAN, {}, asks, [Answer.YES, Answer.NO, Answer.YES]).play()
    assert [*ALL[:3], "stop-blue"] == told.performed
    assert (RunState.UNDONE, "me said no to canary; undone: blue") == (
        told.progress.state,
        told.progress.because,
    )
    left = Told(PLAN, {}, asks, [Answer.YES, Answer.NO, Answer.NO]).play()
    assert (RunState.STOPPED, "do-blue") == (left.progress.state, left.performed[-1])


def test_a_look_at_the_gates_alone_changes_nothing():
    """It says with what it would begin."""
    told = Told(PLAN, {}, Policy(checks_only=True, allowed=Risk.NONE)).play()
    assert (RunState.OBSERVED, ALL[:2]) == (told.progress.state, told.performed)
    assert "its gates are passed: it would begin with blue" == told.progress.because
    closed = Told(PLAN, {"disk-free": ["not met"]}, Policy(checks_only=True)).play()
    assert RunState.OBSERVED is closed.progress.state
    assert "`disk-free` is unhealthy" in closed.progress.because


def test_each_stage_is_approved_for_itself_with_its_undo():
    """Whoever approves one has seen what would undo it, and has not approved the next."""
    needs = {Risk.DISRUPTIVE: Need(approvals=1)}
    told = Told(PLAN, {"do-canary": ["not met"]}, Policy(asks=frozenset(), needs=needs))
    hashes = []
    for _ in range(200):
        act = next_act(told.plan, told.policy, told.progress, len(told.entries) * SECOND)
        if isinstance(act, Done):
            break
        if isinstance(act, Perform):
            told.perform(act.step)
        elif isinstance(act, Ask):
            assert act.question.approval.steps[-1].is_undo
            hashes.append(act.question.approval.hash)
            told.tell("approved", approval(hashes[-1]))
        else:
            told.tell(act.kind, act.body)
    assert (2, 2) == (len(hashes), len(set(hashes)))
    assert [*ALL[:4], "drain", "forget", "stop-blue"] == told.performed


def test_another_undo_is_another_thing_to_approve():
    """The hash is over it too."""
    other = plan(procedure(stage("blue", "rm-blue"), *THREE[1:]))
    needs = Policy(asks=frozenset(), needs={Risk.DISRUPTIVE: Need(approvals=1)})
    requests = [
        Told(each, {}, needs, [Answer.STOP]).play().progress.request for each in (PLAN, other)
    ]
    assert requests[0].hash != requests[1].hash


def approval(digest):
    return {"by": "other", "roles": [], "hash": digest, "expires_at_ns": 10**18}


class Storm(Told):
    """A run to which anything may happen: it is cut off, stopped, asked, refused, approved."""

    def __init__(self, random, a_plan, policy):
        super().__init__(a_plan, {}, policy)
        self.random = random
        self.answered = 0

    def play(self, acts_max=400):
        for _ in range(acts_max):
            act = next_act(self.plan, self.policy, self.progress, len(self.entries) * SECOND)
            if isinstance(act, Done):
                return self
            if not self.progress.stop and self.random.random() < 0.02:
                self.tell("cancel-requested", {"by": "somebody"})
            elif isinstance(act, Perform):
                self.strike(act.step)
            elif isinstance(act, Ask):
                self.answer(act.question)
            else:
                self.tell(act.kind, act.body)
        raise AssertionError("the run never ended")

    def strike(self, a_step):
        """It comes out somehow, or whoever performed it was killed."""
        came = self.random.choice(["met"] * 8 + ["not met", "unknown", "lost", "again"])
        if came not in ("lost", "again"):
            self.results[a_step.name] = [came]
            self.perform(a_step)
            return
        attempt = self.progress.attempt + 1
        self.performed.append(a_step.name)
        self.tell("step-started", {"step": a_step.name, "attempt": attempt})
        self.tell("run-resumed", {"by": "me"})
        kind = "step-lost" if came == "lost" and a_step.name in DOING else "step-abandoned"
        self.tell(kind, {"step": a_step.name, "because": "it was cut off"})

    def answer(self, question):
        self.answered += 1
        if question.approval is not None and self.random.random() < 0.8:
            self.tell("approved", approval(question.approval.hash))
            return
        usual = [each for each in question.choices if each not in (Answer.NOTE, Answer.HAND_OVER)]
        calm = [each for each in usual if each in (Answer.YES, Answer.HAPPENED)] * 5
        said = self.random.choice([*calm, *usual, Answer.NOBODY])
        said = Answer.STOP if self.answered > 60 else said
        self.tell("answered", {"answer": said.value, "by": "me"})


WHENS = st.sampled_from([None, None, HEALTHY, Not(item=HEALTHY)])
DOING = {f"do-{name}" for name in ("blue", "canary", "full")} | {"stop-blue", "drain", "back"}
POLICIES = st.builds(
    Policy,
    allowed=st.sampled_from([Risk.DESTRUCTIVE, Risk.DISRUPTIVE]),
    asks=st.sampled_from([frozenset(), frozenset({Risk.DISRUPTIVE})]),
    is_guided=st.booleans(),
    needs=st.sampled_from([{}, {Risk.DISRUPTIVE: Need(approvals=1)}]),
)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.tuples(WHENS, WHENS, WHENS), POLICIES)
def test_whatever_happens(seed, whens, policy):
    """No stage is done twice or before the gates, and the Undo goes backwards."""
    stages = (
        stage("blue", "stop-blue", when=whens[0]),
        stage("canary", "drain", "forget", when=whens[1]),
        stage("full", "back", when=whens[2]),
    )
    told = Storm(Random(seed), plan(procedure(*stages)), policy).play()
    assert told.progress.state in ENDS
    assert told.progress == replay(told.plan, tuple(told.entries))
    assert_gates_came_first(told)
    assert_each_stage_once(told)
    assert_undo_goes_backwards(told)
    if told.progress.state is RunState.SUCCEEDED:
        assert {each.anchor for each in stages} == set(told.progress.tried)


def started(told):
    return [each.body["step"] for each in told.entries if each.kind == "step-started"]


def assert_gates_came_first(told):
    """Nothing acts before both gates were looked at and were healthy."""
    acting = [n for n, each in enumerate(told.entries) if each.body.get("step") in DOING]
    said = [
        (each.body["step"], each.body["status"])
        for each in told.entries[: acting[0] if acting else 0]
        if each.kind == "step-finished"
    ]
    if acting:
        assert {"disk-free": "healthy", "peers-up": "healthy"} == dict(said)


def assert_each_stage_once(told):
    """A step is begun again only where a person said so or what cut it off is known."""
    chosen = [each.body["option"] for each in told.entries if each.kind == "option-chosen"]
    order = ["blue", "canary", "full"]
    assert [each for each in order if each in chosen] == chosen
    again = sum(
        each.kind == "step-abandoned" or each.body.get("answer") in ("again", "retry")
        for each in told.entries
    )
    for name in DOING:
        assert started(told).count(name) <= 1 + again


def assert_undo_goes_backwards(told):
    """Only what was begun is undone, the last first, and nothing is done after it."""
    undone = [each.body["option"] for each in told.entries if each.kind == "undo-began"]
    begun = list(told.progress.begun)
    assert list(reversed(begun))[: len(undone)] == undone
    assert list(told.progress.undone) == undone[: len(told.progress.undone)]
    names = started(told)
    first = min((names.index(n) for n in ("stop-blue", "drain", "back") if n in names), default=99)
    assert not [each for each in names[first:] if each.startswith("do-")]
    if told.progress.state is RunState.UNDONE:
        assert set(begun) == set(told.progress.undone)
