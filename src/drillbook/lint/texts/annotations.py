"""A Rule → the sentences that its annotations say to people, each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from drillbook.model.place import Place
from drillbook.model.rule import Rule

RUNBOOK_URL = "runbook_url"
# Where teams name a runbook, in the order in which one is believed.
RUNBOOK_KEYS = (RUNBOOK_URL, "runbook", "runbook_link", "runbookURL", "runbookUrl", "playbook")
# What a person reads of an alert.
SAID_KEYS = ("summary", "description", "message", "title", "info", "details", "text")
TEXT_CHARS_MAX = 5_000
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an annotation; `place` is where the annotation begins."""

    text: str
    key: str
    place: Place


def sentences_of(rule: Rule) -> Iterator[Sentence]:
    """Of all that is read by people, links left out; a comment is one."""
    for comment in rule.comments:
        yield Sentence(comment.text, "comment", comment.place)
    for key, text in rule.annotations.items():
        if key.lower() not in SAID_KEYS or len(text) > TEXT_CHARS_MAX:
            continue
        place = rule.annotation_places.get(key, rule.place)
        start = 0
        for match in _SENTENCE_END.finditer(text):
            yield Sentence(text[start : match.start()], key, place)
            start = match.end()
        yield Sentence(text[start:], key, place)


def runbook_named_by(rule: Rule) -> tuple[str, str] | None:
    """The annotation that names a runbook and what it says; None where there is none."""
    for key in RUNBOOK_KEYS:
        if rule.annotations.get(key, "").strip():
            return key, rule.annotations[key].strip()
    return None
