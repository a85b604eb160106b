"""A Proof, the hashes of now and the time → whether it is fresh, or why it is not. Pure."""

from collections.abc import Iterable, Mapping

from drillbook.model.journal import Entry
from drillbook.model.proof import Proof, Seal, Sealed, Weighed

NS_PER_DAY = 86_400_000_000_000
_WORDS = {"runbook": "the runbook", "rule": "the rule", "drill": "the drill", "lab": "the lab"}


def weigh(
    proof: Proof,
    now: Mapping[str, str],
    *,
    now_ns: int,
    days: float,
    sealed: Sealed,
    told: Iterable[Entry] = (),
) -> Weighed:
    """Fresh: all its hashes equal those of `now`, it is not older than `days`, no seal is bad.

    `told` are the entries that the journal here has of the proof's stream, if any: where they
    tell another story, it is no proof.
    """
    because = (
        _bad_seal(sealed)
        or _changed(proof, now)
        or _aged(proof, now_ns, days)
        or _denied(proof, told)
    )
    return Weighed(proof=proof, is_fresh=not because, because=because, sealed=sealed)


def newest(proofs: Iterable[Weighed]) -> Weighed | None:
    """The one that counts where several are of one drill: a fresh one, and the last of them."""
    return max(proofs, key=lambda each: (each.is_fresh, each.proof.drilled_at_ns), default=None)


def _bad_seal(sealed: Sealed) -> str:
    return sealed.because if sealed.seal is Seal.BAD else ""


def _changed(proof: Proof, now: Mapping[str, str]) -> str:
    names = sorted({*proof.hashes, *now}, key=[*_WORDS].index)
    others = [_WORDS[name] for name in names if proof.hashes.get(name) != now.get(name)]
    if not others:
        return ""
    have = "has" if len(others) == 1 else "have"
    return f"{' and '.join(others)} {have} changed since"


def _aged(proof: Proof, now_ns: int, days: float) -> str:
    age_days = (now_ns - proof.drilled_at_ns) / NS_PER_DAY
    # A day is the most that clocks and time zones of two machines may differ.
    if age_days < -1:
        return "it is dated in the future"
    return f"it is {age_days:.0f} days old, {days:g} are allowed" if age_days > days else ""


def _denied(proof: Proof, told: Iterable[Entry]) -> str:
    for entry in told:
        if entry.seq == proof.head_seq:
            is_it = entry.hash == proof.head_hash
            return "" if is_it else f"the journal here tells another story of {proof.stream}"
    return ""
