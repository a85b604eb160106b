"""A passed Verdict and its entries → the text of its proof file."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from drillbook.model.journal import Entry
from drillbook.model.proof import PROOF_SCHEMA_VERSION, signed_bytes
from drillbook.model.verdict import Verdict, VerdictState

Sign = Callable[[bytes], str]
# What the judge calls the ruling on the control run.
CONTROLS = ("control: it stayed broken", "control: it heals by itself")
# Times are no more exact than this, and a rounded number is the same in every language.
DECIMALS = 3


def proof_text(verdict: Verdict, entries: Sequence[Entry], sign: Sign | None = None) -> str:
    """One JSON document. Raises ValueError where the Verdict is not passed.

    `sign` makes a signature over the proof; what it raises goes through.
    """
    body = proof_body(verdict, entries)
    signature = sign(signed_bytes(body)) if sign else None
    document = {
        "schema_version": PROOF_SCHEMA_VERSION,
        "proof": body,
        "signature": signature,
    }
    return json.dumps(document, allow_nan=False, ensure_ascii=False, indent=2) + "\n"


def proof_body(verdict: Verdict, entries: Sequence[Entry]) -> dict[str, Any]:
    """What is signed. `entries` are the drill's, perhaps with its run's behind them."""
    if verdict.state is not VerdictState.PASSED:
        raise ValueError(f"a {verdict.state.value} verdict proves nothing")
    told = [entry for entry in entries if entry.stream == verdict.stream]
    facts, head = told[0].body, told[-1]
    return {
        "drill": verdict.drill,
        "runbook": verdict.runbook,
        "alert": facts["alert"],
        "option": facts["option"],
        "hashes": dict(sorted(verdict.hashes.items())),
        "drilled_at": _utc(told[0].at_ns),
        "compression": _plain(verdict.compression),
        "detect_s": _rounded(verdict, "detect"),
        "recover_s": _rounded(verdict, "recover"),
        "full_detect_s": _rounded(verdict, "detect_at_full_length"),
        "full_recover_s": _rounded(verdict, "recover_at_full_length"),
        "control": next((r.because for r in verdict.rulings if r.name in CONTROLS), ""),
        "version": _version(told),
        "stream": head.stream,
        "head_seq": head.seq,
        "head_hash": head.hash,
    }


def _rounded(verdict: Verdict, name: str) -> float | None:
    took_s = verdict.durations_s.get(name)
    return None if took_s is None else _plain(round(took_s, DECIMALS))


def _plain(number: float) -> float:
    """Without a decimal point where there is no need of one: not all programs keep `1.0`."""
    return int(number) if number == int(number) else number


def _version(told: Sequence[Entry]) -> str:
    of_tool = (e.body.get("drillbook") for e in told if e.kind == "environment")
    return str(next(of_tool, ""))


def _utc(at_ns: int) -> str:
    """ISO 8601, to the second."""
    return datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
