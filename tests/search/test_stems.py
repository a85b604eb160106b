"""Stems: the forms of one word meet, and different things stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.search.stems import stem


@pytest.mark.parametrize(
    "forms",
    [
        "restart restarts restarted restarting",
        "fail fails failed failing failure failures",
        "configure configures configured configuration configurations",
        "create created creating creation creates",
        "stop stops stopped stopping",
        "retry retries retried",
        "connect connected connection connections",
        "monitor monitors monitored monitoring",
        "slow slowly slowness",
        "process processes processed processing",
        "expire expires expired expiring",
    ],
)
def test_forms_of_one_word_have_one_stem(forms):
    """Whoever writes it in whichever form is understood."""
    assert 1 == len({stem(form) for form in forms.split()}), [stem(f) for f in forms.split()]


@pytest.mark.parametrize(
    "pair", ["operator operation", "server serve", "container contain", "status state", "node no"]
)
def test_different_things_stay_apart(pair):
    """An ending that makes another thing of a word is no ending here."""
    one, other = pair.split()
    assert stem(one) != stem(other)


@pytest.mark.parametrize("word", ["", "a", "is", "tls", "dns", "gas", "ing", "ed", "sss"])
def test_short_words_are_borne(word):
    """What has no ending to lose keeps its letters, but for a plural's s."""
    assert stem(word) in (word, word.removesuffix("s"))


@given(st.text(max_size=60))
def test_no_text_raises_and_a_stem_is_never_much_longer(word):
    """Any text has a stem, and always the same."""
    assert stem(word) == stem(word)
    assert len(stem(word)) <= len(word) + 1
