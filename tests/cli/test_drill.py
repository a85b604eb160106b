"""`drillbook drill`: what it does with proofs; how drills are played is told in tests/drills."""

import json
from dataclasses import replace

from drillbook.cli.drill import _keeper
from drillbook.model.settings import ProofSettings
from drillbook.read.pack import read_pack
from packs import PackCopy
from proofs import make_key, passed_drill


def test_a_key_that_cannot_sign_ends_it_before_anything_is_broken(tmp_path, inside):
    """In one line; nothing was played, so the journal knows of nothing."""
    PackCopy(tmp_path / "pack")
    (tmp_path / "drillbook.toml").write_text('[proofs]\nsigning_key = "moon"\n')
    ended = inside("drill", "pack")
    assert (2, "") == (ended.code, ended.out)
    assert ended.err.endswith(
        "moon: there is no such key; correct proofs.signing_key; "
        "or leave proofs away with --no-proof\n"
    )
    assert "no drill was played here yet" in inside("judge").err


def test_where_the_proof_is_is_said(tmp_path, capsys):
    """On standard error; it is signed by the key of the settings."""
    pack = read_pack(PackCopy(tmp_path / "pack").folder)
    keep = _keeper(pack, ProofSettings(signing_key=make_key(tmp_path)))
    keep(*passed_drill())
    file = tmp_path / "pack/proofs/postgresql-killed.json"
    said = capsys.readouterr()
    assert ("", f"drillbook: proof: {file}\n") == (said.out, said.err)
    assert json.loads(file.read_text())["signature"]


def test_that_a_better_proof_stays_is_said(tmp_path, capsys):
    """So nobody looks for the new one."""
    pack = read_pack(PackCopy(tmp_path / "pack").folder)
    verdict, told = passed_drill()
    keep = _keeper(pack, ProofSettings())
    keep(verdict, told)
    keep(replace(verdict, compression=10.0), told)
    [_, said] = capsys.readouterr().err.splitlines()
    assert said.endswith("postgresql-killed.json stays: it is of full length, and fresh")


def test_a_proof_that_cannot_be_written_is_told_and_undoes_nothing(tmp_path, capsys):
    """The drill has passed all the same."""
    copy = PackCopy(tmp_path / "pack")
    pack = read_pack(copy.folder)
    for file in (copy.folder / "proofs").glob("*"):
        file.unlink()
    if (copy.folder / "proofs").is_dir():
        (copy.folder / "proofs").rmdir()
    (copy.folder / "proofs").write_text("in the way")
    _keeper(pack, ProofSettings())(*passed_drill())
    said = capsys.readouterr().err
    assert said.startswith("drillbook: no proof was written: ")
    assert said.endswith("make it writable, or leave proofs away: --no-proof\n")
