"""An alert that wakes somebody and leads to no runbook."""

import re
from collections.abc import Iterator

from drillbook.lint.linking import by_alert, rank_of, rules_of, severity_of
from drillbook.lint.metrics.promql import parse, selectors
from drillbook.lint.texts.annotations import runbook_named_by, sentences_of
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung
from drillbook.model.rule import Rule

_DOCUMENT = re.compile(r"[\w./-]{1,200}\.md\b")


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    listed = by_alert(library)
    for rule in rules_of(library):
        if rank_of(severity_of(rule)) != 0 or rule.name in listed or runbook_named_by(rule):
            continue
        if parse(rule.expr) is not None and not selectors(rule.expr):
            # It fires for ever, to show that alerts arrive.
            continue
        yield Flaw(
            place=rule.place,
            message=f"{rule.name} is {severity_of(rule)} and leads to no runbook",
            help=_cure(rule),
        )


def _cure(rule: Rule) -> str:
    for sentence in sentences_of(rule):
        named = _DOCUMENT.search(sentence.text)
        if named is not None:
            return f'put "{named[0]}", which its {sentence.key} names, into runbook_url'
    return f'add a runbook_url, or "alerts: [{rule.name}]" to the front matter of its runbook'


LINT = LibraryLint(
    name="critical-alert-without-runbook",
    summary="an alert that wakes somebody and leads to no runbook",
    rung=Rung.LINKED,
    check=_check,
)
