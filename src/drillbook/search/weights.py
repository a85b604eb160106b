"""Entries → how strongly each term speaks for its runbook: BM25F with fixed lengths.

The lengths that fields are compared with are fixed, not averages, so that a runbook that comes or
goes changes the weights of no other. They were tuned on one half of the labelled alerts
(bench/finding.py); the other half only ever measured.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import log

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
    Entry,
)

SATURATION = 8.0
# So many terms are usual in a runbook; longer ones are damped so much.
LENGTH = 300
SHORT = 50
DAMPING = 0.8
BODY = frozenset((HEADING, SYMPTOMS, PROSE, LOG, CODE))
# Markdown that is no runbook: a README may know it too, but seldom better.
OTHER = 0.7


@dataclass(frozen=True, slots=True)
class Field:
    """How much a term counts in it; `length` terms are usual, longer ones are damped so much."""

    weight: float
    length: float
    damping: float


FIELDS: Mapping[str, Field] = {
    TITLE: Field(3.0, 4, 0.0),
    ALERT: Field(3.0, 4, 0.0),
    RULE: Field(2.0, 40, 0.5),
    PATH: Field(2.0, 2, 0.0),
    HEADING: Field(0.85, 12, 0.6),
    FIRST: Field(0.3, 20, 0.0),
    SYMPTOMS: Field(1.5, 40, 0.0),
    PROSE: Field(1.0, 120, 0.3),
    LOG: Field(1.0, 40, 0.0),
    CODE: Field(1.0, 60, 0.7),
}


def weights_of(entry: Entry) -> dict[str, float]:
    """Between 0 and 1 by term."""
    counts: dict[str, Counter[str]] = {}
    for row in entry.rows:
        counts.setdefault(row.kind, Counter()).update(row.terms)
    total: dict[str, float] = {}
    for kind, said in counts.items():
        field = FIELDS[kind]
        length = 1 - field.damping + field.damping * said.total() / field.length
        for term, count in said.items():
            total[term] = total.get(term, 0.0) + field.weight * count / length
    return _saturated(total, _damped(counts), 1.0 if entry.is_runbook else OTHER)


def _damped(counts: Mapping[str, Counter[str]]) -> float:
    """How much more is needed of a long runbook."""
    length = sum(said.total() for kind, said in counts.items() if kind in BODY)
    return 1 - DAMPING + DAMPING * max(length, SHORT) / LENGTH


def _saturated(total: Mapping[str, float], damped: float, factor: float) -> dict[str, float]:
    return {
        term: factor * weight / (SATURATION * damped + weight)
        for term, weight in total.items()
        if term
    }


def rarity(having: int, of: int) -> float:
    """The inverse document frequency of a term that so many runbooks have; above 0."""
    return log(1 + (of - having + 0.5) / (having + 0.5))
