"""An escalation in which nobody is named who could be asked."""

import re
from collections.abc import Iterator

from drillbook.lint.texts.said import ESCALATION, heading_place, without_comments
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw
from drillbook.model.runbook import Runbook

# Whoever is named in a way that we do not know is named: only what surely holds nobody is flagged.
_WORDS_MAX = 60
_SOMEBODY = re.compile(
    r"[@#|]|https?:|\]\(|\d{3}|\b(?:teams?|on-?call|sre|leads?|managers?|engineers?|dbas?|support|"
    r"owners?|vendors?|pagerduty|opsgenie|slack|teams|admin\w*|specialists?|experts?|commanders?|"
    r"director|c[te]o|developers?|maintainers?|operators?|operations|group|department|squad|"
    r"provider|desk|helpdesk|tickets?|cases?|infra\w*|platform|security|network|storage|database|"
    r"ask|call|page|contact|notify|inform|phone|ping|wake|tell|reach|e-?mail|open an?|file an?)\b",
    re.IGNORECASE,
)
# A name has a capital where no sentence begins.
_NAME = re.compile(r"[a-z,;:(\-*] *\**[A-Z]\w")
_EMPTY_KEY = re.compile(r"\s*escalation:\s*(?:\[\s*\]|~|null|\"\"|'')?\s*(?:#.*)?")
_CURE = "name a team, a person or a channel, and after how long to ask them"


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    yield from _of_keys(document)
    for runbook in document.runbooks:
        if not runbook.escalation:
            yield from _of_sections(document, runbook)


def _of_keys(document: Document) -> Iterator[Flaw]:
    """A key whose list does not follow on the lines below it."""
    for number in range(2, document.front_lines):
        line = document.lines[number - 1]
        follows = document.lines[number].lstrip()
        if (
            "escalation" in line
            and _EMPTY_KEY.fullmatch(line)
            and not re.match(r"-(?!--)", follows)
        ):
            place = document.place_of("", number)
            yield Flaw(place=place, message="this escalation names nobody", help=_CURE)


def _of_sections(document: Document, runbook: Runbook) -> Iterator[Flaw]:
    for section in runbook.sections:
        if section.role == ESCALATION and _is_nobody(without_comments(section.text)):
            place = heading_place(document, section.place)
            yield Flaw(place=place, message=f'"{section.title}" names nobody to ask', help=_CURE)


def _is_nobody(text: str) -> bool:
    if len(text.split()) > _WORDS_MAX:
        return False
    return not _SOMEBODY.search(text) and not _NAME.search(text)


LINT = DocumentLint(
    name="escalation-to-nobody",
    summary="an escalation that names no person, team or channel",
    check=_check,
)
