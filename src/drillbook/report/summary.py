"""Verdict → the sentences that every report says alike. Pure."""

from drillbook.model.verdict import Detection, Verdict, VerdictState
from drillbook.report.times import seconds

SIGNS = {VerdictState.PASSED: "✓", VerdictState.FAILED: "✗", VerdictState.UNKNOWN: "?"}


def conclusion(verdict: Verdict) -> str:
    """What the drill says of the runbook."""
    names = f"drill {verdict.drill}", f"runbook {verdict.runbook}"
    match verdict.state:
        case VerdictState.PASSED:
            return "{} proves {}".format(*names)
        case VerdictState.FAILED:
            return "{} does not prove {}".format(*names)
        case VerdictState.UNKNOWN:
            return "{} cannot tell whether {} works".format(*names)


def reason(verdict: Verdict) -> str:
    """The first ruling that is as bad as the Verdict; empty where it passed."""
    if verdict.state is VerdictState.PASSED:
        return ""
    first = next((ruling for ruling in verdict.rulings if ruling.state is verdict.state), None)
    return f"{first.name}: {first.because}" if first else "nothing was ruled on"


def length(verdict: Verdict) -> str:
    """Whether the drill ran at full length, and what detection would take there."""
    if verdict.compression == 1:
        return "run at full length"
    computed = f"compressed {verdict.compression:g}x"
    if verdict.detection is None:
        return computed
    return f"{computed}: detection at full length computed as {full_range(verdict.detection)}"


def lab_range(detection: Detection) -> str:
    """What arithmetic allows for detection at the length of this run."""
    return f"{seconds(detection.minimum_s)} to {seconds(detection.maximum_s)}"


def full_range(detection: Detection) -> str:
    """What arithmetic allows for detection at full length."""
    return f"{seconds(detection.full_minimum_s)} to {seconds(detection.full_maximum_s)}"


def effort(verdict: Verdict) -> str:
    """How long the drill took, and how much of it was the tool's own."""
    return f"{seconds(verdict.total_s)} in all, {seconds(verdict.overhead_s)} of it the tool's own"
