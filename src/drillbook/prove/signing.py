"""Bytes and an SSH key → a signature; a Proof and those who may sign → what its Seal is worth.

All cryptography is left to ssh-keygen, which speaks to the caller's own agent and key files.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from drillbook.model.proof import Proof, Seal, Sealed

# A signature for another purpose, of a commit say, is none of a proof.
NAMESPACE = "drillbook-proof"
TIMEOUT_S = 20.0
PROGRAM = "ssh-keygen"
_MISSING = f"{PROGRAM} is not there; install the client programs of OpenSSH"


class SigningError(Exception):
    """A signature cannot be made or checked; one line says why, and the cure."""


def sign(data: bytes, key: Path) -> str:
    """An SSH signature in its armour. Raises SigningError.

    `key` is a private key without a passphrase, or a public one whose other half is in the agent.
    """
    if not key.is_file():
        raise SigningError(f"{key}: there is no such key; correct proofs.signing_key")
    done = _run(("-Y", "sign", "-q", "-n", NAMESPACE, "-f", str(key)), data)
    if done.returncode != 0:
        cure = "a key with a passphrase must be in the agent (ssh-add)"
        raise SigningError(f"{key}: nothing can be signed with it: {_said(done)}; {cure}")
    return done.stdout.decode("ascii", "replace")


def seal_of(proof: Proof, allowed_signers: Path | None) -> Sealed:
    """What the proof's signature is worth. Raises SigningError where it cannot be checked.

    Where `allowed_signers` names who may sign, a proof of nobody of them is BAD.
    """
    if allowed_signers is not None and not allowed_signers.is_file():
        raise SigningError(f"{allowed_signers}: no such file; correct proofs.allowed_signers")
    if not proof.signature:
        return _unsigned(is_wanted=allowed_signers is not None)
    with tempfile.TemporaryDirectory(prefix="drillbook-seal-") as folder:
        file = Path(folder) / "proof.sig"
        file.write_text(proof.signature, encoding="utf-8", errors="replace")
        if allowed_signers is None:
            return _consistent(proof, file)
        return _vouched(proof, file, allowed_signers)


def _unsigned(*, is_wanted: bool) -> Sealed:
    """Taking a signature away must not make more of a proof than leaving it."""
    if not is_wanted:
        return Sealed()
    return Sealed(seal=Seal.BAD, because="it is unsigned, and proofs.allowed_signers is set")


def _consistent(proof: Proof, file: Path) -> Sealed:
    done = _run(("-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(file)), proof.signed)
    if done.returncode != 0:
        return Sealed(seal=Seal.BAD, because="its signature is not of what it says")
    return Sealed(seal=Seal.UNVOUCHED, because="proofs.allowed_signers is not set")


def _vouched(proof: Proof, file: Path, allowed: Path) -> Sealed:
    found = _run(("-Y", "find-principals", "-s", str(file), "-f", str(allowed)), b"")
    names = found.stdout.decode("utf-8", "replace").split("\n")
    name = names[0].split(",")[0].strip()
    if found.returncode != 0 or not name:
        return Sealed(seal=Seal.BAD, because=f"its key is none of those in {allowed.name}")
    about = ("-n", NAMESPACE, "-s", str(file), "-f", str(allowed), "-I", name)
    if _run(("-Y", "verify", *about), proof.signed).returncode != 0:
        return Sealed(seal=Seal.BAD, because="its signature is not of what it says")
    return Sealed(seal=Seal.SIGNED, by=name)


def _run(arguments: Sequence[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    """Without a terminal: what would ask for a passphrase fails at once."""
    try:
        return subprocess.run(
            (PROGRAM, *arguments),
            input=data,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise SigningError(_MISSING) from error
    except subprocess.TimeoutExpired as error:
        raise SigningError(f"{PROGRAM} did not end within {TIMEOUT_S:g} s") from error


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip() if lines else f"exit code {done.returncode}"
