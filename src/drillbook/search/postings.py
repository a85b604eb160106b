"""A term → the runbooks that have it, each with its weight; as SQLite keeps them."""

import sqlite3
from array import array
from collections.abc import Mapping

_ID_BYTES = array("I").itemsize
_WEIGHT_BYTES = array("f").itemsize


class Postings:
    """The runbooks of one term, in two columns of equal length."""

    __slots__ = ("ids", "weights")

    def __init__(self) -> None:
        self.ids = array("I")
        self.weights = array("f")

    def add(self, entry: int, weight: float) -> None:
        """The entry must not be there yet."""
        self.ids.append(entry)
        self.weights.append(weight)

    def remove(self, gone: set[int]) -> None:
        """Entries that are not there are borne."""
        kept = [pair for pair in zip(self.ids, self.weights, strict=True) if pair[0] not in gone]
        self.ids = array("I", [entry for entry, _ in kept])
        self.weights = array("f", [weight for _, weight in kept])

    def written(self) -> bytes:
        """What `read_postings` reads again."""
        return self.ids.tobytes() + self.weights.tobytes()


def read_postings(data: bytes) -> Postings:
    """Raises ValueError where the bytes are none of `written`."""
    count, rest = divmod(len(data), _ID_BYTES + _WEIGHT_BYTES)
    if rest:
        raise ValueError("the postings are cut off")
    postings = Postings()
    postings.ids.frombytes(data[: count * _ID_BYTES])
    postings.weights.frombytes(data[count * _ID_BYTES :])
    return postings


def postings_of(connection: sqlite3.Connection, term: str) -> Postings:
    """None of them where no runbook has the term. Raises ValueError."""
    row = connection.execute("SELECT entries FROM posting WHERE term = ?", (term,)).fetchone()
    return read_postings(row[0]) if row else Postings()


def terms_that_begin(connection: sqlite3.Connection, beginning: str, limit: int) -> list[str]:
    """Terms that there are, in their order."""
    after = beginning[:-1] + chr(min(ord(beginning[-1]) + 1, 0x10FFFF))
    rows = connection.execute(
        "SELECT term FROM posting WHERE term >= ? AND term < ? LIMIT ?", (beginning, after, limit)
    )
    return [term for (term,) in rows]


def change(
    connection: sqlite3.Connection,
    gone: Mapping[int, str],
    come: Mapping[int, Mapping[str, float]],
) -> None:
    """Take entries out (each with its terms, a space between) and put others in."""
    removed: dict[str, set[int]] = {}
    for entry, terms in gone.items():
        for term in terms.split():
            removed.setdefault(term, set()).add(entry)
    added: dict[str, list[tuple[int, float]]] = {}
    for entry, weights in come.items():
        for term, weight in weights.items():
            added.setdefault(term, []).append((entry, weight))
    for term in sorted(removed.keys() | added.keys()):
        postings = postings_of(connection, term)
        if term in removed:
            postings.remove(removed[term])
        for entry, weight in added.get(term, ()):
            postings.add(entry, weight)
        _keep(connection, term, postings)


def _keep(connection: sqlite3.Connection, term: str, postings: Postings) -> None:
    if postings.ids:
        values = (term, postings.written())
        connection.execute("INSERT OR REPLACE INTO posting VALUES (?, ?)", values)
    else:
        connection.execute("DELETE FROM posting WHERE term = ?", (term,))
