"""The lines of one runbook + a Question → how well they fit it together, and the one to show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from drillbook.search.question import Question
from drillbook.search.rows import (
    ALERT,
    CODE,
    FIRST,
    HEADING,
    LOG,
    PATH,
    PROSE,
    RULE,
    SYMPTOMS,
    TITLE,
    Row,
    read_row,
)

# What a paragraph adds that has much of the question, and words that stand together in both.
PARAGRAPH = 0.2
PAIR = 0.25
NEAR = 3
LONG = 0.35
# A question that names a folder's subject means the runbooks in it.
SUBJECT = 0.7
# Which line is shown where several have the same words.
_SHOWN = {
    SYMPTOMS: 1.2, LOG: 1.2, PROSE: 1.0, HEADING: 1.0, CODE: 0.8, ALERT: 0.9, TITLE: 0.7, RULE: 0.6,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Passage:
    """The line to show, the terms of the question that stand in the runbook, and the score."""

    row: Row
    terms: tuple[str, ...]
    score: float
    subject: float
    alert: str = ""


class Asked:
    """What of a question every runbook's lines are compared with, worked out once."""

    def __init__(self, question: Question, worth: Mapping[str, float]) -> None:
        self.worth = worth
        self.near: dict[str, dict[str, float]] = {}
        for one, other in zip(question.order, question.order[1:], strict=False):
            if one in worth and other in worth and one != other:
                value = min(worth[one], worth[other])
                self.near.setdefault(one, {})[other] = value
                self.near.setdefault(other, {})[one] = value


def passage_of(rows: str, asked: Asked) -> Passage:
    """Raises ValueError where the text is none of rows."""
    worth = asked.worth
    found: set[str] = set()
    best, best_line, subject, paragraph = -1.0, "", 0.0, 0.0
    pairs: dict[tuple[str, str], float] = {}
    for kind, lines, said in _blocks(rows):
        there = worth.keys() & said
        if kind == PATH:
            subject = len(there) / len(said) if said else 0.0
            continue
        if not there and best_line:
            continue
        found |= there
        mass = sum(worth[term] for term in there)
        if kind not in (TITLE, RULE, ALERT):
            paragraph = max(paragraph, mass / len(said) ** LONG)
            if len(there) > 1:
                _note_pairs(pairs, said, asked)
        for line in lines:
            value = _shown_value(line, kind, worth) if len(lines) > 1 else mass * _SHOWN[kind]
            if value > best:
                best, best_line = value, line
    row = read_row(best_line)
    score = PARAGRAPH * paragraph + PAIR * sum(pairs.values())
    alert = row.text.split(" ", 1)[0] if row.kind == RULE else ""
    return Passage(row=row, terms=tuple(found), score=score, subject=subject, alert=alert)


def _blocks(rows: str) -> Iterator[tuple[str, Sequence[str], list[str]]]:
    """Each paragraph's kind, lines and terms; a line that only repeats another is passed over."""
    lines: list[str] = []
    said: list[str] = []
    now = ("", "")
    for line in rows.split("\n"):
        _, kind, block, terms, _ = line.split("\t", 4)
        if kind == FIRST:
            continue
        if (kind, block) != now or block == "-1":
            if lines:
                yield now[0], lines, said
            now, lines, said = (kind, block), [], []
        lines.append(line)
        said += terms.split(" ")
    if lines:
        yield now[0], lines, said


def _note_pairs(pairs: dict[tuple[str, str], float], said: Sequence[str], asked: Asked) -> None:
    """Neighbours in the question that stand near each other here too, each once."""
    near = asked.near
    for at in [at for at, term in enumerate(said) if term in near]:
        term = said[at]
        others = near[term]
        for gap, other in enumerate(said[at + 1 : at + 1 + NEAR], start=1):
            value = others.get(other)
            if value is not None:
                key = (term, other) if term < other else (other, term)
                pairs[key] = max(pairs.get(key, 0.0), value / gap)


def _shown_value(line: str, kind: str, worth: Mapping[str, float]) -> float:
    terms = set(line.split("\t", 4)[3].split(" "))
    return sum(worth[term] for term in worth.keys() & terms) * _SHOWN[kind]
