"""Events per second that the alert's text calls a percentage."""

import re
from collections.abc import Iterator

from drillbook.lint.metrics.promql import Threshold, per_second, thresholds
from drillbook.lint.texts.annotations import sentences_of
from drillbook.model.lint import Circumstances, Flaw, RuleLint, Rung
from drillbook.model.rule import Rule

# The rate of a time is a fraction of the time.
_FRACTION = re.compile(r"second|duration|time|cpu|_ms\b|millis|usage|ratio|percent", re.IGNORECASE)
_PERCENT = re.compile(r"(?<![\w.])([0-9]{1,3}(?:\.[0-9]{1,6})?) ?(?:%|percent\b)")
_VALUE = re.compile(r"\{\{[^{}]{0,40}\$value(?:[^{}]{0,60}\}\}\s?%|[^{}]{0,20}humanizePercentage)")


def _check(rule: Rule, _: Circumstances) -> Iterator[Flaw]:
    found = thresholds(rule.expr)
    selector = per_second(found[0].left) if len(found) == 1 else None
    if selector is None or _FRACTION.search(selector.name) or not selector.name:
        return
    for sentence in sentences_of(rule):
        if _calls_percent(sentence.text, found[0]):
            yield Flaw(
                place=rule.expr_place,
                message=f"rate({selector.name}) is events per second, and the {sentence.key} "
                "calls it a percentage",
                help="divide it by the rate of all events, both summed by the same labels",
            )
            return


def _calls_percent(text: str, threshold: Threshold) -> bool:
    if _VALUE.search(text):
        return True
    said = {float(number) for number in _PERCENT.findall(text)}
    return bool(said & {threshold.value, round(threshold.value * 100, 9)})


LINT = RuleLint(
    name="rate-called-percent",
    summary="events per second that the alert's text calls a percentage",
    rung=Rung.PROVEN,
    check=_check,
)
