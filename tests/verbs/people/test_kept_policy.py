"""A policy, kept in the journal and read back."""

import json

from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.people import Need
from drillbook.model.run import Policy
from drillbook.model.sentence import Risk
from drillbook.verbs.people.kept_policy import policy_body, policy_of

NEEDS = st.builds(
    Need,
    approvals=st.integers(1, 5),
    roles=st.frozensets(st.sampled_from(["dba", "lead"])),
    expires_s=st.floats(1, 1e6),
)
POLICIES = st.builds(
    Policy,
    allowed=st.sampled_from(Risk),
    asks=st.frozensets(st.sampled_from(Risk)),
    needs=st.dictionaries(st.sampled_from(Risk), NEEDS),
    is_guided=st.booleans(),
    checks_only=st.booleans(),
    waives_approvals=st.booleans(),
)


@given(POLICIES)
def test_a_policy_is_read_back_as_it_was(policy):
    """Through the text of a journal's entry."""
    kept = json.loads(json.dumps({"policy": policy_body(policy)}))
    assert policy == policy_of(kept)


def test_what_older_journals_do_not_say_is_not_so():
    """A run from before there were approvals goes on as it began."""
    kept = {"policy": {"allowed": "disruptive", "asks": ["disruptive"]}}
    expected = Policy(allowed=Risk.DISRUPTIVE, asks=frozenset({Risk.DISRUPTIVE}))
    assert expected == policy_of(kept)
