"""A pack with a proof → what it is worth after each change of what it is bound to."""

from pathlib import Path

import pytest

from drillbook.model.proof import Seal
from drillbook.model.settings import ProofSettings
from drillbook.read.pack import read_pack
from drillbook.read.settings import default_settings
from drillbook.verbs.cover import Asked, cover
from drillbook.verbs.covering.proofs import CannotProveError
from drillbook_labs.registry import LABS
from packs import DRILL, RULES, RUNBOOK
from proofs import DRILLED_AT_NS, allow, make_key
from trees import proven_pack

NOW_NS = DRILLED_AT_NS + 10**15


def drill_of(root: Path, *, settings: ProofSettings | None = None, labs=LABS, now_ns=NOW_NS):
    """The only drill of the pack `root/pack`, as cover sees it."""
    asked = Asked(root=root, now_ns=now_ns, paths=("pack",), labs=labs)
    configured = default_settings(root)
    if settings is not None:
        object.__setattr__(configured, "proofs", settings)
    [runbook] = cover(asked, configured).runbooks
    [drill] = runbook.drills
    return drill


def test_a_proof_of_what_is_there_counts(tmp_path):
    """Nothing was changed since."""
    proven_pack(tmp_path / "pack")
    drill = drill_of(tmp_path)
    assert (True, "") == (drill.is_proven, drill.because)
    assert drill.weighed is not None
    assert "pack/proofs/postgresql-killed.json" == drill.weighed.proof.place.path


CHANGES = {
    "the runbook": (RUNBOOK, "supervisorctl start postgresql\n", "true\n"),
    "the rule": (RULES, "pg_up == 0", "pg_up < 1"),
    "the drill": (DRILL, "stays: 5s", "stays: 6s"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_what_can_act_ends_it(tmp_path, what):
    """And it says which."""
    proven_pack(tmp_path / "pack").swap(*CHANGES[what])
    drill = drill_of(tmp_path)
    assert f"its proof does not count: {what} has changed since" == drill.because


def test_prose_may_be_mended(tmp_path):
    """A better sentence needs no new drill."""
    proven_pack(tmp_path / "pack").swap(RUNBOOK, "The exporter itself still answers", "It does")
    assert drill_of(tmp_path).is_proven


def test_a_lab_that_is_not_known_here_proves_nothing(tmp_path):
    """Nor one whose code is another."""
    proven_pack(tmp_path / "pack")
    drill = drill_of(tmp_path, labs={})
    assert "its proof does not count: the lab has changed since" == drill.because


def test_a_rule_that_is_gone_is_a_change(tmp_path):
    """The alert cannot fire any more."""
    proven_pack(tmp_path / "pack").swap(RULES, "alert: PostgreSQLDown", "alert: Other")
    assert "its proof does not count: the rule has changed since" == drill_of(tmp_path).because


def test_it_ages_as_the_settings_say(tmp_path):
    """Eleven days old here."""
    proven_pack(tmp_path / "pack")
    drill = drill_of(tmp_path, settings=ProofSettings(days=7))
    assert "its proof does not count: it is 12 days old, 7 are allowed" == drill.because


def test_only_those_who_may_sign_prove_something(tmp_path):
    """Where signers are named; signed by another, or not at all, is no proof."""
    ada, eve = make_key(tmp_path, "ada"), make_key(tmp_path, "eve")
    signers = allow(tmp_path / "signers", {"ada@example.org": ada})
    settings = ProofSettings(signing_key=ada, allowed_signers=signers)
    proven_pack(tmp_path / "pack", settings)
    drill = drill_of(tmp_path, settings=settings)
    assert drill.weighed is not None
    assert (True, "ada@example.org") == (drill.is_proven, drill.weighed.sealed.by)
    allow(signers, {"eve@example.org": eve})
    assert "its key is none of those in signers" in drill_of(tmp_path, settings=settings).because
    signers.unlink()
    with pytest.raises(CannotProveError, match=r"no such file; correct proofs\.allowed_signers"):
        drill_of(tmp_path, settings=settings)


def test_a_proof_that_was_tampered_with_is_none(tmp_path):
    """Its signature is of something else."""
    ada = make_key(tmp_path, "ada")
    copy = proven_pack(tmp_path / "pack", ProofSettings(signing_key=ada))
    copy.swap("proofs/postgresql-killed.json", '"recover_s": 95,', '"recover_s": 9,')
    drill = drill_of(tmp_path)
    assert drill.weighed is not None
    assert (False, Seal.BAD) == (drill.is_proven, drill.weighed.sealed.seal)


def test_a_file_that_is_no_proof_is_told_and_harms_nobody(tmp_path):
    """By its path from where one stands."""
    copy = proven_pack(tmp_path / "pack")
    (copy.folder / "proofs/other.json").write_text("{}")
    asked = Asked(root=tmp_path, now_ns=NOW_NS, paths=("pack",), labs=LABS)
    coverage = cover(asked, default_settings(tmp_path))
    assert ["pack/proofs/other.json"] == [flaw.place.path for flaw in coverage.unread]
    assert coverage.runbooks[0].drills[0].is_proven
    assert 1 == len(read_pack(copy.folder).proofs)
