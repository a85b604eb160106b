"""Somebody's words about a run → in the run's stream, where its timeline shows them."""

from drillbook.model.people import Caller
from drillbook.verbs.running.workplace import Workplace

WORDS_CHARACTERS_MAX = 2_000


class CannotNoteError(Exception):
    """Why nothing can be noted; the message says the cure."""


def note_run(place: Workplace, name: str, caller: Caller, text: str) -> None:
    """Note something of a run, which may have ended.

    Returns when it is on disk. Raises CannotNoteError where there is no such run, or no words.
    """
    words = text.strip()
    if not words:
        raise CannotNoteError("there are no words to note; write some behind the run's name")
    if len(words) > WORDS_CHARACTERS_MAX:
        raise CannotNoteError(
            f"a note has at most {WORDS_CHARACTERS_MAX} characters, and this one {len(words)}; "
            "note where the rest of it lies"
        )
    stream = f"run/{name}"
    if place.journal.head(stream) is None:
        raise CannotNoteError(f"there is no run {name}; `drillbook runs` lists what there is")
    place.journal.append(stream, "noted", {"by": caller.name, "token": caller.token, "text": words})
