"""What comes back from a program that carries a step, however the stream is cut."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from drillbook.run.guard.channel import Channel

MARK = "drillbook-0123456789abcdef"
BEGIN = f"{MARK} begin\n".encode()
END = f"{MARK} end\0".encode()
OVER = f"{MARK} over".encode()


def fed(*parts: bytes) -> tuple[Channel, bytes]:
    """A channel after these parts, and the output that it gave out."""
    channel = Channel(MARK)
    output = b"".join(channel.feed(part) for part in parts)
    return channel, output + channel.finish()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """The data in pieces."""
    at = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[begin:end] for begin, end in pairwise(at)]


class TestWhole:
    """A step that began and told its end."""

    @given(
        noise=st.binary(max_size=60),
        output=st.binary(max_size=200),
        records=st.lists(st.binary(max_size=20).filter(lambda each: b"\0" not in each), max_size=5),
        places=st.lists(st.integers(min_value=0, max_value=10_000), max_size=30),
    )
    def test_is_taken_apart_wherever_it_is_cut(self, noise, output, records, places):
        """Noise before, output between, records behind; byte for byte."""
        trailer = b"".join(each + b"\0" for each in records)
        stream = noise + BEGIN + output + END + trailer + OVER
        channel, given_out = fed(*cut(stream, places))
        assert (noise, output, records) == (channel.noise, given_out, channel.records)
        assert (True, True, True) == (channel.is_ready, channel.is_over, channel.is_told)

    def test_what_comes_behind_the_end_is_nobodys(self):
        """Ssh's farewell is no output."""
        stream = BEGIN + b"x" + END + b"exit 0\0" + OVER
        channel, output = fed(stream, b"Killed by signal 15.\r\n")
        assert (b"x", [b"exit 0"]) == (output, channel.records)

    def test_output_is_given_out_as_it_comes(self):
        """Only what may be the beginning of a mark is held back."""
        channel = Channel(MARK)
        channel.feed(BEGIN)
        assert b"one\n" == channel.feed(b"one\n")
        assert b"two " == channel.feed(b"two drillb")
        assert b"drillbus" == channel.feed(b"us")


class TestHostile:
    """What a step writes to look like an end."""

    def test_another_mark_is_output(self):
        """The word is known to the two ends alone."""
        fake = f"drillbook-{'f' * 16} end\0exit 0\0drillbook-{'f' * 16} over".encode()
        channel, output = fed(BEGIN + fake)
        assert (fake, False) == (output, channel.is_over)

    def test_an_end_without_a_begin_is_noise(self):
        """A greeting that knows the mark is not the step's end."""
        channel, output = fed(END + b"exit 0\0" + OVER)
        assert (b"", False, False) == (output, channel.is_ready, channel.is_told)

    def test_noise_without_an_end_is_bounded(self):
        """A login that talks for ever costs no memory."""
        channel = Channel(MARK)
        for _ in range(100):
            assert b"" == channel.feed(b"x" * 10_000)
        assert 16_384 == len(channel.noise)
        assert b"out" == channel.feed(BEGIN + b"out")

    def test_a_trailer_without_an_end_is_bounded(self):
        """It is never over, and no longer kept."""
        channel, output = fed(BEGIN + END, *[b"y" * 600_000 for _ in range(5)], OVER)
        assert (b"", False) == (output, channel.is_over)


def test_a_refusal_says_why_and_ends_the_waiting():
    """Over there it was seen before anything was begun."""
    channel, output = fed(b"hello\n", f"{MARK} cannot it has no pro".encode(), b"gram setsid\n")
    assert (b"it has no program setsid", b"hello\n", b"") == (
        channel.refusal,
        channel.noise,
        output,
    )
    assert (True, False, False) == (channel.is_told, channel.is_ready, channel.is_over)


def test_a_refusal_that_is_cut_off_is_none_yet():
    """Its line is not whole."""
    channel, _ = fed(f"{MARK} cannot it has no".encode())
    assert (False, b"") == (channel.is_told, channel.refusal)
