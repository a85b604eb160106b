"""Proof files as anybody may write them: read whole, or refused in one line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.finding import Severity
from drillbook.read.proof import PROOF_BYTES_MAX, read_proof
from proofs import HASHES, text_of_proof


def refused(text: str) -> str:
    """Why it is no proof."""
    proof, findings = read_proof(text, "proofs/d.json")
    assert proof is None
    [finding] = findings
    assert ("proof-not-readable", Severity.WARNING) == (finding.lint, finding.severity)
    assert "\n" not in finding.message
    return finding.message.removeprefix("this is no proof: ")


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        (
            {"hashes": {"runbook": "1" * 64}},
            "its hashes are not those of runbook, rule, drill, lab",
        ),
        ({"hashes": {**HASHES, "lab": "x"}}, "one of its hashes is no SHA-256"),
        ({"hashes": {**HASHES, "lab": 4}}, "one of its hashes is no SHA-256"),
        ({"hashes": []}, "its hashes are not those of runbook, rule, drill, lab"),
        ({"drilled_at": "yesterday"}, "drilled_at is no moment, such as 2026-11-21T10:00:00Z"),
        ({"drilled_at": "2026-11-21"}, "drilled_at is no moment, such as 2026-11-21T10:00:00Z"),
        ({"compression": 0.5}, "compression is no number from 1 on"),
        ({"compression": None}, "compression is no number from 1 on"),
        ({"recover_s": -1}, "recover_s is no number of seconds"),
        ({"recover_s": True}, "recover_s is no number of seconds"),
        ({"recover_s": "1"}, "recover_s is no number of seconds"),
        ({"head_seq": 0}, "head_seq is no number of an entry"),
        ({"head_seq": True}, "head_seq is no number of an entry"),
        ({"drill": 3}, "drill is no text, or too long"),
        ({"control": "x" * 2001}, "control is no text, or too long"),
        ({"moon": 1}, "it has a key that nothing reads, moon"),
    ],
)
def test_a_wrong_value_is_named(changed, because):
    """The first one that is wrong, and how."""
    assert because == refused(text_of_proof(**changed))


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("", "it is no JSON (Expecting value: line 1 column 1 (char 0))"),
        ("[]", 'it holds no "proof"'),
        ('{"proof": 3}', 'it holds no "proof"'),
        ('{"proof": {}, "proof": {}}', "it says a key twice"),
        ('{"proof": {"recover_s": NaN}}', "NaN is no number"),
        ('{"proof": {}, "schema_version": 2}', "its schema_version is 2, and this version reads 1"),
        ("[" * 50_000, "it is nested too deeply"),
        ("x" * (PROOF_BYTES_MAX + 1), "it is longer than 100,000 characters"),
    ],
)
def test_what_is_no_proof_at_all_is_told(text, because):
    """Whatever the file holds."""
    assert because == refused(text)


def test_a_key_that_is_missing_is_named():
    """A proof that leaves something out is none."""
    document = json.loads(text_of_proof())
    del document["proof"]["option"]
    assert "it lacks option" == refused(json.dumps(document))


def test_a_signature_is_a_text_of_bounded_length():
    """Anything else is no signature."""
    for signature in (3, "x" * 20_001):
        document = {**json.loads(text_of_proof()), "signature": signature}
        assert "its signature is no text, or too long" == refused(json.dumps(document))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(sorted(json.loads(text_of_proof())["proof"]))


@given(st.dictionaries(KEYS, JSON, min_size=1))
def test_no_value_anywhere_raises(changed):
    """Any JSON in any place is a Proof or one Finding."""
    proof, findings = read_proof(text_of_proof(**changed), "proofs/d.json")
    assert (proof is None) == (len(findings) == 1)
