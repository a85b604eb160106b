"""What somebody writes into a run's timeline."""

import pytest

from drillbook.model.people import Caller
from drillbook.verbs.note import WORDS_CHARACTERS_MAX, CannotNoteError, note_run

ADA = Caller(name="ada", token="0123456789")


def test_a_note_is_kept(place):
    """Who wrote it, by which token, and the words without what surrounds them."""
    place.journal.append("run/a", "run-started", {})
    note_run(place, "a", ADA, "  the disk is new\n")
    entry = place.journal.entries("run/a")[-1]
    assert "noted" == entry.kind
    assert {"by": "ada", "token": "0123456789", "text": "the disk is new"} == entry.body


def test_a_run_that_has_ended_takes_notes_too(place):
    """What is learned afterwards belongs there."""
    place.journal.append("run/a", "run-started", {})
    place.journal.append("run/a", "run-ended", {"state": "recovered"})
    note_run(place, "a", ADA, "it was the battery")
    assert 3 == len(place.journal.entries("run/a"))


@pytest.mark.parametrize(
    ("run", "text", "told"),
    [
        ("away", "x", "there is no run away; `drillbook runs` lists what there is"),
        ("a", " \n", "there are no words to note; write some behind the run's name"),
        ("a", "x" * (WORDS_CHARACTERS_MAX + 1), "a note has at most 2000 characters"),
    ],
)
def test_what_cannot_be_noted(run, text, told, place):
    """One line, and nothing is written."""
    place.journal.append("run/a", "run-started", {})
    with pytest.raises(CannotNoteError, match=told):
        note_run(place, run, ADA, text)
    assert (1, 0) == (len(place.journal.entries("run/a")), len(place.journal.entries("run/away")))
