"""An alert's text that says another threshold or duration than its rule."""

import re
from collections.abc import Iterator

from drillbook.lint.metrics.promql import numbers
from drillbook.lint.texts.annotations import Sentence, sentences_of
from drillbook.lint.texts.figures import figures_in, may_hold_figure
from drillbook.lint.texts.holding import holds
from drillbook.model.library import ClaimKind
from drillbook.model.lint import Circumstances, Flaw, RuleLint, Rung
from drillbook.model.rule import Rule

_TEMPLATE = re.compile(r"\{\{[^{}]{0,500}\}\}")


def _check(rule: Rule, _: Circumstances) -> Iterator[Flaw]:
    for sentence in sentences_of(rule):
        yield from _of_sentence(rule, sentence)


def _of_sentence(rule: Rule, sentence: Sentence) -> Iterator[Flaw]:
    # What a template writes is no figure of the text's.
    text = _TEMPLATE.sub("it", sentence.text)
    for figure in figures_in(text) if may_hold_figure(text) else ():
        if figure.kind is ClaimKind.RATE and figure.value in numbers(rule.expr):
            # The number is right and its time is not: that is rate-called-per-minute's to say.
            continue
        said = holds(rule, figure)
        if said.is_certain and not said.is_so:
            yield Flaw(
                place=sentence.place,
                message=f'the {sentence.key} says "{figure.text}", and the rule {said.instead}',
                help="write one of the two into both",
            )


LINT = RuleLint(
    name="annotation-differs-from-rule",
    summary="an alert's text with another threshold or duration than its rule",
    rung=Rung.LINKED,
    check=_check,
)
