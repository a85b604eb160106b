"""A connection to a store and what is asked → entries, names and blobs; the same on every store."""

import json
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    func,
    literal_column,
    select,
    true,
)

from drillbook.journal.blobs import Packed, unpack
from drillbook.journal.ledger import Anchor
from drillbook.journal.tables import blobs, entries, ledger, open_streams
from drillbook.model.journal import Entry, JournalError

# No name has it: it is no printable character.
LAST_CHARACTER = "\U0010ffff"
# As text: a partial index is not used for a number that comes as a parameter.
IS_FIRST = entries.c.seq == literal_column("1")


def entries_of(reader: Connection, place: str, stream: str, after: int) -> tuple[Entry, ...]:
    """The stream's entries above `after`, in order; `place` names the store in errors."""
    query = (
        select(entries)
        .where(entries.c.stream == stream, entries.c.seq > after)
        .order_by(entries.c.seq)
    )
    return tuple(_kept(row, place) for row in reader.execute(query))


def head_of(reader: Connection, place: str, stream: str) -> Entry | None:
    """The stream's last entry, None where it has none."""
    query = (
        select(entries).where(entries.c.stream == stream).order_by(entries.c.seq.desc()).limit(1)
    )
    row = reader.execute(query).one_or_none()
    return None if row is None else _kept(row, place)


def unended_of(reader: Connection, prefix: str, end: str) -> tuple[str, ...]:
    """The streams below `prefix` without an entry of kind `end`, oldest first.

    Where `end` is the kind that ends a stream of this prefix (`run/` and `run-ended`), the time
    grows with those that are open; else with all that are there.
    """
    room, slash, _ = prefix.partition("/")
    if slash and end == f"{room}-ended":
        query = (
            select(open_streams.c.stream)
            .where(_begins(open_streams.c.stream, prefix))
            .order_by(open_streams.c.position)
        )
    else:
        query = _first(prefix).where(~_ended(end))
    return tuple(reader.execute(query).scalars())


def streams_of(reader: Connection, prefix: str) -> tuple[str, ...]:
    """The names of all streams that begin with `prefix`, oldest first."""
    return tuple(reader.execute(_first(prefix)).scalars())


def last_streams_of(reader: Connection, prefix: str, count: int, before: str) -> tuple[str, ...]:
    """Those `count` streams below `prefix` whose names come last before `before`, in order."""
    names = reader.execute(last_streams_query(prefix, count, before)).scalars().all()
    return tuple(reversed(names))


def last_streams_query(prefix: str, count: int, before: str) -> Select[Any]:
    """What is asked for them, from the last to the first."""
    name = entries.c.stream
    query = select(name).where(IS_FIRST, _begins(name, prefix))
    if before:
        query = query.where(name < before)
    return query.order_by(name.desc()).limit(max(count, 0))


def blob_of(reader: Connection, place: str, digest: str) -> bytes | None:
    """The bytes, None where there are none. Raises JournalError where they were altered."""
    query = select(blobs.c.data, blobs.c.is_zlib).where(blobs.c.hash == digest)
    row = reader.execute(query).one_or_none()
    if row is None:
        return None
    data = unpack(Packed(hash=digest, data=bytes(row.data), is_zlib=bool(row.is_zlib)))
    if data is None:
        raise JournalError(
            f"{place}: the blob {digest} was altered; run `drillbook journal verify`"
        )
    return data


def anchors_of(reader: Connection, after: int) -> list[Anchor]:
    """The ledger's lines whose position is above `after`."""
    query = select(ledger).where(ledger.c.position > after).order_by(ledger.c.position)
    return [Anchor(**row) for row in reader.execute(query).mappings()]


def _first(prefix: str) -> Select[Any]:
    return (
        select(entries.c.stream)
        .where(IS_FIRST, _begins(entries.c.stream, prefix))
        .order_by(entries.c.position)
    )


def _begins(column: Any, prefix: str) -> ColumnElement[bool]:
    """Within the range of the prefix, which an index can find; names are compared by bytes."""
    if not prefix:
        return true()
    return and_(
        column >= prefix,
        column < prefix + LAST_CHARACTER,
        func.substr(column, 1, len(prefix)) == prefix,
    )


def _ended(end: str) -> ColumnElement[bool]:
    last = entries.alias()
    return select(last.c.seq).where(last.c.stream == entries.c.stream, last.c.kind == end).exists()


def _kept(row: Row[Any], place: str) -> Entry:
    try:
        body = json.loads(row.body)
    except ValueError as error:
        raise JournalError(
            f"{place}: entry {row.seq} of {row.stream} was altered; run `drillbook journal verify`"
        ) from error
    return Entry(
        stream=row.stream,
        seq=row.seq,
        kind=row.kind,
        at_ns=row.at_ns,
        body=body,
        previous=row.previous,
        hash=row.hash,
    )
