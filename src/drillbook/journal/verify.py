"""The journal's tables and the lines of its ledger file → everything that was altered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, LargeBinary, Row, cast, select

from drillbook.journal.blobs import Packed, unpack
from drillbook.journal.chain import BEGINNING, Link, link_hash
from drillbook.journal.ledger import Anchor, anchor_hash, parse, render
from drillbook.journal.tables import blobs, entries, ledger
from drillbook.model.journal import Flaw

# So many processes may have died between the ledger's commit and its file, and no more.
LAG_MAX = 16
BATCH = 500


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


def flaws(reader: Connection, lines: Sequence[bytes], stream: str | None = None) -> Iterator[Flaw]:
    """The damaged file's flaw alone, or those of streams, ledger and blobs.

    With a `stream`, only its own and the ledger's: whether the rest of the file is sound is
    not looked at.
    """
    if stream is not None:
        told = read_ledger(reader, lines)
        yield from told.flaws
        heads = {name: each for name, each in told.heads.items() if name == stream}
        yield from _stream_flaws(reader, heads, stream)
        return
    damage = reader.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if damage != "ok":
        yield Flaw(stream="journal", seq=0, because=f"the database file is damaged: {damage}")
        return
    told = read_ledger(reader, lines)
    yield from told.flaws
    yield from _stream_flaws(reader, told.heads)
    yield from _blob_flaws(reader)


def read_ledger(reader: Connection, lines: Sequence[bytes]) -> Ledger:
    """The heads that table and file name together, as far as each of them is sound."""
    heads: dict[str, dict[int, str]] = {}
    anchors, flaw = _sound_anchors(reader)
    for anchor in anchors:
        heads.setdefault(anchor.stream, {})[anchor.seq] = anchor.head
    found = [flaw] if flaw else []
    for anchor in filter(None, map(parse, lines[len(anchors) :])):
        if _hash_of(anchor) == anchor.hash:
            heads.setdefault(anchor.stream, {}).setdefault(anchor.seq, anchor.head)
    if not flaw:
        found.extend(_file_flaws(anchors, lines))
    return Ledger(heads=heads, flaws=tuple(found))


def _sound_anchors(reader: Connection) -> tuple[list[Anchor], Flaw | None]:
    """The ledger's lines up to its first flaw."""
    sound: list[Anchor] = []
    previous = BEGINNING
    for row in reader.execute(_as_bytes(ledger).order_by(ledger.c.position)):
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


def _stream_flaws(
    reader: Connection, heads: Mapping[str, Mapping[int, str]], only: str | None = None
) -> Iterator[Flaw]:
    """Of all streams, or of the one called `only`."""
    query = _as_bytes(entries).order_by(entries.c.stream, entries.c.seq)
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
        cast(entries.c.stream, LargeBinary) == row.stream,
        cast(entries.c.hash, LargeBinary) == row.previous,
    )
    for seq in reader.execute(before).scalars():
        if seq + 1 != row.seq and _link_hash(row, seq=seq + 1) == _text(row.hash):
            return f"reordered: this was written as entry {seq + 1}"
    return None


def _blob_flaws(reader: Connection) -> Iterator[Flaw]:
    query = _as_bytes(blobs).execution_options(yield_per=1)
    for row in reader.execute(query):
        packed = Packed(hash=_text(row.hash), data=row.data, is_zlib=bool(row.is_zlib))
        if unpack(packed) is None:
            because = "altered: the bytes are not those that were kept"
            yield Flaw(stream=f"blob/{packed.hash}", seq=0, because=because)


def _as_bytes(table: Any) -> Any:
    """All columns, texts as bytes: an altered text may not be UTF-8 any more."""
    is_text = {name: str(column.type) == "TEXT" for name, column in table.c.items()}
    return select(
        *(
            cast(column, LargeBinary).label(name) if is_text[name] else column
            for name, column in table.c.items()
        )
    )


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
