"""The text of a proof file, which anybody may have written → the Proof, or None and a Finding."""

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from drillbook.model.finding import Finding, Severity
from drillbook.model.place import Place
from drillbook.model.proof import BOUND, PROOF_SCHEMA_VERSION, Proof, signed_bytes
from drillbook.read.sentences.wording import quote

PROOF_BYTES_MAX = 100_000
SIGNATURE_CHARACTERS_MAX = 20_000
TEXT_CHARACTERS_MAX = 2_000
_HASH = re.compile(r"[0-9a-f]{64}")
_KEYS = frozenset(
    "drill runbook alert option hashes drilled_at compression detect_s recover_s full_detect_s "
    "full_recover_s control version stream head_seq head_hash".split()
)


class _Flaw(Exception):  # noqa: N818 - it becomes a Finding before it leaves this module
    pass


def read_proof(text: str, path: str) -> tuple[Proof | None, tuple[Finding, ...]]:
    """A WARNING where it is none: what is not proven can still be drilled."""
    try:
        return _proof(_document(text), path), ()
    except _Flaw as flaw:
        finding = Finding(
            place=Place(path=path),
            lint="proof-not-readable",
            message=f"this is no proof: {flaw}",
            help="delete it, and drill again",
            severity=Severity.WARNING,
        )
        return None, (finding,)


def _document(text: str) -> Mapping[str, Any]:
    if len(text) > PROOF_BYTES_MAX:
        raise _Flaw(f"it is longer than {PROOF_BYTES_MAX:,} characters")
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise _Flaw("it is nested too deeply") from None
    except ValueError as error:
        raise _Flaw(f"it is no JSON ({quote(str(error))})") from None
    if not isinstance(found, dict) or not isinstance(found.get("proof"), dict):
        raise _Flaw('it holds no "proof"')
    if found.get("schema_version") != PROOF_SCHEMA_VERSION:
        said = quote(str(found.get("schema_version"))[:20])
        raise _Flaw(f"its schema_version is {said}, and this version reads {PROOF_SCHEMA_VERSION}")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers must not take two values for the same key."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Flaw("it says a key twice")
    return found


def _no_number(word: str) -> NoReturn:
    raise _Flaw(f"{word} is no number")


def _proof(document: Mapping[str, Any], path: str) -> Proof:
    body = document["proof"]
    if unknown := sorted(body.keys() ^ _KEYS):
        what = "lacks" if unknown[0] in _KEYS else "has a key that nothing reads,"
        raise _Flaw(f"it {what} {quote(unknown[0])}")
    signature = document.get("signature")
    is_bounded = isinstance(signature, str) and len(signature) <= SIGNATURE_CHARACTERS_MAX
    if signature is not None and not is_bounded:
        raise _Flaw("its signature is no text, or too long")
    return Proof(
        place=Place(path=path),
        drill=_text(body, "drill"),
        runbook=_text(body, "runbook"),
        alert=_text(body, "alert"),
        option=_text(body, "option"),
        detect_s=_number(body, "detect_s"),
        recover_s=_number(body, "recover_s"),
        full_detect_s=_number(body, "full_detect_s"),
        full_recover_s=_number(body, "full_recover_s"),
        control=_text(body, "control"),
        version=_text(body, "version"),
        stream=_text(body, "stream"),
        head_hash=_text(body, "head_hash"),
        hashes=_hashes(body["hashes"]),
        drilled_at_ns=_moment(_text(body, "drilled_at")),
        compression=_compression(body),
        head_seq=_count(body, "head_seq"),
        signature=signature or "",
        signed=signed_bytes(body) if signature else b"",
    )


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body[name]
    if not isinstance(value, str) or len(value) > TEXT_CHARACTERS_MAX:
        raise _Flaw(f"{name} is no text, or too long")
    return value


def _number(body: Mapping[str, Any], name: str) -> float | None:
    value = body[name]
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value < 1e9:
        raise _Flaw(f"{name} is no number of seconds")
    return float(value)


def _compression(body: Mapping[str, Any]) -> float:
    value = _number(body, "compression")
    if value is None or not math.isfinite(value) or value < 1:
        raise _Flaw("compression is no number from 1 on")
    return value


def _count(body: Mapping[str, Any], name: str) -> int:
    value = body[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1 << 62:
        raise _Flaw(f"{name} is no number of an entry")
    return value


def _hashes(value: object) -> Mapping[str, str]:
    """Of just what a proof is bound to: one that leaves out the lab is bound to less."""
    is_whole = isinstance(value, dict) and set(value) == set(BOUND)
    if not is_whole or not isinstance(value, dict):
        raise _Flaw(f"its hashes are not those of {', '.join(BOUND)}")
    if not all(isinstance(h, str) and _HASH.fullmatch(h) for h in value.values()):
        raise _Flaw("one of its hashes is no SHA-256")
    return value


def _moment(text: str) -> int:
    """Nanoseconds since the Unix epoch."""
    try:
        moment = datetime.fromisoformat(text)
        is_told = moment.tzinfo is not None
        return round(moment.timestamp()) * 1_000_000_000 if is_told else _no_moment()
    except (ValueError, OverflowError):
        _no_moment()


def _no_moment() -> NoReturn:
    raise _Flaw("drilled_at is no moment, such as 2026-11-21T10:00:00Z")
