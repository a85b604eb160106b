"""PromQL that cannot be read for certain, or that our parser is not sure of."""

import re
from collections.abc import Iterator

from drillbook.lint.metrics.promql import parse
from drillbook.lint.shell.acts import acts_of, is_meant_to_run
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

EXPRESSION_CHARS_MAX = 5_000
_LANGUAGES = ("promql", "prometheus")
_UNSURE = re.compile(r"\$|<[A-Za-z_]|\{\{|\.\.\.|…|\[[A-Za-z]+\]|=~?\s*[A-Za-z]")
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|#[^\n]*")
_CLOSES = {")": "(", "]": "[", "}": "{"}


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for act in acts_of(document):
        text = act.fence.content
        if act.fence.language not in _LANGUAGES or len(text) > EXPRESSION_CHARS_MAX:
            continue
        if _is_read(text):
            continue
        if (at := _unbalanced(text)) is not None:
            yield Flaw(
                place=act.place_at(document, at, at + 1),
                message=f'the bracket "{text[at]}" has no partner, so Prometheus refuses the query',
                help="close every bracket that is opened",
            )
        elif act.step is not None and is_meant_to_run(document) and not _UNSURE.search(text):
            yield Flaw(
                place=act.place_at(document, 0, len(text)),
                message="this query was not understood here, so nothing of it was checked",
                help="let promtool check it, or run it once against a Prometheus",
                severity=Severity.NOTE,
            )


def _is_read(text: str) -> bool:
    """A fence may hold several queries, one below the other."""
    if not text.strip() or _parses(text):
        return True
    paragraphs = re.split(r"\n\s*\n", text)
    if len(paragraphs) > 1 and all(_is_read_in_lines(one) for one in paragraphs):
        return True
    return _is_read_in_lines(text)


def _is_read_in_lines(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip() and not line.strip().startswith("#")]
    return _parses(text) or all(_parses(line) for line in lines)


def _parses(text: str) -> bool:
    bare = "\n".join(line for line in text.split("\n") if not line.strip().startswith("#"))
    return not bare.strip() or parse(bare) is not None


def _unbalanced(text: str) -> int | None:
    """Where the first bracket without a partner stands; None where all have one."""
    opened: list[tuple[str, int]] = []
    for at, sign in enumerate(_STRING.sub(lambda found: " " * len(found[0]), text)):
        if sign in "([{":
            opened.append((sign, at))
        elif sign in _CLOSES and (not opened or opened.pop()[0] != _CLOSES[sign]):
            return at
    return opened[-1][1] if opened else None


LINT = DocumentLint(
    name="promql-does-not-parse",
    summary="PromQL that Prometheus refuses, or that could not be checked",
    severity=Severity.ERROR,
    check=_check,
)
