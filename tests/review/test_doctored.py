"""A drill whose journal somebody has improved."""

import sqlite3

import pytest

from drillbook.model.verdict import VerdictState
from drillbook.read.settings import default_settings
from drillbook.verbs.drill import CannotDrillError, judge_again
from drillbook.verbs.running.workplace import open_workplace
from stories import passed


def told_drill(folder):
    """A workplace whose journal holds a drill in which another Option recovered."""
    place = open_workplace(default_settings(folder))
    for _, kind, body in passed():
        other = {"option": "restart", "run": None} if kind == "responded" else {}
        place.journal.append("drill/d", kind, {**body, **other})
    return place


def test_an_entry_that_was_altered_is_not_judged(tmp_path):
    """A failed drill does not pass after its journal was edited; the entry is named."""
    with told_drill(tmp_path) as place:
        assert VerdictState.FAILED is judge_again(place, "d")[0].state
    with sqlite3.connect(tmp_path / ".drillbook" / "journal.db") as file:
        file.execute("DROP TRIGGER entries_refuse_update")
        file.execute("UPDATE entries SET body = replace(body, 'restart', 'start-the-server')")
    what = r"entry 22 of drill/d is not what was written"
    with (
        open_workplace(default_settings(tmp_path)) as place,
        pytest.raises(CannotDrillError, match=what),
    ):
        judge_again(place, "d")


def test_a_flaw_of_another_stream_is_no_flaw_of_the_drill(tmp_path):
    """One altered run does not take every other drill's proof away."""
    with told_drill(tmp_path) as place:
        place.journal.append("run/other", "run-started", {"title": "before"})
    with sqlite3.connect(tmp_path / ".drillbook" / "journal.db") as file:
        file.execute("DROP TRIGGER entries_refuse_update")
        file.execute("UPDATE entries SET body = replace(body, 'before', 'after')")
    with open_workplace(default_settings(tmp_path)) as place:
        assert VerdictState.FAILED is judge_again(place, "d")[0].state
