"""Terms: what a runbook and a question say in the same way is found by the same key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.search.words import TERM_CHARS_MAX, joined, terms, terms_of_word


def test_the_name_of_an_alert_is_found_whole_and_by_its_parts():
    """`KubePodCrashLooping` answers to itself, to "pod" and to "crash looping"."""
    found = terms("KubePodCrashLooping")
    assert "kubepodcrashlooping" == found[0]
    assert set(terms("pod crash looping")) <= set(found)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("etcdserver", ["etcdserver"]),
        ("node_filesystem_files_free", "node_filesystem_files_free"),
        ("HTTPServer", "httpserver"),
        ("CrashLoopBackOff", "crashloopbackoff"),
    ],
)
def test_identifiers_are_terms_as_they_are(text, wanted):
    """Whoever pastes one finds where it stands."""
    assert (wanted if isinstance(wanted, str) else wanted[0]) == terms(text)[0]


@pytest.mark.parametrize("code", ["E11000", "http2", "ipv6", "S3", "k8s", "x509", "ERR404"])
def test_codes_of_letters_and_digits_are_whole(code):
    """Half of a code means nothing."""
    assert code.casefold() == terms(code)[0]


@pytest.mark.parametrize(
    ("number", "is_kept"), [("7", 0), ("42", 0), ("503", 1), ("53300", 1), ("123456", 0)]
)
def test_numbers_as_long_as_codes_and_ports_are_terms(number, is_kept):
    """A status or a port may stand in a runbook; a count never does."""
    assert [number] * is_kept == terms(number)


@pytest.mark.parametrize(
    ("apart", "whole"),
    [
        ("file system", "filesystem"),
        ("time stamps", "timestamps"),
        ("name-space", "namespace"),
        ("crash looping", "crashlooping"),
        ("stateful sets", "statefulset"),
    ],
)
def test_what_is_written_as_two_words_is_found_as_one(apart, whole):
    """Both ways of writing meet in the one word."""
    assert terms(whole)[0] in terms(apart)


def test_words_that_say_nothing_are_no_terms():
    """Small words stand in every runbook."""
    assert [] == terms("it is the one that was to be with")


def test_words_of_other_languages_are_terms():
    """A runbook may be written in any of them."""
    assert ["störung", "база"] == terms("Störung, база!")


def test_nothing_is_joined_of_one_term():
    """A compound takes two neighbours."""
    assert [] == joined(["file"])
    assert ["filesystem"] == joined(terms("a file") + terms("a system"))


@given(st.text(max_size=300))
def test_no_text_raises_and_terms_are_short(text):
    """A term has a bound, no space and no break: they are kept with those between them."""
    for term in terms(text):
        assert 0 < len(term) <= TERM_CHARS_MAX + 2
        assert not set(term) & set(" \t\n")


@given(st.text(alphabet="ABCdef012_", min_size=1, max_size=40))
def test_a_word_says_the_same_alone_and_in_a_text(word):
    """The order of words around it changes nothing of it."""
    alone = (
        [term for part in [word.strip("_")] for term in terms_of_word(part)]
        if "__" not in word
        else []
    )
    assert set(alone) <= set(terms(f"see {word} there"))
