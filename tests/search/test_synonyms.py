"""Abbreviations: each means what a runbook would write out."""

import pytest

from drillbook.search.synonyms import meant_by
from drillbook.search.words import terms


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("OOM", "memory"),
        ("ENOSPC", "space"),
        ("econnrefused", "refused"),
        ("x509", "certificate"),
        ("NXDOMAIN", "dns"),
        ("503", "unavailable"),
        ("pvc", "volume"),
        ("137", "killed"),
    ],
)
def test_an_abbreviation_means_its_words(said, meant):
    """In whichever case it is written."""
    assert terms(meant)[0] in meant_by(terms(said)[0])


def test_most_words_mean_themselves_alone():
    """A word with many neighbours leads astray."""
    assert () == meant_by("restart") == meant_by("") == meant_by("replica")
