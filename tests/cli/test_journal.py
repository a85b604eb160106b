"""The journal from the command line: what happened, and whether anybody altered it."""

import json

import pytest

from stores import Kept


@pytest.fixture
def played(inside, runbook):
    """The stream of a run that has ended."""
    assert inside("run", runbook(), "--yes").code in (0, 1, 2)
    inside("run", runbook(risk="none"))
    names = inside("journal", "show").out.splitlines()
    return next(name for name in names if name.startswith("run/"))


def test_all_streams_are_named_in_both_forms(inside, played):
    """A line for each, or a list."""
    lines = inside("journal", "show").out.splitlines()
    assert played in lines
    assert lines == json.loads(inside("journal", "show", "--format", "json").out)


def test_entries_are_shown_in_their_order(inside, played):
    """Numbered from 1 without a gap, each with the hash by which the next one holds it."""
    shown = inside("journal", "show", played, "--format", "json").out.splitlines()
    entries = [json.loads(line) for line in shown]
    assert list(range(1, len(entries) + 1)) == [entry["seq"] for entry in entries]
    assert {played} == {entry["stream"] for entry in entries}
    assert ("run-started", "run-ended") == (entries[0]["kind"], entries[-1]["kind"])
    assert len(entries) == len({entry["hash"] for entry in entries})
    assert len(entries) == len(inside("journal", "show", played).out.splitlines())


def test_a_journal_that_nobody_touched_verifies(inside, played):
    """With the number of its streams."""
    ended = inside("journal", "verify")
    assert 0 == ended.code
    assert ended.out.endswith("0 flaws\n")
    found = json.loads(inside("journal", "verify", "--format", "json").out)
    assert [] == found["flaws"]
    assert found["streams"] == len(inside("journal", "show").out.splitlines())


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_altered_entry_is_named(form, inside, played, tmp_path):
    """By its stream and its number, with exit code 1; and nothing is mended."""
    path = next(tmp_path.rglob("journal.db"))
    Kept(state=path.parent).alter(
        "UPDATE entries SET kind = 'run-forged' WHERE stream = ? AND seq = 2", played
    )
    for _ in range(2):
        ended = inside("journal", "verify", "--format", form)
        assert 1 == ended.code
        if form == "json":
            assert (played, 2) in [
                (flaw["stream"], flaw["seq"]) for flaw in json.loads(ended.out)["flaws"]
            ]
        else:
            assert f"{played} entry 2: " in ended.out
