"""A document that says another threshold, duration or rate of an alert than its rule."""

from collections import defaultdict
from collections.abc import Iterator

from drillbook.lint.linking import rules_of
from drillbook.lint.texts.holding import holds
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung
from drillbook.model.rule import Rule


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    rules: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules_of(library):
        rules[rule.name].append(rule)
    for card in library.cards:
        for claim in card.claims:
            held = [(rule, holds(rule, claim)) for rule in rules.get(claim.alert, ())]
            # One alert may have several rules: it is enough that one of them is as it is said.
            if held and all(each.is_certain and not each.is_so for _, each in held):
                rule, first = held[0]
                yield Flaw(
                    place=claim.place,
                    message=f'{claim.alert}: here "{claim.text}", and the rule {first.instead}',
                    help=f"correct it here or in {rule.place.path}, line {rule.place.line}",
                )


LINT = LibraryLint(
    name="runbook-differs-from-rule",
    summary="a document with another threshold, duration or rate than the alert's rule",
    rung=Rung.LINKED,
    check=_check,
)
