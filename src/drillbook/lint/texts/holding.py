"""A Rule and a figure that a text says of it → whether the rule holds it, where that is certain."""

from dataclasses import dataclass

from drillbook.lint.metrics.promql import numbers, parse, per_second, selectors, thresholds
from drillbook.lint.texts.figures import Figure
from drillbook.model.library import Claim, ClaimKind
from drillbook.model.rule import Rule

_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Held:
    """`instead` is what the rule does, as the end of a sentence."""

    is_certain: bool
    is_so: bool = True
    instead: str = ""


def holds(rule: Rule, said: Figure | Claim) -> Held:
    """Not certain where the rule compares several things, or in a way that is not understood."""
    if said.kind is ClaimKind.FOR:
        return _of_duration(rule, said.value)
    found = thresholds(rule.expr)
    if len(found) != 1 or found[0].op in ("==", "!="):
        return Held(is_certain=False)
    if said.kind is ClaimKind.RATE:
        return _of_rate(rule, said)
    return _of_threshold(rule, said)


def _of_duration(rule: Rule, said_s: float) -> Held:
    """A duration in words may be the `for`, or what the expression looks back on, or both."""
    if parse(rule.expr) is None or rule.for_s == 0:
        return Held(is_certain=False)
    back_s = {each.range_s for each in selectors(rule.expr) if each.range_s is not None}
    known_s = {rule.for_s, rule.keep_firing_for_s, *back_s, *(rule.for_s + s for s in back_s)}
    is_so = any(_is_close(said_s, each) for each in (*known_s, *numbers(rule.expr)))
    # A look-back that is not a multiple is somebody's rounding of both.
    return Held(True, is_so, f"waits for {_duration(rule.for_s)}")


def _of_rate(rule: Rule, said: Figure | Claim) -> Held:
    [threshold] = thresholds(rule.expr)
    if per_second(threshold.left) is None:
        return Held(is_certain=False)
    is_so = _is_close(said.value / said.per_s, threshold.value)
    return Held(True, is_so, f"fires at {threshold.value:g} per second")


def _of_threshold(rule: Rule, said: Figure | Claim) -> Held:
    """A percentage may be held as a fraction, and either as what is left."""
    [threshold] = thresholds(rule.expr)
    value = said.value
    meant = {value, value * 100, value * 1_000}
    if said.is_percent:
        meant |= {1 - value, 100 - value * 100}
    is_so = any(_is_close(one, each) for one in meant for each in numbers(rule.expr))
    is_share = 0 < abs(threshold.value) <= 100
    return Held(
        is_certain=is_share or not said.is_percent,
        is_so=is_so,
        instead=f"compares with {threshold.op} {threshold.value:g}",
    )


def _is_close(one: float, other: float) -> bool:
    return abs(one - other) <= _CLOSE * max(1.0, abs(one), abs(other))


def _duration(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"
