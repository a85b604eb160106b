"""Anchors → chained lines, and the file beside the database."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.journal.chain import BEGINNING
from drillbook.journal.ledger import Anchor, LedgerFile, anchor_hash, parse, render
from drillbook.model.journal import JournalError


def chain(count: int, stream: str = "run/ä") -> list[Anchor]:
    """So many sound lines."""
    anchors: list[Anchor] = []
    previous = BEGINNING
    for position in range(1, count + 1):
        fields = {"position": position, "seq": position * 2, "at_ns": 5}
        digest = anchor_hash(**fields, stream=stream, head="ab" * 32, previous=previous)
        anchors.append(
            Anchor(**fields, stream=stream, head="ab" * 32, previous=previous, hash=digest)
        )
        previous = digest
    return anchors


ANCHORS = chain(5)


def after(position: int) -> list[Anchor]:
    """What a table of ANCHORS has above the position."""
    return ANCHORS[position:]


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """A ledger's file that is not there yet."""
    return LedgerFile(tmp_path / "journal.ledger")


def test_a_line_reads_back() -> None:
    """A rendered line is one line of JSON that parses to the same anchor."""
    line = render(ANCHORS[0])
    assert (1, ANCHORS[0]) == (line.count(b"\n"), parse(line))


@given(st.text(min_size=1, max_size=256))
def test_no_name_of_a_stream_breaks_a_line(stream: str) -> None:
    """Whatever a stream is called, its anchor is one line and reads back."""
    anchor = chain(1, stream)[0]
    assert (1, anchor) == (len(render(anchor).splitlines()), parse(render(anchor)))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"no json\n",
        b"[" * 100_000,
        b'{"position": 1}\n',
        b"\xff\xfe\n",
        render(ANCHORS[0])[:-3],
        render(ANCHORS[0]).replace(b'"seq":2', b'"seq":2.0'),
        render(ANCHORS[0]).replace(b'"seq":2', b'"seq":"2"'),
        render(ANCHORS[0]).replace(b'"seq":2', b'"seq": 2'),
        render(ANCHORS[0]).replace(b'"seq":2', b'"seq":NaN'),
    ],
)
def test_what_is_no_whole_line_is_none(line: bytes) -> None:
    """A torn, foreign or respelled line is not taken for an anchor, and nothing raises."""
    assert None is parse(line)


@pytest.mark.parametrize(
    ("name", "value"),
    [("position", 9), ("stream", "x"), ("seq", 9), ("head", "x"), ("at_ns", 9), ("previous", "x")],
)
def test_every_field_is_in_the_hash(name: str, value: object) -> None:
    """A change of any one field changes the line's hash."""
    changed = asdict(replace(ANCHORS[0], **{name: value}))  # type: ignore[arg-type]
    expected = changed.pop("hash")
    assert expected != anchor_hash(**changed)


def test_the_file_follows_the_table(file: LedgerFile) -> None:
    """Each call appends what is missing and nothing twice."""
    file.follow(lambda position: ANCHORS[position:2])
    file.follow(after)
    file.follow(after)
    assert [render(anchor) for anchor in ANCHORS] == file.lines()


def test_a_torn_line_is_completed(file: LedgerFile) -> None:
    """A power failure in the middle of a line leaves a file that is made whole."""
    whole = b"".join(render(anchor) for anchor in ANCHORS)
    for size in range(0, len(whole), 37):
        file.path.write_bytes(whole[:size])
        file.follow(after)
        assert whole == file.path.read_bytes()


def test_nothing_is_appended_to_an_altered_line(file: LedgerFile) -> None:
    """An altered end of the file stays as it is, to be found."""
    altered = render(ANCHORS[0]).replace(b'"seq":2', b'"seq":3')[:-1] + b"x\n"
    file.path.write_bytes(altered)
    file.follow(after)
    assert altered == file.path.read_bytes()


def test_the_file_is_for_its_owner_alone(file: LedgerFile) -> None:
    """Nobody else may read who was on call."""
    file.follow(after)
    assert 0o600 == file.path.stat().st_mode & 0o777


def test_a_file_that_cannot_be_used_is_one_line(file: LedgerFile) -> None:
    """A folder in the file's place is said with its cure."""
    file.path.mkdir()
    with pytest.raises(JournalError, match="the ledger's file cannot be used: Is a directory"):
        file.follow(after)
    with pytest.raises(JournalError, match="the ledger's file cannot be used: Is a directory"):
        file.lines()


def test_no_file_has_no_lines(file: LedgerFile) -> None:
    """A journal without an anchor has no ledger's file."""
    assert [] == file.lines()
