"""A Question + the index → the runbooks that fit, best first, each with the line that says so."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice

from drillbook.model.search import Hit
from drillbook.search.cache import COUNT, said
from drillbook.search.lines import SUBJECT, Asked, Passage, passage_of, shown_row
from drillbook.search.postings import Postings, postings_of, terms_that_begin
from drillbook.search.question import Question
from drillbook.search.rows import RULE
from drillbook.search.weights import rarity

# Of a long stack trace the rarest terms decide; the others cost time and say little.
TERMS_MAX = 48
# So many are looked at line by line.
LOOKED_AT_MIN = 12
BEGINNING_CHARS_MIN = 4
BEGINNINGS_MAX = 4
BEGINNING = 0.6
# Words of one family: they begin alike, and differ in so many letters at the end.
FAMILY_CHARS_MIN = 5
FAMILY_ENDING_CHARS = 2
FAMILY_LENGTHS_APART = 3
FAMILY_LOOKED_AT = 30
FAMILY_MAX = 4
FAMILY = 0.3
# What nearly all runbooks have costs the most time and tells none from another: a term that is
# worth less than this part of the best is left out.
TELLING_PART = 0.02
# What has less than this part of the best score is not shown.
SHOWN_PART = 0.1
WORDS_MAX = 8


@dataclass(frozen=True, slots=True)
class _Candidate:
    number: int
    path: str
    anchor: str
    title: str
    score: float
    passage: Passage


def count_of(connection: sqlite3.Connection) -> int:
    """How many runbooks there are."""
    return int(said(connection, COUNT) or 0)


def ranked(question: Question, connection: sqlite3.Connection, limit: int) -> list[Hit]:
    """At most so many, none where no term of the question stands in any of them.

    Raises what a broken index raises: sqlite3.Error, ValueError or IndexError.
    """
    terms = _Terms(question, connection)
    asked = Asked(question, terms.worth)
    best = _best(_scores(terms, _size(connection)), max(limit, LOOKED_AT_MIN))
    found = list(_looked_at(best, asked, connection))
    found.sort(key=lambda each: (-each.score, each.path, each.anchor))
    least = found[0].score * SHOWN_PART if found else 0.0
    shown = [each for each in found[:limit] if each.score >= least]
    return [_hit(each, asked, terms, connection) for each in shown]


class _Terms:
    """What each term of the question is worth, where it stands, and the word it was asked by."""

    def __init__(self, question: Question, connection: sqlite3.Connection) -> None:
        count = count_of(connection)
        worth: dict[str, float] = {}
        self.postings: dict[str, Postings] = {}
        self.words = dict(question.words)
        for term, weight in question.weights.items():
            for known, there, factor in _known(term, weight, connection):
                self.postings[known] = there
                self.words.setdefault(known, self.words.get(term, term))
                value = factor * rarity(len(there.ids), count)
                worth[known] = max(worth.get(known, 0.0), value)
        least = max(worth.values(), default=0.0) * TELLING_PART
        telling = [item for item in worth.items() if item[1] >= least]
        self.worth = dict(nlargest(TERMS_MAX, telling, key=_by_score))


def _known(
    term: str, weight: float, connection: sqlite3.Connection
) -> Iterator[tuple[str, Postings, float]]:
    """The term itself and its family; where nothing has it, those that begin as it does."""
    there = postings_of(connection, term)
    if there.ids:
        yield term, there, weight
    elif len(term) >= BEGINNING_CHARS_MIN:
        for near in terms_that_begin(connection, term, BEGINNINGS_MAX):
            yield near, postings_of(connection, near), weight * BEGINNING
    for near in islice(_family(term, connection), FAMILY_MAX):
        yield near, postings_of(connection, near), weight * FAMILY


def _family(term: str, connection: sqlite3.Connection) -> Iterator[str]:
    """Stems of words that our rules for endings keep apart: of `reconcil` also `reconciliat`."""
    if len(term) < FAMILY_CHARS_MIN:
        return
    beginning = term[: max(FAMILY_CHARS_MIN, len(term) - FAMILY_ENDING_CHARS)]
    for near in terms_that_begin(connection, beginning, FAMILY_LOOKED_AT):
        if near != term and abs(len(near) - len(term)) <= FAMILY_LENGTHS_APART:
            yield near


def _scores(terms: _Terms, size: int) -> list[float]:
    """By the number of the runbook."""
    scores = [0.0] * size
    for term, value in terms.worth.items():
        there = terms.postings[term]
        for number, weight in zip(there.ids, there.weights, strict=True):
            scores[number] += value * weight
    return scores


def _size(connection: sqlite3.Connection) -> int:
    """More than the highest number of a runbook."""
    (highest,) = connection.execute("SELECT max(id) FROM entry").fetchone()
    return 0 if highest is None else int(highest) + 1


def _best(scores: Sequence[float], count: int) -> list[tuple[int, float]]:
    numbers = nlargest(count, range(len(scores)), key=scores.__getitem__)
    return [(number, scores[number]) for number in numbers if scores[number] > 0]


def _looked_at(
    best: Sequence[tuple[int, float]], asked: Asked, connection: sqlite3.Connection
) -> Iterable[_Candidate]:
    for number, score in best:
        row = connection.execute(
            "SELECT path, anchor, title, groups FROM entry WHERE id = ?", (number,)
        ).fetchone()
        if row is None:
            raise ValueError("a posting names no entry")
        path, anchor, title, groups = row
        passage = passage_of(groups, asked)
        total = score * (1 + SUBJECT * passage.subject) + passage.score
        yield _Candidate(number, os.fsdecode(path), anchor, title, total, passage)


def _by_score(item: tuple[object, float]) -> float:
    return item[1]


def _hit(found: _Candidate, asked: Asked, terms: _Terms, connection: sqlite3.Connection) -> Hit:
    statement = "SELECT rows FROM entry WHERE id = ?"
    (rows,) = connection.execute(statement, (found.number,)).fetchone()
    row = shown_row(rows, found.passage, asked)
    rarest = sorted(found.passage.terms, key=lambda term: (-terms.worth.get(term, 0.0), term))
    words = (terms.words.get(term, term) for term in rarest)
    return Hit(
        path=found.path,
        anchor=found.anchor,
        title=found.title,
        section=row.section,
        line=row.line,
        snippet=row.text,
        words=tuple(dict.fromkeys(words))[:WORDS_MAX],
        score=round(found.score, 3),
        alert=row.text.split(" ", 1)[0] if row.kind == RULE else "",
    )
