"""A rate, which is per second, that the alert's text calls one per minute or per hour."""

import re
from collections.abc import Iterator

from drillbook.lint.metrics.promql import Threshold, per_second, thresholds
from drillbook.lint.texts.annotations import Sentence, sentences_of
from drillbook.lint.texts.figures import figures_in
from drillbook.model.library import ClaimKind
from drillbook.model.lint import Circumstances, Flaw, RuleLint, Rung
from drillbook.model.rule import Rule

_VALUE = re.compile(
    r"\{\{[^{}]{0,40}\$value[^{}]{0,60}\}\}\s?(?:[a-z][a-z-]*\s){0,3}(?:/|per )\s?"
    r"(minute|min|hour)\b",
    re.IGNORECASE,
)


def _check(rule: Rule, _: Circumstances) -> Iterator[Flaw]:
    rates = [each for each in thresholds(rule.expr) if per_second(each.left) is not None]
    if len(rates) != 1 or len(thresholds(rule.expr)) != 1:
        return
    for sentence in sentences_of(rule):
        said = _said(sentence, rates[0])
        if said:
            yield Flaw(
                place=rule.expr_place,
                message=f"the rate is compared per second, and the {sentence.key} says {said}",
                help=f"write > {rates[0].value:g} / {60 if 'min' in said else 3600}, "
                "or multiply the rate, or say per second in the text",
            )
            return


def _said(sentence: Sentence, rate: Threshold) -> str:
    """In what time the sentence counts, where it counts the same number or the value itself."""
    value = _VALUE.search(sentence.text)
    if value is not None:
        return f"per {value[1].lower()}"
    for figure in figures_in(sentence.text):
        if figure.kind is ClaimKind.RATE and figure.per_s > 1 and figure.value == rate.value:
            return figure.text
    return ""


LINT = RuleLint(
    name="rate-called-per-minute",
    summary="a rate per second that the alert's text calls one per minute or hour",
    rung=Rung.PROVEN,
    check=_check,
)
