"""The output on the disk: head and tail, bounded, whatever comes in."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from drillbook.run.guard.files import OUT, TAIL
from drillbook.run.guard.mask import Masker
from drillbook.run.guard.output import OutputKeeper


def keeper_in(folder: Path, head: int, tail: int, *secrets: bytes) -> OutputKeeper:
    return OutputKeeper(str(folder), head, tail, Masker(secrets))


def test_a_short_output_is_kept_whole(tmp_path: Path) -> None:
    """What fits into the head makes no tail."""
    keeper = keeper_in(tmp_path, 10, 10)
    keeper.feed(b"12345")
    keeper.finish()
    assert b"12345" == (tmp_path / OUT).read_bytes()
    assert (5, False, False) == (keeper.bytes_total, keeper.is_cut, (tmp_path / TAIL).exists())


def test_no_output_makes_no_file(tmp_path: Path) -> None:
    """A silent step costs no files."""
    keeper_in(tmp_path, 10, 10).finish()
    assert [] == list(tmp_path.iterdir())


@given(chunks=st.lists(st.binary(max_size=12)), head=st.integers(0, 8), tail=st.integers(1, 8))
def test_head_and_tail_are_the_ends_of_the_stream(
    tmp_path_factory: object, chunks: list[bytes], head: int, tail: int
) -> None:
    """For every chunking: the first bytes, the last bytes, and where those begin."""
    folder = tmp_path_factory.mktemp("out")  # type: ignore[attr-defined]
    keeper = keeper_in(folder, head, tail)
    for chunk in chunks:
        keeper.feed(chunk)
    keeper.finish()
    whole = b"".join(chunks)
    kept_head = (folder / OUT).read_bytes() if (folder / OUT).exists() else b""
    assert whole[:head] == kept_head
    if len(whole) > head:
        begin, _, kept_tail = (folder / TAIL).read_bytes().partition(b"\n")
        assert whole[max(head, len(whole) - tail) :] == kept_tail
        assert len(whole) - len(kept_tail) == int(begin)
    assert (len(whole), len(whole) > head + tail) == (keeper.bytes_total, keeper.is_cut)


def test_a_secret_over_the_border_of_the_head_is_masked(tmp_path: Path) -> None:
    """Masking comes before cutting: no half of a secret is left in either part."""
    keeper = keeper_in(tmp_path, 5, 20, b"hunter2")
    for byte in b"say hunter2 twice":
        keeper.feed(bytes((byte,)))
    keeper.finish()
    assert b"say *" == (tmp_path / OUT).read_bytes()
    assert b"5\n** twice" == (tmp_path / TAIL).read_bytes()


def test_a_disk_that_takes_nothing_is_reported_not_raised(tmp_path: Path) -> None:
    """The step goes on without its output being kept; why is said."""
    (tmp_path / OUT).mkdir()
    keeper = keeper_in(tmp_path, 10, 10)
    keeper.feed(b"12345")
    keeper.finish()
    assert "part of the output could not be kept: Is a directory" == keeper.trouble
    assert 5 == keeper.bytes_total


def test_the_tail_is_written_while_the_stream_goes_on(tmp_path: Path) -> None:
    """A reader, or a crash, finds the tail of a step that is still running."""
    keeper = keeper_in(tmp_path, 1, 4)
    keeper.feed(b"x123")
    keeper.save_when_due()
    assert b"1\n123" == (tmp_path / TAIL).read_bytes()
    assert not keeper.is_dirty
