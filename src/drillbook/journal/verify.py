"""The journal's tables and the lines of its ledger file → everything that was altered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Row,
    Select,
    Table,
    cast,
    select,
    text,
)

from drillbook.journal.blobs import Packed, unpack
from drillbook.journal.chain import BEGINNING, Link, link_hash
from drillbook.journal.ledger import Anchor, anchor_hash, parse, render
from drillbook.journal.tables import blobs, entries, ledger
from drillbook.model.journal import Flaw

# So many processes may have died between the ledger's commit and its file, and no more.
LAG_MAX = 16
BATCH = 500
# The kind that ends a stream: its name up to the first slash, and `-ended`.
END_KIND = {
    "sqlite": "substr(entries.stream, 1, instr(entries.stream, '/') - 1) || '-ended'",
    "postgresql": "split_part(entries.stream, '/', 1) || '-ended'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What the ledger says: heads by stream and seq, and what is wrong with the ledger."""

    heads: Mapping[str, Mapping[int, str]]
    flaws: tuple[Flaw, ...]


@dataclass(slots=True)
class Walk:
    """How far one stream's chain holds."""

    stream: str
    seq: int = 0
    head: str = BEGINNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """The lines of the ledger's file on this machine.

    It is whole where only this machine writes the ledger; else it holds this machine's lines.
    """

    lines: Sequence[bytes]
    is_whole: bool


def flaws(reader: Connection, mirror: Mirror, stream: str | None = None) -> Iterator[Flaw]:
    """The damaged file's flaw alone, or those of streams, ledger, open streams and blobs.

    With a `stream`, only its own and the ledger's: whether the rest of the file is sound is
    not looked at.
    """
    if stream is not None:
        told = read_ledger(reader, mirror)
        yield from told.flaws
        heads = {name: each for name, each in told.heads.items() if name == stream}
        yield from _stream_flaws(reader, heads, stream)
        return
    if reader.dialect.name == "sqlite":
        damage = reader.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        if damage != "ok":
            yield Flaw(stream="journal", seq=0, because=f"the database file is damaged: {damage}")
            return
    told = read_ledger(reader, mirror)
    yield from told.flaws
    yield from _stream_flaws(reader, told.heads)
    yield from _open_flaws(reader)
    yield from _blob_flaws(reader)


def read_ledger(reader: Connection, mirror: Mirror) -> Ledger:
    """The heads that table and file name together, as far as each of them is sound."""
    heads: dict[str, dict[int, str]] = {}
    anchors, flaw = _sound_anchors(reader)
    for anchor in anchors:
        heads.setdefault(anchor.stream, {})[anchor.seq] = anchor.head
    found = [flaw] if flaw else []
    for anchor in filter(None, map(parse, mirror.lines)):
        if anchor.position > len(anchors) and _hash_of(anchor) == anchor.hash:
            heads.setdefault(anchor.stream, {}).setdefault(anchor.seq, anchor.head)
    if not flaw:
        file_flaws = _file_flaws if mirror.is_whole else _witness_flaws
        found.extend(file_flaws(anchors, mirror.lines))
    return Ledger(heads=heads, flaws=tuple(found))


def _sound_anchors(reader: Connection) -> tuple[list[Anchor], Flaw | None]:
    """The ledger's lines up to its first flaw."""
    sound: list[Anchor] = []
    previous = BEGINNING
    for row in reader.execute(_rows(reader, ledger).order_by(ledger.c.position)):
        anchor = Anchor(**{name: _text(value) for name, value in row._mapping.items()})  # noqa: SLF001
        position = len(sound) + 1
        if anchor.position != position:
            return sound, _ledger_flaw(position, "the line is missing")
        if anchor.previous != previous or _hash_of(anchor) != anchor.hash:
            return sound, _ledger_flaw(position, "the line was altered")
        sound.append(anchor)
        previous = anchor.hash
    return sound, None


def _file_flaws(anchors: Sequence[Anchor], lines: Sequence[bytes]) -> Iterator[Flaw]:
    """The ledger's file must be the beginning of what the table says, or the table was cut."""
    for anchor, line in zip(anchors, lines, strict=False):
        expected = render(anchor)
        is_begun = anchor.position == len(lines) and expected.startswith(line)
        if line != expected and not is_begun:
            yield _ledger_flaw(anchor.position, "the line of the ledger's file was altered")
            return
    if len(lines) > len(anchors):
        because = f"cut: the ledger's file goes on to line {len(lines)}, the table does not"
        yield _ledger_flaw(len(anchors) + 1, because)
    elif len(anchors) - len(lines) > LAG_MAX:
        because = f"the ledger's file ends before this line, the table has {len(anchors)}"
        yield _ledger_flaw(len(lines) + 1, because)


def _witness_flaws(anchors: Sequence[Anchor], lines: Sequence[bytes]) -> Iterator[Flaw]:
    """Each line of the file must stand in the table, whatever other machines added between."""
    torn = 0
    for line in lines:
        witness = parse(line)
        if witness is None:
            torn += 1
            begun = line.rstrip(b"\n")
            is_begun = torn <= LAG_MAX and any(render(each).startswith(begun) for each in anchors)
            if not is_begun:
                yield Flaw(stream="ledger", seq=0, because="a line of this machine's file is none")
                return
        elif witness.position > len(anchors):
            because = f"cut: this machine wrote line {witness.position}, the table ends before"
            yield _ledger_flaw(len(anchors) + 1, because)
            return
        elif witness != anchors[witness.position - 1]:
            because = "altered: this machine's file has another line there"
            yield _ledger_flaw(witness.position, because)
            return


def _open_flaws(reader: Connection) -> Iterator[Flaw]:
    """A stream without its end that the table of open ones lacks would never be taken up again."""
    end = END_KIND[reader.dialect.name]
    query = select(_exact(reader, entries.c.stream)).where(
        entries.c.seq == 1,
        text("NOT EXISTS (SELECT 1 FROM open_streams AS open WHERE open.stream = entries.stream)"),
        text(
            "NOT EXISTS (SELECT 1 FROM entries AS ending "  # noqa: S608 - a word of ours
            f"WHERE ending.stream = entries.stream AND ending.kind = {end})"
        ),
    )
    for stream in reader.execute(query).scalars():
        because = "hidden: it has no end and is not among the open"
        yield Flaw(stream=_text(stream), seq=1, because=because)


def _stream_flaws(
    reader: Connection, heads: Mapping[str, Mapping[int, str]], only: str | None = None
) -> Iterator[Flaw]:
    """Of all streams, or of the one called `only`."""
    query = _rows(reader, entries).order_by(entries.c.stream, entries.c.seq)
    if only is not None:
        query = query.where(entries.c.stream == only)
    rows = reader.execute(query.execution_options(yield_per=BATCH))
    seen = set()
    for name, group in groupby(rows, key=lambda row: row.stream):
        stream = _text(name)
        seen.add(stream)
        flaw = _stream_flaw(Walk(stream), group, heads.get(stream, {}), reader)
        if flaw:
            yield flaw
    for stream in heads.keys() - seen:
        last = max(heads[stream])
        yield Flaw(
            stream=stream, seq=0, because=f"lost: the ledger names {last} entries, none is there"
        )


def _stream_flaw(
    walk: Walk, rows: Iterable[Row[Any]], heads: Mapping[int, str], reader: Connection
) -> Flaw | None:
    for row in rows:
        because = _entry_flaw(walk, row, heads, reader)
        if because:
            return Flaw(stream=walk.stream, seq=walk.seq + 1, because=because)
        walk.seq, walk.head = row.seq, _text(row.hash)
    last = max(heads, default=0)
    if last > walk.seq:
        because = f"cut: the ledger names {last} entries, {walk.seq} are there"
        return Flaw(stream=walk.stream, seq=walk.seq + 1, because=because)
    return None


def _entry_flaw(
    walk: Walk, row: Row[Any], heads: Mapping[int, str], reader: Connection
) -> str | None:
    """Why this row is not the next entry of the stream, or None where it is."""
    if row.seq != walk.seq + 1:
        return f"missing: the next entry that is there is {row.seq}"
    previous, digest = _text(row.previous), _text(row.hash)
    if previous != walk.head or _link_hash(row, seq=row.seq) != digest:
        return _displacement(row, reader) or "altered: its hash is not that of its content"
    if heads.get(row.seq, digest) != digest:
        return "altered: its hash is not the one that the ledger holds, so all up to here may be"
    return None


def _displacement(row: Row[Any], reader: Connection) -> str | None:
    """Whether the row is a sound entry that stood elsewhere in its stream."""
    before = select(entries.c.seq).where(
        _exact(reader, entries.c.stream) == row.stream,
        _exact(reader, entries.c.hash) == row.previous,
    )
    for seq in reader.execute(before).scalars():
        if seq + 1 != row.seq and _link_hash(row, seq=seq + 1) == _text(row.hash):
            return f"reordered: this was written as entry {seq + 1}"
    return None


def _blob_flaws(reader: Connection) -> Iterator[Flaw]:
    query = _rows(reader, blobs).execution_options(yield_per=1)
    for row in reader.execute(query):
        packed = Packed(hash=_text(row.hash), data=bytes(row.data), is_zlib=bool(row.is_zlib))
        if unpack(packed) is None:
            because = "altered: the bytes are not those that were kept"
            yield Flaw(stream=f"blob/{packed.hash}", seq=0, because=because)


def _rows(reader: Connection, table: Table) -> Select[Any]:
    """All columns, texts exactly as they are stored."""
    return select(
        *(
            _exact(reader, column).label(name) if str(column.type) == "TEXT" else column
            for name, column in table.c.items()
        )
    )


def _exact(reader: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """In SQLite an altered text may not be UTF-8 any more; PostgreSQL keeps none such."""
    return cast(column, LargeBinary) if reader.dialect.name == "sqlite" else column


def _text(value: Any) -> Any:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


def _link_hash(row: Row[Any], *, seq: int) -> str:
    return link_hash(
        Link(
            previous=_text(row.previous),
            stream=_text(row.stream),
            seq=seq,
            kind=_text(row.kind),
            at_ns=row.at_ns,
            body=_text(row.body),
        )
    )


def _hash_of(anchor: Anchor) -> str:
    return anchor_hash(
        position=anchor.position,
        stream=anchor.stream,
        seq=anchor.seq,
        head=anchor.head,
        at_ns=anchor.at_ns,
        previous=anchor.previous,
    )


def _ledger_flaw(position: int, because: str) -> Flaw:
    return Flaw(stream="ledger", seq=position, because=because)
