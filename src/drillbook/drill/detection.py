"""A Rule and the lab's intervals → the range that its detection must lie in.

From the fault to the firing alert, in Prometheus' own terms:

1. the next scrape begins at most one scrape interval after the fault; it may come at once;
2. what it brings can be seen when it is done. A scrape of something that hangs lasts until the
   scrape timeout, which Prometheus never lets exceed the scrape interval;
3. the next evaluation of the rule's group comes at most one evaluation interval later, and may
   come at once. The alert is then *active*;
4. "Prometheus will check that the alert continues to be active during each evaluation for [the
   `for` duration] before firing the alert": it fires at the first evaluation at which it has
   been active for at least `for`, which is `for` rounded up to whole evaluation intervals.

So the minimum is 4 alone, and the maximum the sum of all. An expression such as `rate(x[5m])`
crosses its threshold only when enough of its window lies after the fault, at the latest when all
of it does; one with `offset 5m` sees the fault that much later. Both raise the maximum only.

Sources: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ and
https://prometheus.io/docs/prometheus/latest/configuration/configuration/ (scrape_timeout).
"""

from drillbook.drill.durations import Use, literals
from drillbook.model.lab import Pacing
from drillbook.model.rule import Rule

# Prometheus' default scrape_timeout.
SCRAPE_TIMEOUT_S = 10.0
# Evaluations and scrapes start late on a busy machine, and the one who looks whether the alert
# fires looks a few times a second; together well under a second on two busy cores.
JITTER_S = 1.0


def detection_range(rule: Rule, pacing: Pacing) -> tuple[float, float]:
    """The least and the most seconds from the effective fault to the firing alert.

    A group's own interval goes before the server's. The minimum counts from the very moment of
    the fault: whoever measures from its confirmation adds what the confirmation took.
    """
    evaluation_s = pacing.evaluation_s if rule.interval_s is None else rule.interval_s
    held_s = _rounded_up(rule.for_s, evaluation_s)
    scrape_lasts_s = min(pacing.scrape_s, SCRAPE_TIMEOUT_S)
    waits_s = pacing.scrape_s + scrape_lasts_s + evaluation_s + window_s(rule.expr)
    return held_s, waits_s + held_s + JITTER_S


def window_s(expr: str) -> float:
    """How many seconds back the expression can look, at most.

    A selector may stand inside a subquery, and both with an offset, so the longest are added.
    """
    longest_ms = dict.fromkeys(Use, 0)
    for literal in literals(expr):
        longest_ms[literal.use] = max(longest_ms[literal.use], literal.duration_ms)
    return sum(longest_ms[use] for use in (Use.RANGE, Use.SUBQUERY, Use.OFFSET)) / 1_000


def _rounded_up(duration_s: float, step_s: float) -> float:
    """The duration in whole steps, computed in milliseconds: 1.1 s in steps of 0.1 s are 11."""
    duration_ms, step_ms = round(duration_s * 1_000), max(1, round(step_s * 1_000))
    return -(-duration_ms // step_ms) * step_ms / 1_000
