"""What a step reads is written as it takes it, and never makes the guardian wait."""

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.run.guard.feed import Feed


def piped(data: bytes) -> tuple[int, Feed]:
    """A reading end, and the feed of these bytes into the other."""
    there, ours = os.pipe()
    os.set_blocking(ours, False)
    return there, Feed(ours, data)


def test_more_than_a_pipe_holds_is_written_in_turns():
    """Each push writes what fits; nothing blocks, nothing is lost."""
    data = os.urandom(300_000)
    there, feed = piped(data)
    taken = b""
    while len(taken) < len(data):
        feed.push()
        taken += os.read(there, 70_000)
    assert (data, False) == (taken, feed.is_hungry)
    feed.close()
    assert b"" == os.read(there, 1)
    os.close(there)


@settings(max_examples=30)
@given(parts=st.lists(st.binary(max_size=50), min_size=1, max_size=6))
def test_what_is_added_comes_behind(parts):
    """In order, whether the first was written already or not."""
    there, feed = piped(parts[0])
    for number, part in enumerate(parts[1:]):
        if number % 2:
            feed.push()
        feed.add(part)
    feed.push()
    feed.close()
    with os.fdopen(there, "rb") as reader:
        assert b"".join(parts) == reader.read()


def test_a_reader_that_has_gone_ends_the_feed():
    """Nothing is hungry for ever."""
    there, feed = piped(b"x" * 10)
    os.close(there)
    feed.push()
    assert (False, -1) == (feed.is_hungry, feed.file)


def test_no_feed_is_never_hungry_and_can_be_closed():
    """That of a step that reads nothing."""
    feed = Feed()
    feed.add(b"x")
    assert not feed.is_hungry
    feed.close()
    feed.close()
