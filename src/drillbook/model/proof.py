"""A passed Verdict, kept in its pack and bound to the hashes of all that can act."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from drillbook.model.place import Place

PROOFS_FOLDER = "proofs"
# Grows with every change that a reader must know of.
PROOF_SCHEMA_VERSION = 1
# What a proof is bound to: each has a hash.
BOUND = ("runbook", "rule", "drill", "lab")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a drill has proven, of which texts, when.

    `runbook` is as in the Drill. Durations in seconds: as measured, and at full length where the
    drill was compressed. `control` says what happened when nobody acted. `head_seq` and
    `head_hash` are of the last entry of `stream`. `signed` is what `signature` was made over;
    both are empty where it is unsigned.
    """

    place: Place
    drill: str
    runbook: str
    alert: str
    option: str
    hashes: Mapping[str, str]
    drilled_at_ns: int
    compression: float = 1.0
    detect_s: float | None = None
    recover_s: float | None = None
    full_detect_s: float | None = None
    full_recover_s: float | None = None
    control: str = ""
    version: str = ""
    stream: str = ""
    head_seq: int = 0
    head_hash: str = ""
    signature: str = ""
    signed: bytes = field(default=b"", repr=False)


class Seal(Enum):
    """What a proof's signature is worth. A BAD one makes the proof none."""

    UNSIGNED = "unsigned"
    SIGNED = "signed"
    UNVOUCHED = "signed by a key that nobody vouches for"
    BAD = "badly signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A Seal, whose it is, and where it is bad, why."""

    seal: Seal = Seal.UNSIGNED
    by: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A Proof and what it is worth now: fresh, or `because` says in a sentence why it is not."""

    proof: Proof
    is_fresh: bool
    because: str = ""
    sealed: Sealed = field(default_factory=Sealed)


def signed_bytes(body: Mapping[str, object]) -> bytes:
    """What is signed: the proof as JSON with sorted keys and without a space, in UTF-8."""
    text = json.dumps(
        body, allow_nan=False, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    return text.encode("utf-8", "surrogatepass")
