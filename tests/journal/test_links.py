"""A head and a fact → the next entry; who has lost the stream is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.journal.chain import BEGINNING, Link, link_hash
from drillbook.journal.links import (
    HEADS_MAX,
    Head,
    Remembered,
    anchor_after,
    chain_of,
    chained,
    nothing,
    refuse_fenced,
    refuse_moved,
)
from drillbook.model.clock import SystemClock
from drillbook.model.journal import Entry, Fact, FencedError, JournalError, MovedError

CLOCK = SystemClock()


@given(st.lists(st.dictionaries(st.text(max_size=4), st.integers(-9, 9), max_size=3), max_size=6))
def test_a_chain_holds_whatever_is_in_it(bodies: list[dict[str, int]]) -> None:
    """Each entry names the hash of the one before, and hashes to its own."""
    facts: list[Fact] = [("k", body) for body in bodies]

    def follow(_: Entry) -> Fact | None:
        return facts.pop(0) if facts else None

    links = chain_of("run/1", Head(), ("first", {}), follow, clock=CLOCK)
    assert list(range(1, len(bodies) + 2)) == [link.entry.seq for link in links]
    assert [BEGINNING, *(link.entry.hash for link in links[:-1])] == [
        link.entry.previous for link in links
    ]
    for link in links:
        stream, seq, kind, at_ns, body, previous, digest = link.row
        again = Link(
            previous=str(previous),
            stream=str(stream),
            seq=int(seq),
            kind=str(kind),
            at_ns=int(at_ns),
            body=str(body),
        )
        assert link_hash(again) == digest


def test_nothing_follows_by_default() -> None:
    """One fact is one entry."""
    assert 1 == len(chain_of("run/1", Head(), ("k", {}), nothing, clock=CLOCK))


@pytest.mark.parametrize(
    ("seq", "if_head", "is_moved"), [(2, 2, False), (2, None, False), (2, 1, True)]
)
def test_a_head_that_moved_is_refused(seq: int, if_head: int | None, is_moved: bool) -> None:
    """None asks for nothing."""
    if not is_moved:
        refuse_moved("run/1", Head(seq, "x"), if_head)
        return
    with pytest.raises(MovedError, match="run/1 has 2 entries and not 1"):
        refuse_moved("run/1", Head(seq, "x"), if_head)


@pytest.mark.parametrize(
    ("taken_at", "holder", "is_fenced"),
    [(3, 3, False), (3, None, False), (5, 3, True), (None, 3, True), (3, 5, True)],
)
def test_only_the_last_who_took_it_over_holds_it(
    taken_at: int | None, holder: int | None, is_fenced: bool
) -> None:
    """Also where the entry that the caller names is not there at all."""
    if not is_fenced:
        refuse_fenced("run/1", taken_at, holder)
        return
    with pytest.raises(FencedError, match="run/1 was taken over"):
        refuse_fenced("run/1", taken_at, holder)


def test_an_anchor_follows_the_last_line() -> None:
    """The first begins the ledger's chain."""
    first = anchor_after(None, stream="run/1", head=Head(2, "ab"), at_ns=7)
    second = anchor_after((1, first.hash), stream="run/2", head=Head(1, "cd"), at_ns=8)
    assert [(1, BEGINNING), (2, first.hash)] == [
        (anchor.position, anchor.previous) for anchor in (first, second)
    ]
    with pytest.raises(JournalError, match="nothing to anchor"):
        anchor_after(None, stream="run/3", head=Head(), at_ns=9)


def test_a_lost_entry_is_noticed_by_who_wrote_it() -> None:
    """Gone or altered; a stream that went on is fine."""
    remembered = Remembered("here")
    first = chained("run/1", Head(), ("k", {}), clock=CLOCK)
    second = chained("run/1", Head(1, first.entry.hash), ("k", {}), clock=CLOCK)
    remembered.add([first, second])
    remembered.add([first])
    remembered.refuse_lost("run/1", Head(2, second.entry.hash))
    remembered.refuse_lost("run/1", Head(3, "another's"))
    remembered.refuse_lost("run/2", Head())
    with pytest.raises(JournalError, match=r"here: entry 2 of run/1, .* is gone"):
        remembered.refuse_lost("run/1", Head(1, first.entry.hash))
    with pytest.raises(JournalError, match="is altered"):
        remembered.refuse_lost("run/1", Head(2, "f00"))


def test_what_is_remembered_is_bounded() -> None:
    """Whoever writes to very many streams forgets the oldest, and reads them again."""
    remembered = Remembered("here")
    for number in range(HEADS_MAX + 1):
        remembered.add([chained(f"run/{number}", Head(), ("k", {}), clock=CLOCK)])
    remembered.refuse_lost("run/0", Head())
    with pytest.raises(JournalError):
        remembered.refuse_lost(f"run/{HEADS_MAX}", Head())
