"""A passed Verdict → the text of its proof, and nothing of any other."""

import json
from dataclasses import replace

import pytest

from drillbook.model.proof import signed_bytes
from drillbook.model.verdict import VerdictState
from drillbook.prove.making import proof_body, proof_text
from drillbook.read.proof import read_proof
from proofs import DRILLED_AT_NS, HASHES, passed_drill


def test_a_proof_says_what_recovered_when_and_how_quickly():
    """Option, times, length, control, version and the journal's head are in it."""
    body = proof_body(*passed_drill())
    expected = {
        "runbook": "runbooks/database.md",
        "option": "start-the-server",
        "hashes": HASHES,
        "drilled_at": "2026-11-21T10:00:00Z",
        "compression": 1.0,
        "detect_s": 79.0,
        "recover_s": 95.0,
        "control": "it stayed broken for 20 s",
        "version": "0.1.0",
        "stream": "drill/d",
    }
    assert expected == {name: body[name] for name in expected}
    head = passed_drill()[1][-1]
    assert (head.seq, head.hash) == (body["head_seq"], body["head_hash"])


def test_what_is_written_is_what_is_read():
    """The Proof that comes out of the text is the one that went into it."""
    proof, flaws = read_proof(proof_text(*passed_drill()), "proofs/d.json")
    assert () == flaws
    assert proof is not None
    assert (DRILLED_AT_NS, HASHES, 95.0) == (proof.drilled_at_ns, proof.hashes, proof.recover_s)
    assert ("", b"") == (proof.signature, proof.signed)


@pytest.mark.parametrize("state", [VerdictState.FAILED, VerdictState.UNKNOWN])
def test_only_a_passed_verdict_is_a_proof(state):
    """Unknown is never passed."""
    verdict, told = passed_drill()
    with pytest.raises(ValueError, match=f"a {state.value} verdict proves nothing"):
        proof_text(replace(verdict, state=state), told)


def test_the_head_is_that_of_the_drill():
    """Entries of the run, which stand behind, are not the drill's."""
    verdict, told = passed_drill()
    other = replace(told[-1], stream="run/r", seq=99)
    assert told[-1].hash == proof_body(verdict, [*told, other])["head_hash"]


def test_the_signature_is_over_the_proof():
    """Who signs is given just what a reader checks."""
    given = []

    def sign(data: bytes) -> str:
        given.append(data)
        return "signed"

    text = proof_text(*passed_drill(), sign)
    proof, _ = read_proof(text, "proofs/d.json")
    assert proof is not None
    assert ("signed", given) == (proof.signature, [proof.signed])
    assert given == [signed_bytes(json.loads(text)["proof"])]


def test_what_is_signed_does_not_depend_on_how_the_file_is_laid_out():
    """Sorted keys, no spaces, letters as they are."""
    assert '{"a":1.5,"ü":[true]}'.encode() == signed_bytes({"ü": [True], "a": 1.5})
