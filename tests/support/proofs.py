"""Proofs, and keys to sign them with, for tests."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from drillbook.drill.judging import judge
from drillbook.model.journal import Entry
from drillbook.model.proof import Proof
from drillbook.model.verdict import Verdict
from drillbook.prove.making import proof_text
from drillbook.read.proof import read_proof
from stories import entries, passed

# The stories count from the epoch; proofs are of our days.
DRILLED_AT_NS = 1_795_255_200_000_000_000
HASHES = {"runbook": "1" * 64, "rule": "2" * 64, "drill": "3" * 64, "lab": "4" * 64}


def passed_drill() -> tuple[Verdict, list[Entry]]:
    """A Verdict that passed, and its entries, which a journal could hold."""
    told = entries([*passed(), (260, "environment", {"drillbook": "0.1.0"})])
    verdict = replace(judge(told), hashes=HASHES)
    told = [
        replace(entry, hash=f"{entry.seq:064x}", at_ns=entry.at_ns + DRILLED_AT_NS)
        for entry in told
    ]
    return verdict, told


def text_of_proof(**changed: Any) -> str:
    """The text of a proof file, where the proof says what is given instead."""
    document = json.loads(proof_text(*passed_drill()))
    document["proof"].update(changed)
    return json.dumps(document)


def proof(path: str = "proofs/d.json", **changed: Any) -> Proof:
    """The Proof in such a file."""
    found, flaws = read_proof(text_of_proof(**changed), path)
    assert found is not None, flaws
    return found


def make_key(folder: Path, name: str = "key", passphrase: str = "") -> Path:
    """A private key; its public half lies beside it, with `.pub`."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-C", name, "-N", passphrase]
    subprocess.run([*command, "-f", str(folder / name)], check=True, timeout=60)
    return folder / name


def allow(file: Path, keys: Mapping[str, Path]) -> Path:
    """A file of allowed signers, by the name under which each signs."""
    lines = [f"{who} {key.with_suffix('.pub').read_text()}" for who, key in keys.items()]
    file.write_text("".join(lines))
    return file
