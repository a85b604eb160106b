"""An alert's annotations → sentences for people, with the names of labels where values come."""

import re
from collections.abc import Iterator, Mapping

from drillbook.convert.text import code, inline
from drillbook.model.rule import Rule

SAYING = ("summary", "description", "message")
_TEMPLATE = re.compile(r"\{\{(.{0,400}?)\}\}", re.DOTALL)
_LABEL = re.compile(r"\s*-?\s*\$labels\.([A-Za-z_]\w{0,99})\b")
_VALUE = re.compile(r"\s*-?\s*(?:\$value\b|[\w.]+ \$value\b)")
LABELS_MAX = 8
# A description may be a paragraph, and not a page.
SENTENCE_CHARS_MAX = 1_000


def sentences_of(rule: Rule) -> tuple[str, ...]:
    """Markdown, one for each annotation that says something."""
    said = (rule.annotations.get(key, "") for key in SAYING)
    return tuple(dict.fromkeys(_filled(text) for text in said if text.strip()))


def _filled(text: str) -> str:
    pieces = []
    end = 0
    for found in _TEMPLATE.finditer(text):
        pieces += [inline_piece(text[end : found.start()]), _named(found[1])]
        end = found.end()
    return "".join([*pieces, inline_piece(text[end:])]).strip()


def inline_piece(text: str) -> str:
    """As `inline`, but with the spaces at its ends, which part it from its neighbours."""
    said = inline(text, SENTENCE_CHARS_MAX)
    before = " " if text[:1].isspace() and said else ""
    after = " " if text[-1:].isspace() else ""
    return f"{before}{said}{after}"


def _named(template: str) -> str:
    label = _LABEL.match(template)
    if label:
        return code(label[1])
    return "the value" if _VALUE.match(template) else "…"


def labels_of(rule: Rule) -> tuple[str, ...]:
    """The labels that its annotations name; those that the rule sets itself are no news."""
    return tuple(dict.fromkeys(_labels(rule.annotations, rule.labels)))[:LABELS_MAX]


def _labels(annotations: Mapping[str, str], own: Mapping[str, str]) -> Iterator[str]:
    for text in annotations.values():
        for found in _TEMPLATE.finditer(text):
            label = _LABEL.match(found[1])
            if label and label[1] not in own:
                yield label[1]
