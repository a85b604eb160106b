"""`[proofs]` → how long a proof is fresh, and whose keys count."""

from pathlib import Path

import pytest

from drillbook.model.settings import ProofSettings
from drillbook.read.settings import default_settings, read_settings


def read(folder: Path, text: str):
    """The settings of a file with this text, and its Findings."""
    (folder / "drillbook.toml").write_text(text, encoding="utf-8")
    return read_settings(folder / "drillbook.toml")


def test_without_anything_a_proof_is_fresh_for_ninety_days(tmp_path):
    """And is neither signed nor asked for a signature."""
    expected = ProofSettings(days=90, signing_key=None, allowed_signers=None)
    assert expected == default_settings(tmp_path).proofs
    assert (expected, ()) == (read(tmp_path, "")[0].proofs, read(tmp_path, "")[1])


def test_paths_count_from_the_file(tmp_path, monkeypatch):
    """As all others do; `~` is the caller's home."""
    monkeypatch.setenv("HOME", "/somewhere")
    text = '[proofs]\ndays = 30\nsigning_key = "~/.ssh/id"\nallowed_signers = "keys/signers"\n'
    settings, findings = read(tmp_path, text)
    expected = ProofSettings(
        days=30,
        signing_key=Path("/somewhere/.ssh/id"),
        allowed_signers=tmp_path / "keys/signers",
    )
    assert (expected, ()) == (settings.proofs, findings)


@pytest.mark.parametrize(
    ("text", "message", "cure"),
    [
        ("days = 0", "greater than or equal to 1", "correct this value"),
        ("days = 4000", "less than or equal to 3650", "correct this value"),
        ('days = "90d"', "it should be a whole number", "correct this value"),
        ('signing_kye = "x"', "nothing reads this key", 'write "signing_key"'),
        ("signing_key = 3", "it should be a text in quotes", "correct this value"),
    ],
)
def test_a_slip_is_told_with_its_line(tmp_path, text, message, cure):
    """The cause and the cure, at its place."""
    settings, [finding] = read(tmp_path, f"[proofs]\n{text}\n")
    assert (None, 2, cure) == (settings, finding.place.line, finding.help)
    assert message in finding.message
