"""A runbook's URL in which a placeholder was never replaced."""

import re
from collections.abc import Iterator

from drillbook.lint.annotations import RUNBOOK_KEYS
from drillbook.model.lint import Circumstances, Flaw, RuleLint, Rung
from drillbook.model.rule import Rule

_PLACEHOLDER = re.compile(
    r"\b(?:your|my)[-_]?(?:org|organi[sz]ation|company|domain|repo|team|wiki|user|username|host)\b"
    r"|\bYOUR_[A-Z_]{1,40}|<[a-z][a-z _-]{0,40}>|\bTODO\b|\bTBD\b|\bCHANGE-?_?ME\b"
    r"|(?<=://)(?:[a-z0-9-]{1,63}\.){0,5}example\.(?:com|org|net)\b|(?<=://)localhost\b"
    r"|(?<=://)127\.0\.0\.1\b",
    re.IGNORECASE,
)


def _check(rule: Rule, _: Circumstances) -> Iterator[Flaw]:
    for key in RUNBOOK_KEYS:
        said = _PLACEHOLDER.search(rule.annotations.get(key, "")[:2_000])
        if said is not None:
            yield Flaw(
                place=rule.annotation_places.get(key, rule.place),
                message=f'the {key} leads nowhere: "{said[0]}" was never replaced',
                help="write the address under which your team reads the runbook",
            )


LINT = RuleLint(
    name="runbook-url-placeholder",
    summary="a runbook's URL in which a placeholder was never replaced",
    rung=Rung.LINKED,
    check=_check,
)
