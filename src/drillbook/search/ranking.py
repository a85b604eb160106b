"""A Question + the index → the runbooks that fit, best first, each with the line that says so."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest

from drillbook.model.search import Hit
from drillbook.search.cache import COUNT, said
from drillbook.search.lines import SUBJECT, Asked, Passage, passage_of
from drillbook.search.postings import Postings, postings_of, terms_that_begin
from drillbook.search.question import Question
from drillbook.search.weights import rarity

# Of a long stack trace the rarest terms decide; the others cost time and say little.
TERMS_MAX = 48
# So many are looked at line by line.
LOOKED_AT_MIN = 12
BEGINNING_CHARS_MIN = 4
BEGINNINGS_MAX = 4
BEGINNING = 0.6
# What has less than this part of the best score is not shown.
SHOWN_PART = 0.1
WORDS_MAX = 8


@dataclass(frozen=True, slots=True)
class _Candidate:
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
    worth, postings = _terms(question, connection)
    best = _best(_scores(worth, postings, _size(connection)), max(limit, LOOKED_AT_MIN))
    found = list(_looked_at(best, question, worth, connection))
    found.sort(key=lambda each: (-each.score, each.path, each.anchor))
    least = found[0].score * SHOWN_PART if found else 0.0
    return [_hit(each, question, worth) for each in found[:limit] if each.score >= least]


def _terms(
    question: Question, connection: sqlite3.Connection
) -> tuple[dict[str, float], dict[str, Postings]]:
    """What each term of the question is worth, and where it stands."""
    count = count_of(connection)
    worth: dict[str, float] = {}
    postings: dict[str, Postings] = {}
    for term, weight in question.weights.items():
        for known, there, factor in _known(term, weight, connection):
            postings[known] = there
            value = factor * rarity(len(there.ids), count)
            worth[known] = max(worth.get(known, 0.0), value)
    kept = nlargest(TERMS_MAX, worth.items(), key=_by_score)
    return dict(kept), postings


def _known(
    term: str, weight: float, connection: sqlite3.Connection
) -> Iterator[tuple[str, Postings, float]]:
    """The term itself; where nothing has it, those that begin as it does."""
    there = postings_of(connection, term)
    if there.ids:
        yield term, there, weight
    elif len(term) >= BEGINNING_CHARS_MIN:
        for near in terms_that_begin(connection, term, BEGINNINGS_MAX):
            yield near, postings_of(connection, near), weight * BEGINNING


def _scores(worth: dict[str, float], postings: dict[str, Postings], size: int) -> list[float]:
    """By the number of the runbook."""
    scores = [0.0] * size
    for term, value in worth.items():
        there = postings[term]
        for number, weight in zip(there.ids, there.weights, strict=True):
            scores[number] += value * weight
    return scores


def _size(connection: sqlite3.Connection) -> int:
    """More than the highest number of a runbook."""
    (highest,) = connection.execute("SELECT max(id) FROM entry").fetchone()
    return 0 if highest is None else int(highest) + 1


def _best(scores: Sequence[float], count: int) -> list[tuple[int, float]]:
    numbers = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)[:count]
    return [(number, scores[number]) for number in numbers if scores[number] > 0]


def _looked_at(
    best: Sequence[tuple[int, float]],
    question: Question,
    worth: dict[str, float],
    connection: sqlite3.Connection,
) -> Iterable[_Candidate]:
    asked = Asked(question, worth)
    for number, score in best:
        row = connection.execute(
            "SELECT path, anchor, title, rows FROM entry WHERE id = ?", (number,)
        ).fetchone()
        if row is None:
            raise ValueError("a posting names no entry")
        path, anchor, title, rows = row
        passage = passage_of(rows, asked)
        total = score * (1 + SUBJECT * passage.subject) + passage.score
        yield _Candidate(path, anchor, title, total, passage)


def _by_score(item: tuple[object, float]) -> float:
    return item[1]


def _hit(found: _Candidate, question: Question, worth: dict[str, float]) -> Hit:
    rarest = sorted(found.passage.terms, key=lambda term: -worth.get(term, 0.0))
    words = (question.words.get(term, term) for term in rarest)
    return Hit(
        path=found.path,
        anchor=found.anchor,
        title=found.title,
        section=found.passage.row.section,
        line=found.passage.row.line,
        snippet=found.passage.row.text,
        words=tuple(dict.fromkeys(words))[:WORDS_MAX],
        score=round(found.score, 3),
        alert=found.passage.alert,
    )
