"""A drill that passed → its proof file in the pack; what a proof is bound to, as it is now."""

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from drillbook.model.drill import Drill
from drillbook.model.journal import Entry
from drillbook.model.lab import LabKind
from drillbook.model.proof import PROOFS_FOLDER, Sealed
from drillbook.model.rule import Rule
from drillbook.model.settings import ProofSettings
from drillbook.model.verdict import Verdict
from drillbook.prove.making import proof_text
from drillbook.prove.signing import SigningError, sign
from drillbook.prove.weighing import weigh
from drillbook.read.file import read_text
from drillbook.read.proof import read_proof
from drillbook.report.write import file_name, write_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where the proof lies; `is_older`: one that says more stays there."""

    file: Path
    is_older: bool = False


class CannotProveError(Exception):
    """No proof can be written; one line says why, and the cure."""


def hashes_of(acting_hash: str, rule: Rule | None, drill: Drill, lab: str) -> dict[str, str]:
    """What a Verdict is bound to: all that can act, by its hash. What is not there has none."""
    return {
        "runbook": acting_hash,
        "rule": _rule_hash(rule) if rule is not None else "",
        "drill": drill.source_hash,
        "lab": lab,
    }


def _rule_hash(rule: Rule) -> str:
    """Of what decides when it fires and how it is routed; annotations are prose."""
    acting = [rule.name, rule.expr, rule.for_s, rule.interval_s, dict(rule.labels)]
    if rule.keep_firing_for_s:
        acting.append(rule.keep_firing_for_s)
    return _digest(json.dumps(acting, sort_keys=True).encode())


def lab_hash(lab: LabKind) -> str:
    """Of every file in the folder of its code, by path and content.

    What Python makes, and what an editor hides, is left out.
    """
    code = Path(sys.modules[lab.make.__module__].__file__ or "").parent
    files = sorted(path for path in code.rglob("*") if path.is_file() and _is_code(path, code))
    parts = (part for path in files for part in (path.relative_to(code).as_posix(), path))
    return _digest(*(p.read_bytes() if isinstance(p, Path) else p.encode() for p in parts))


def _is_code(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    return not any(part.startswith(".") or part == "__pycache__" for part in parts)


def check_key(settings: ProofSettings) -> None:
    """Raises CannotProveError where the key that is to sign cannot. To be asked before a drill."""
    if settings.signing_key is None:
        return
    try:
        sign(b"", settings.signing_key)
    except SigningError as error:
        raise CannotProveError(f"{error}; or leave proofs away with --no-proof") from error


def keep_proof(
    pack: Path, verdict: Verdict, entries: Sequence[Entry], settings: ProofSettings
) -> Kept:
    """Write `proofs/DRILL.json`, whole or not at all, in place of an older one.

    A compressed drill leaves a proof of full length that is still fresh. Raises CannotProveError;
    ValueError where the Verdict is not passed.
    """
    key = settings.signing_key
    folder = pack / PROOFS_FOLDER
    file = folder / f"{file_name(verdict.drill)}.json"
    try:
        text = proof_text(verdict, entries, partial(sign, key=key) if key else None)
        folder.mkdir(exist_ok=True)
        if not folder.resolve().is_relative_to(pack.resolve()):
            raise CannotProveError(f"{folder} leads out of the pack; make it a folder of the pack")
        if _says_more(file, verdict, entries, settings):
            return Kept(file=file, is_older=True)
        return Kept(file=write_whole(file, text))
    except SigningError as error:
        raise CannotProveError(str(error)) from error
    except OSError as error:
        why = f"{folder}: {error.strerror}"
        raise CannotProveError(
            f"{why}; make it writable, or leave proofs away: --no-proof"
        ) from error


def _says_more(
    file: Path, verdict: Verdict, entries: Sequence[Entry], settings: ProofSettings
) -> bool:
    """Whether what is there is of full length, of the same hashes, and fresh for a while yet."""
    text, _ = read_text(file)
    old, _ = read_proof(text, str(file)) if text is not None else (None, ())
    if old is None or verdict.compression == 1 or old.compression != 1:
        return False
    is_signed_alike = bool(old.signature) == (settings.signing_key is not None)
    weighed = weigh(
        old, verdict.hashes, now_ns=entries[0].at_ns, days=settings.days, sealed=Sealed()
    )
    return weighed.is_fresh and is_signed_alike


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()
