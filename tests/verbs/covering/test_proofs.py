"""A drill that passed → its file in the pack; anything else leaves the pack alone."""

import json
import os
from dataclasses import replace

import pytest

from drillbook.model.settings import ProofSettings
from drillbook.model.verdict import VerdictState
from drillbook.read.pack import read_pack
from drillbook.verbs.covering.proofs import CannotProveError, check_key, keep_proof, lab_hash
from drillbook_labs.registry import LABS
from packs import PackCopy
from proofs import make_key, passed_drill
from small_lab import SMALL_LABS


def test_the_proof_is_read_with_its_pack(tmp_path):
    """Written as proofs/DRILL.json, and read from there."""
    copy = PackCopy(tmp_path / "pack")
    verdict, told = passed_drill()
    verdict = replace(verdict, drill="postgresql-killed")
    file = keep_proof(copy.folder, verdict, told, ProofSettings()).file
    assert copy.folder / "proofs/postgresql-killed.json" == file
    pack = read_pack(copy.folder)
    [proof] = [each for each in pack.proofs if each.place.path == "proofs/postgresql-killed.json"]
    assert ("postgresql-killed", "start-the-server") == (proof.drill, proof.option)
    assert () == tuple(each for each in pack.findings if "proof" in each.lint)


def test_a_drill_cannot_choose_where_its_proof_is_written(tmp_path):
    """A name that leads elsewhere is made into one of a file."""
    verdict, told = passed_drill()
    kept = keep_proof(tmp_path, replace(verdict, drill="../../x"), told, ProofSettings())
    assert tmp_path / "proofs" == kept.file.parent


@pytest.mark.parametrize("state", [VerdictState.FAILED, VerdictState.UNKNOWN])
def test_what_did_not_pass_changes_nothing(tmp_path, state):
    """The older proof stays as it was."""
    verdict, told = passed_drill()
    file = keep_proof(tmp_path, verdict, told, ProofSettings()).file
    before = file.read_bytes()
    with pytest.raises(ValueError, match="proves nothing"):
        keep_proof(tmp_path, replace(verdict, state=state), told, ProofSettings())
    assert (before, [file]) == (file.read_bytes(), list(file.parent.iterdir()))


def compressed(**changed):
    """A Verdict that passed ten times as quickly, and its entries."""
    verdict, told = passed_drill()
    return replace(verdict, compression=10.0, **changed), told


def test_a_compressed_drill_leaves_a_proof_of_full_length(tmp_path):
    """Which says more, of the same texts."""
    whole = keep_proof(tmp_path, *passed_drill(), ProofSettings())
    before = whole.file.read_bytes()
    kept = keep_proof(tmp_path, *compressed(), ProofSettings())
    assert (whole.file, True, before) == (kept.file, kept.is_older, kept.file.read_bytes())
    assert not keep_proof(tmp_path, *passed_drill(), ProofSettings()).is_older


@pytest.mark.parametrize("reason", ["changed", "compressed", "old", "unsigned", "broken"])
def test_unless_that_one_is_worth_less(tmp_path, reason):
    """Of other texts, compressed too, too old by now, without a signature, or none at all."""
    verdict, told = passed_drill()
    first = compressed() if reason == "compressed" else (verdict, told)
    file = keep_proof(tmp_path, *first, ProofSettings()).file
    later, settings = compressed(), ProofSettings()
    if reason == "changed":
        later = compressed(hashes={**verdict.hashes, "lab": "9" * 64})
    if reason == "old":
        later = later[0], [replace(each, at_ns=each.at_ns + 10**16) for each in later[1]]
    if reason == "unsigned":
        settings = ProofSettings(signing_key=make_key(tmp_path))
    if reason == "broken":
        file.write_text("{}")
    assert not keep_proof(tmp_path, *later, settings).is_older
    assert 10 == json.loads(file.read_text())["proof"]["compression"]


def test_with_a_key_it_is_signed(tmp_path):
    """By the key of the settings."""
    settings = ProofSettings(signing_key=make_key(tmp_path))
    check_key(settings)
    file = keep_proof(tmp_path, *passed_drill(), settings).file
    assert json.loads(file.read_text())["signature"].startswith("-----BEGIN SSH SIGNATURE-----")


def test_a_key_that_cannot_sign_is_told_before_the_drill(tmp_path):
    """And nothing is written with it."""
    settings = ProofSettings(signing_key=tmp_path / "moon")
    with pytest.raises(CannotProveError, match=r"there is no such key.*--no-proof"):
        check_key(settings)
    with pytest.raises(CannotProveError, match="there is no such key"):
        keep_proof(tmp_path, *passed_drill(), settings)
    assert not (tmp_path / "proofs").exists()
    check_key(ProofSettings())


def test_a_folder_that_leads_out_of_the_pack_is_refused(tmp_path):
    """What is read of a pack lies inside it, so what is written does too."""
    (tmp_path / "pack").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "pack/proofs").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotProveError, match="leads out of the pack"):
        keep_proof(tmp_path / "pack", *passed_drill(), ProofSettings())
    assert [] == list((tmp_path / "elsewhere").iterdir())


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_pack_that_cannot_be_written_is_told(tmp_path):
    """With what to do."""
    tmp_path.chmod(0o500)
    with pytest.raises(CannotProveError, match="make it writable, or leave proofs away"):
        keep_proof(tmp_path, *passed_drill(), ProofSettings())


def test_a_file_in_the_way_is_told(tmp_path):
    """A file where the folder should be."""
    (tmp_path / "proofs").write_text("")
    with pytest.raises(CannotProveError, match="--no-proof"):
        keep_proof(tmp_path, *passed_drill(), ProofSettings())


def test_each_lab_has_a_hash_of_its_own_code():
    """The same twice, another for another lab."""
    assert lab_hash(LABS["erpgo"]) == lab_hash(LABS["erpgo"])
    assert lab_hash(LABS["erpgo"]) != lab_hash(SMALL_LABS["small"])
