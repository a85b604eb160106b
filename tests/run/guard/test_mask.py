"""Masking: what is decided for the whole text holds for every way of cutting it."""

from hypothesis import given
from hypothesis import strategies as st

from drillbook.run.guard.mask import STARS, Masker, mask, secret_forms

SECRETS = st.lists(st.binary(min_size=1, max_size=6), min_size=1, max_size=3)
TEXTS = st.lists(st.sampled_from(list(b"ab")), max_size=40).map(bytes)
# Few letters, so that secrets occur, overlap and repeat.
FEW = st.lists(st.sampled_from(list(b"ab")), min_size=1, max_size=5).map(bytes)


def by_marking(text: bytes, forms: tuple[bytes, ...]) -> bytes:
    """Mask the slow way: mark each byte of each occurrence, replace each marked run."""
    marked = [False] * len(text)
    for form in forms:
        for at in range(len(text) - len(form) + 1):
            if text[at : at + len(form)] == form:
                marked[at : at + len(form)] = [True] * len(form)
    out = b""
    for at, byte in enumerate(text):
        if not marked[at]:
            out += bytes((byte,))
        elif at == 0 or not marked[at - 1]:
            out += STARS
    return out


def in_chunks(text: bytes, cuts: list[int], forms: tuple[bytes, ...]) -> bytes:
    masker = Masker(forms)
    out = b""
    at = 0
    for cut in sorted(cuts):
        out += masker.feed(text[at:cut])
        at = max(at, cut)
    return out + masker.feed(text[at:]) + masker.finish()


@given(text=TEXTS, forms=st.lists(FEW, min_size=1, max_size=3), cuts=st.lists(st.integers(0, 40)))
def test_every_chunking_masks_the_same(text: bytes, forms: list[bytes], cuts: list[int]) -> None:
    """However the stream is cut, the outcome is that of marking the whole text byte by byte."""
    assert by_marking(text, tuple(forms)) == in_chunks(text, cuts, tuple(forms))


@given(before=st.binary(max_size=30), after=st.binary(max_size=30), secrets=SECRETS)
def test_no_secret_is_left(before: bytes, after: bytes, secrets: list[bytes]) -> None:
    """A secret that occurs is not in the masked text, except where stars themselves make it."""
    text = before + secrets[0] + after
    left = mask(text, tuple(secrets)).split(STARS)
    assert [] == [part for part in left if secrets[0] in part]


def test_each_byte_alone_is_held_back_until_decided() -> None:
    """A possible beginning of a secret is not given out before the next byte decides it."""
    masker = Masker((b"hunter2",))
    given_out = [masker.feed(bytes((byte,))) for byte in b"a hunt hunter2."]
    assert [b"a", b" ", b"", b"", b"", b"", b"hunt "] == given_out[:7]
    assert [b"***", b"."] == given_out[13:]


def test_an_unfinished_secret_comes_out_at_the_end() -> None:
    """What only began like a secret is output like any other."""
    assert b"say hunter" == mask(b"say hunter", (b"hunter2",))


def test_overlapping_secrets_leave_no_remainder() -> None:
    """Of two secrets that share bytes, none of either shows."""
    assert b"x***y" == mask(b"xabcdey", (b"abcd", b"cde"))


def test_secrets_side_by_side_become_one() -> None:
    """A run of secrets does not even tell how many they were."""
    assert b"***!" == mask(b"s3s3s3!", (b"s3",))


def test_percent_encoded_forms_are_masked() -> None:
    """A secret in a URL is one too, whichever characters the encoder left alone."""
    forms = secret_forms(["p@ss/w d"])
    urls = (b"p%40ss%2Fw%20d", b"p%40ss/w%20d", b"p%40ss%2Fw+d", b"p%40ss%2fw%20d", b"p@ss/w d")
    assert [STARS] * 5 == [mask(url, forms) for url in urls]


def test_long_lines_of_a_secret_are_masked() -> None:
    """Of a secret of several lines each line counts that is long enough to be one."""
    forms = secret_forms(["-----BEGIN-----\nMIIEvQIBADAN\nabc\n"])
    assert b"key: *** abc" == mask(b"key: MIIEvQIBADAN abc", forms)


def test_an_empty_secret_masks_nothing() -> None:
    """A variable that is set to nothing does not turn the output into stars."""
    assert b"text" == mask(b"text", secret_forms([""]))


def test_without_secrets_bytes_pass_at_once() -> None:
    """Nothing is held back where nothing can be secret."""
    assert b"\x00\xff" == Masker(()).feed(b"\x00\xff")
