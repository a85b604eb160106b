"""A Proof → fresh, or the one reason why not."""

from dataclasses import replace

import pytest

from drillbook.model.journal import Entry
from drillbook.model.proof import Seal, Sealed
from drillbook.prove.weighing import NS_PER_DAY, newest, weigh
from proofs import DRILLED_AT_NS, HASHES, proof

DAY_LATER_NS = DRILLED_AT_NS + NS_PER_DAY


def weighed(now=None, at_ns=DAY_LATER_NS, sealed=None, told=(), days=90, **changed):
    """A proof of yesterday, of what is there now, where nothing else is said."""
    return weigh(
        proof(**changed),
        HASHES if now is None else now,
        now_ns=at_ns,
        days=days,
        sealed=sealed or Sealed(),
        told=told,
    )


def entry(seq: int, digest: str) -> Entry:
    """An entry of the proof's stream."""
    kind, body = "drill-ended", {"phase": "lab down"}
    return Entry(stream="drill/d", seq=seq, kind=kind, at_ns=0, body=body, previous="", hash=digest)


def test_a_proof_of_what_is_there_is_fresh():
    """All hashes are those of now, and it is of yesterday."""
    found = weighed()
    assert (True, "") == (found.is_fresh, found.because)


@pytest.mark.parametrize(
    ("now", "because"),
    [
        ({"runbook": "5" * 64}, "the runbook has changed since"),
        ({"rule": "5" * 64}, "the rule has changed since"),
        ({"drill": "5" * 64, "lab": ""}, "the drill and the lab have changed since"),
    ],
)
def test_a_change_of_what_can_act_ends_it(now, because):
    """It says what has changed."""
    found = weighed({**HASHES, **now})
    assert (False, because) == (found.is_fresh, found.because)


@pytest.mark.parametrize(("days_old", "is_fresh"), [(0, True), (90, True), (90.1, False)])
def test_it_ages(days_old, is_fresh):
    """Ninety days, or as many as are set."""
    at_ns = DRILLED_AT_NS + round(days_old * NS_PER_DAY)
    assert is_fresh is weighed(at_ns=at_ns).is_fresh
    assert weighed(at_ns=at_ns, days=365).is_fresh


def test_one_of_tomorrow_is_a_clock_and_one_of_next_week_is_a_lie():
    """A date in the future would never age."""
    assert weighed(at_ns=DRILLED_AT_NS - NS_PER_DAY // 2).is_fresh
    assert "it is dated in the future" == weighed(at_ns=DRILLED_AT_NS - 7 * NS_PER_DAY).because


def test_a_bad_signature_is_no_proof_and_a_missing_one_is():
    """Unless somebody set who may sign; then the seal is bad already."""
    bad = weighed(sealed=Sealed(seal=Seal.BAD, because="its key is none of those in signers"))
    assert (False, "its key is none of those in signers") == (
        bad.is_fresh,
        bad.because,
    )
    assert weighed(sealed=Sealed(seal=Seal.UNVOUCHED)).is_fresh


def test_a_journal_that_tells_another_story_is_believed():
    """The entry at the proof's head must be the one it names; a journal without it says nothing."""
    head = proof().head_seq
    assert weighed(told=[entry(head, proof().head_hash)]).is_fresh
    assert weighed(told=[entry(head + 1, "f" * 64)]).is_fresh
    denied = weighed(told=[entry(head, "f" * 64)])
    assert "the journal here tells another story of drill/d" == denied.because


def test_of_several_the_last_fresh_one_counts():
    """A fresh one before a stale one, then the newest."""
    old, new = weighed(), weighed(drilled_at="2026-11-21T12:00:00Z")
    stale = replace(weighed({**HASHES, "lab": ""}), proof=new.proof)
    assert new == newest([old, stale, new])
    assert old == newest([stale, old])
    assert newest([]) is None
