"""What people say of a run from anywhere, in time, too late, or beyond understanding."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.journal import Entry
from drillbook.model.run import Part, Policy, RunState
from drillbook.run.acts import Record
from drillbook.run.folding import fold, replay
from drillbook.run.following import next_act
from drillbook.run.hearing import KINDS
from drillbook.run.progress import Progress
from nouns import check, is_unhealthy, option, plan, runbook, step, verification

PLAN = plan(
    runbook(
        checks=(check("up"), check("disk")),
        options=(option("o", step("one"), step("two"), when=is_unhealthy("up")),),
        verifications=(verification(),),
    )
)
ASKING = Progress(
    state=RunState.ASKING, part=Part.OPTION, option="o", asked=7, requesters=frozenset({"zoe"})
)


def entry(kind, /, seq=9, **body):
    return Entry(stream="run/x", seq=seq, kind=kind, at_ns=0, body=body, previous="", hash="")


def test_an_answer_to_the_question_that_is_open_is_heard():
    """It names the entry that asked."""
    heard = fold(PLAN, ASKING, entry("answered", question=7, answer="yes", by="ann"))
    assert (RunState.RESOLVING, True, 0) == (heard.state, heard.is_approved, heard.asked)


@pytest.mark.parametrize(
    "late",
    [
        entry("answered", question=6, answer="yes", by="ann"),
        entry("answered", question=7, answer="happened", by="ann"),
        entry("answered", question=7, answer="perhaps", by="ann"),
        entry("answered", question=7),
        entry("approved", by="ann", hash="x", roles=[], expires_at_ns=1),
        entry("approval-refused", hash="x", by="ann"),
        entry("approved"),
        entry("cancel-requested"),
        entry("noted", text="hello"),
    ],
    ids=lambda each: f"{each.kind} {dict(each.body)}",
)
def test_what_comes_too_late_or_says_nothing_is_a_note(late):
    """The run stands where it stood, and asks on."""
    assert ASKING == fold(PLAN, ASKING, late)


def test_a_second_answer_changes_nothing():
    """Two people answer the same question: the first counts."""
    one = fold(PLAN, ASKING, entry("answered", question=7, answer="yes", by="ann"))
    assert one == fold(PLAN, one, entry("answered", seq=10, question=7, answer="stop", by="bob"))


@pytest.mark.parametrize("state", [RunState.CHECKING, RunState.ASKING, RunState.VERIFYING])
def test_a_wish_that_it_stops_ends_it_wherever_it_is(state):
    """With who wished it, and their words."""
    here = replace(ASKING, state=state)
    wished = fold(PLAN, here, entry("cancel-requested", by="ann", because="wrong host"))
    act = next_act(PLAN, Policy(), wished, 0)
    assert Record(kind="stopped", body={"because": "ann stopped it: wrong host"}) == act
    ended = fold(PLAN, wished, entry(act.kind, **act.body))
    assert (RunState.CANCELLED, "ann stopped it: wrong host") == (ended.state, ended.because)


def test_a_wish_after_the_end_is_a_note():
    """What has recovered stays recovered."""
    ended = replace(ASKING, state=RunState.RECOVERED, ended_at_ns=1)
    wished = fold(PLAN, ended, entry("cancel-requested", by="ann"))
    assert RunState.RECOVERED is wished.state
    assert not isinstance(next_act(PLAN, Policy(), wished, 0), Record)


JSON = st.one_of(st.none(), st.integers(), st.text(max_size=5), st.lists(st.text(max_size=3)))
KEYS = st.sampled_from(
    ["question", "answer", "by", "hash", "roles", "expires_at_ns", "because", "text"]
)


@given(
    st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.dictionaries(KEYS, JSON)), max_size=8),
    st.sampled_from(RunState),
    st.sampled_from(Part),
)
def test_no_words_from_outside_keep_a_run_from_being_read(said, state, part):
    """A stream with anything in it is replayed: nobody can poison a run."""
    progress = replace(ASKING, state=state, part=part)
    for seq, (kind, body) in enumerate(said, start=10):
        progress = fold(PLAN, progress, entry(kind, seq=seq, **body))
    assert state is RunState.READY or progress.state in RunState


GUIDED = Policy(is_guided=True)


def guided(*kinds):
    """A guided run after these entries."""
    entries = [entry("run-started", seq=1, operator="zoe")]
    for kind, body in kinds:
        entries.append(entry(kind, seq=len(entries) + 1, **body))
    return replay(PLAN, tuple(entries))


def asked(name):
    return "asked", {"step": name, "kind": "guided"}


def said(answer, **more):
    return "answered", {"answer": answer, "by": "zoe", **more}


def done(name, result):
    status = {"met": "healthy", "not met": "unhealthy"}[result]
    body = {
        "step": name, "attempt": 1, "result": result, "status": status, "because": result,
        "started_at_ns": 0, "ended_at_ns": 0,
    }  # fmt: skip
    return "step-finished", body


def started(name):
    return "step-started", {"step": name, "attempt": 1}


def ran(name, result="met"):
    return asked(name), said("yes"), started(name), done(name, result)


CHOSEN = (
    *ran("up", "not met"),
    *ran("disk"),
    ("checks-ended", {}),
    ("option-chosen", {"option": "o"}),
)


def test_a_guided_run_asks_before_every_step():
    """Before Checks and Verifications too, and once for each."""
    assert "asked" == next_act(PLAN, GUIDED, guided(), 0).kind
    assert "asked" == next_act(PLAN, GUIDED, guided(*ran("up")), 0).kind
    assert "up" == next_act(PLAN, GUIDED, guided(asked("up"), said("yes")), 0).step.name


def test_a_skipped_check_is_unknown():
    """Nobody looked, so no Option may rest on it."""
    progress = guided(asked("up"), said("skip"))
    assert ("unknown", 1, RunState.CHECKING) == (
        progress.checks["up"].value, progress.index, progress.state,
    )  # fmt: skip


def test_a_skipped_step_counts_as_done_by_hand():
    """The next one is asked about."""
    progress = guided(*CHOSEN, asked("one"), said("skip"))
    assert (1, RunState.RESOLVING, None) == (
        progress.index, progress.state, progress.part_result,
    )  # fmt: skip


def test_a_skipped_verification_verifies_nothing():
    """It ends unknown, never recovered."""
    through = (*CHOSEN, *ran("one"), *ran("two"), ("option-ended", {"result": "met"}))
    progress = guided(*through, asked("verify"), said("skip"))
    act = next_act(PLAN, GUIDED, progress, 0)
    assert ("verification-ended", "unknown") == (act.kind, act.body["result"])


def test_a_step_that_failed_may_be_run_again():
    """Before its Option is given up; or gone on with, as done by hand."""
    failed = guided(*CHOSEN, *ran("one", "not met"), asked("one"))
    again = fold(PLAN, failed, entry("answered", answer="retry", by="zoe"))
    assert "one" == next_act(PLAN, GUIDED, again, 0).step.name
    by_hand = fold(PLAN, failed, entry("answered", answer="skip", by="zoe"))
    assert (1, None) == (by_hand.index, by_hand.part_result)
    given_up = fold(PLAN, failed, entry("answered", answer="yes", by="zoe"))
    assert "option-ended" == next_act(PLAN, GUIDED, given_up, 0).kind


def test_the_step_before_may_be_run_again():
    """The person saw something change."""
    progress = guided(*ran("up"), asked("disk"), said("retry"))
    assert "up" == next_act(PLAN, GUIDED, progress, 0).step.name


def test_an_option_may_be_left():
    """A no is no failure of the run: the Checks come again."""
    progress = guided(*CHOSEN, asked("one"), said("no"))
    assert (RunState.CHECKING, ("o",), 2) == (progress.state, progress.tried, progress.round)


@pytest.mark.parametrize(
    ("answer", "state", "because"),
    [
        ("escalate", RunState.ESCALATED, "zoe escalated: two disks are gone"),
        ("stop", RunState.CANCELLED, "a person stopped it: two disks are gone"),
    ],
)
def test_a_person_ends_it_in_their_own_words(answer, state, because):
    """Which are those of the run's end."""
    progress = guided(asked("up"), said(answer, text="two disks are gone"))
    assert (state, because) == (progress.state, progress.because)
