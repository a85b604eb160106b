"""A runbook's URL in which a placeholder was never replaced."""

import re
from collections.abc import Iterator

from drillbook.lint.linking import rules_of
from drillbook.lint.texts.annotations import RUNBOOK_KEYS
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung

_PLACEHOLDER = re.compile(
    r"\b(?:your|my)[-_]?(?:org|organi[sz]ation|company|domain|repo|team|wiki|user|username|host)\b"
    r"|\bYOUR_[A-Z_]{1,40}|<[a-z][a-z _-]{0,40}>|\bTODO\b|\bTBD\b|\bCHANGE-?_?ME\b"
    r"|(?<=://)(?:[a-z0-9-]{1,63}\.){0,5}example\.(?:com|org|net)\b|(?<=://)localhost\b"
    r"|(?<=://)127\.0\.0\.1\b",
    re.IGNORECASE,
)


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    """What a prefix of `runbook_urls` names is meant as it stands."""
    meant = tuple(library.runbook_urls)
    for rule in rules_of(library):
        for key in RUNBOOK_KEYS:
            url = rule.annotations.get(key, "").strip()[:2_000]
            said = _PLACEHOLDER.search(url)
            if said is not None and not (meant and url.startswith(meant)):
                yield Flaw(
                    place=rule.annotation_places.get(key, rule.place),
                    message=f'the {key} leads nowhere: "{said[0]}" was never replaced',
                    help="write the address under which your team reads the runbook",
                )


LINT = LibraryLint(
    name="runbook-url-placeholder",
    summary="a runbook's URL in which a placeholder was never replaced",
    rung=Rung.LINKED,
    check=_check,
)
