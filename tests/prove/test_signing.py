"""Signatures by real keys: made, checked, refused."""

import base64
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from drillbook.model.proof import Proof, Seal
from drillbook.prove.making import proof_text
from drillbook.prove.signing import SigningError, seal_of, sign
from drillbook.read.proof import read_proof
from proofs import allow, make_key, passed_drill, proof

PAGE = Path(__file__).parents[2] / "docs/reference/drill.md"


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Two keys: Ada's and a stranger's."""
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_key(folder, name) for name in ("ada", "mallory")}


def signed_by(key) -> Proof:
    """A proof as `drillbook drill` writes it."""
    found, _ = read_proof(proof_text(*passed_drill(), lambda data: sign(data, key)), "p.json")
    assert found is not None
    return found


def test_a_signature_of_somebody_allowed_counts(keys, tmp_path):
    """Its name comes along."""
    signers = allow(tmp_path / "signers", {"ada@example.org": keys["ada"]})
    sealed = seal_of(signed_by(keys["ada"]), signers)
    assert (Seal.SIGNED, "ada@example.org") == (sealed.seal, sealed.by)


def test_a_stranger_is_nobody(keys, tmp_path):
    """A good signature by a key that is not in the file makes no proof."""
    signers = allow(tmp_path / "signers", {"ada": keys["ada"]})
    sealed = seal_of(signed_by(keys["mallory"]), signers)
    assert (Seal.BAD, "its key is none of those in signers") == (sealed.seal, sealed.because)


def test_what_was_changed_afterwards_is_no_proof(keys, tmp_path):
    """With and without a file of signers, the signature must be of what the proof says."""
    signers = allow(tmp_path / "signers", {"ada": keys["ada"]})
    text = proof_text(*passed_drill(), lambda data: sign(data, keys["ada"]))
    document = json.loads(text)
    document["proof"]["recover_s"] = 1.0
    forged, _ = read_proof(json.dumps(document), "p.json")
    assert forged is not None
    for file in (signers, None):
        sealed = seal_of(forged, file)
        assert (Seal.BAD, "its signature is not of what it says") == (sealed.seal, sealed.because)


def test_a_signature_for_another_purpose_is_none(keys, tmp_path):
    """What the same key signed as a commit or a file is not a proof."""
    signers = allow(tmp_path / "signers", {"ada": keys["ada"]})
    good = signed_by(keys["ada"])
    lines = good.signature.splitlines()
    blob = base64.b64decode("".join(lines[1:-1]))
    other = base64.b64encode(blob.replace(b"drillbook-proof", b"drillbook-other")).decode()
    armour = "\n".join([lines[0], other, lines[-1], ""])
    assert Seal.BAD is seal_of(replace(good, signature=armour), signers).seal


def test_without_signers_nobody_vouches(keys):
    """A signature that is right in itself says as little as none, and that is said."""
    assert Seal.UNVOUCHED is seal_of(signed_by(keys["ada"]), None).seal
    assert Seal.UNSIGNED is seal_of(proof(), None).seal


def test_where_signers_are_named_unsigned_is_not_enough(keys, tmp_path):
    """Else taking a bad signature away would make a proof of it."""
    signers = allow(tmp_path / "signers", {"ada": keys["ada"]})
    sealed = seal_of(proof(), signers)
    assert Seal.BAD is sealed.seal
    assert "it is unsigned, and proofs.allowed_signers is set" == sealed.because


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_the_commands_of_the_reference_check_a_proof(keys, tmp_path):
    """Whoever trusts nothing of ours needs jq and ssh-keygen alone."""
    page = PAGE.read_text(encoding="utf-8")
    [commands] = re.findall(r"^```sh\n(jq .*?)^```$", page, re.MULTILINE | re.DOTALL)
    text = proof_text(*passed_drill(), lambda data: sign(data, keys["ada"]))
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    allow(tmp_path / "signers", {"ada": keys["ada"]})
    commands = commands.replace("proofs/NAME.json", "p.json").replace("NAME", "ada")
    for given, code in ((text, 0), (text.replace('"recover_s": 95', '"recover_s": 9'), 255)):
        (tmp_path / "p.json").write_text(given, encoding="utf-8")
        done = subprocess.run(["bash", "-c", commands], cwd=tmp_path, timeout=60, check=False)
        assert code == done.returncode


@pytest.mark.parametrize("signature", ["x", "-----BEGIN SSH SIGNATURE-----\nAAAA\n", "\0\ud800"])
def test_nonsense_is_a_bad_signature(signature, keys, tmp_path):
    """Whatever stands there, nothing raises."""
    signers = allow(tmp_path / "signers", {"ada": keys["ada"]})
    for file in (signers, None):
        assert Seal.BAD is seal_of(replace(proof(), signature=signature, signed=b"{}"), file).seal


def test_a_key_that_cannot_sign_is_told_in_one_line(tmp_path):
    """One that is not there, one that is none, and one that wants a passphrase."""
    with pytest.raises(SigningError, match=r"there is no such key; correct proofs\.signing_key"):
        sign(b"", tmp_path / "moon")
    (tmp_path / "none").write_text("no key")
    (tmp_path / "none").chmod(0o600)
    locked = make_key(tmp_path, "locked", passphrase="a secret")
    for key in (tmp_path / "none", locked):
        with pytest.raises(SigningError, match="must be in the agent") as caught:
            sign(b"", key)
        assert "\n" not in str(caught.value)


def test_signers_that_are_not_there_are_told(tmp_path):
    """A file that is missing must not make every proof a bad one."""
    with pytest.raises(SigningError, match=r"no such file; correct proofs\.allowed_signers"):
        seal_of(proof(), tmp_path / "moon")


def test_without_the_program_that_is_told(keys, monkeypatch, tmp_path):
    """What to install is said."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SigningError, match="install the client programs of OpenSSH"):
        sign(b"", keys["ada"])
