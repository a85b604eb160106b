"""The lines of one runbook + a Question → how well they fit it, and the line to show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from drillbook.search.question import Question
from drillbook.search.rows import (
    ALERT,
    CODE,
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
# What a runbook says first tells what it is about: it is compared with a question that says much,
# such as a line of a log. In a short one every word stands in many first paragraphs.
FIRST_SAID = 1.0
SAYS_MUCH = 8
# A question that names a folder's subject means the runbooks in it.
SUBJECT = 0.7
# Which line is shown where several have the same words.
_SHOWN = {
    SYMPTOMS: 1.2, LOG: 1.2, PROSE: 1.0, HEADING: 1.0, CODE: 0.8, ALERT: 0.9, TITLE: 0.7, RULE: 0.6,
}  # fmt: skip
_NAMES = frozenset((TITLE, RULE, ALERT))


@dataclass(slots=True)
class Passage:
    """The terms of the question that stand in the runbook, and how well it fits.

    `subject` is how much of its folder's name the question has. `groups` are its paragraphs that
    have any of the terms: what they are worth, their kind, their first row and how many rows.
    """

    terms: set[str] = field(default_factory=set)
    score: float = 0.0
    subject: float = 0.0
    groups: list[tuple[float, str, int, int]] = field(default_factory=list)


class Asked:
    """What of a question every runbook's lines are compared with, worked out once."""

    def __init__(self, question: Question, worth: Mapping[str, float]) -> None:
        self.worth = worth
        self.first_said = FIRST_SAID if len(worth) >= SAYS_MUCH else 0.0
        self.near: dict[str, dict[str, float]] = {}
        for one, other in zip(question.order, question.order[1:], strict=False):
            if one in worth and other in worth and one != other:
                value = min(worth[one], worth[other])
                self.near.setdefault(one, {})[other] = value
                self.near.setdefault(other, {})[one] = value


def passage_of(groups: str, asked: Asked) -> Passage:
    """Of what `grouped` says of a runbook. Raises ValueError where the text is none of it."""
    worth = asked.worth
    passage = Passage()
    paragraph, first_said = 0.0, None
    pairs: dict[tuple[str, str], float] = {}
    for line in groups.split("\n"):
        kind, first, count, text = line.split("\t")
        said = text.split(" ")
        there = worth.keys() & said
        mass = sum([worth[term] for term in there]) if there else 0.0
        if kind == SYMPTOMS and first_said is None:
            first_said = mass / len(said) ** LONG
        if not there:
            continue
        if kind == PATH:
            passage.subject = len(there) / len(said)
            continue
        passage.terms |= there
        passage.groups.append((mass * _SHOWN[kind], kind, int(first), int(count)))
        if kind not in _NAMES:
            paragraph = max(paragraph, mass / len(said) ** LONG)
            if len(there) > 1:
                _note_pairs(pairs, said, asked)
    passage.score = PARAGRAPH * paragraph + PAIR * sum(pairs.values())
    passage.score += asked.first_said * (first_said or 0.0)
    return passage


def _note_pairs(pairs: dict[tuple[str, str], float], said: Sequence[str], asked: Asked) -> None:
    """Neighbours in the question that stand near each other here too, each once."""
    near = asked.near
    for at, term in enumerate(said):
        others = near.get(term)
        if others is None:
            continue
        for gap, other in enumerate(said[at + 1 : at + 1 + NEAR], start=1):
            value = others.get(other)
            if value is not None:
                key = (term, other) if term < other else (other, term)
                pairs[key] = max(pairs.get(key, 0.0), value / gap)


def shown_row(rows: str, passage: Passage, asked: Asked) -> Row:
    """The line that has most of the question, of the rows as `written`; the first where none has.

    Raises ValueError or IndexError where the text is none of rows.
    """
    lines = rows.split("\n")
    best, best_line = 0.0, lines[0]
    for value, kind, first, count in sorted(passage.groups, key=_by_value):
        # No line of a paragraph has more than all of it.
        if value <= best:
            break
        for line in lines[first : first + count]:
            found = value if count == 1 else _shown_value(line, kind, asked.worth)
            if found > best:
                best, best_line = found, line
    return read_row(best_line)


def _by_value(group: tuple[float, str, int, int]) -> tuple[float, int]:
    """The best first, and of equals the one that stands first."""
    return -group[0], group[2]


def _shown_value(line: str, kind: str, worth: Mapping[str, float]) -> float:
    terms = set(line.split("\t", 4)[3].split(" "))
    return sum(worth[term] for term in worth.keys() & terms) * _SHOWN[kind]
