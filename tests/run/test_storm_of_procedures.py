"""Procedures under a kill storm: no stage is done twice, and the Undo goes backwards."""

from dataclasses import replace
from random import Random, SystemRandom

from storm import Tally, entries_of, flaws_of, left_running, live_out, storm
from storm_child import Weather, ledger

STAGES = 5
LIVES_MAX = 60
UNDO = "-undo"


def first_lines(folder):
    """The steps that wrote, each once, in the order of their first line."""
    return list(dict.fromkeys(name for name, _, _ in ledger(folder)))


def assert_in_order(folder, where):
    """Stages forwards, then their Undo backwards, and nothing forwards after it."""
    names = first_lines(folder)
    forwards = [name for name in names if not name.endswith(UNDO)]
    backwards = [name for name in names if name.endswith(UNDO)]
    assert [f"step-{number:02}" for number in range(1, len(forwards) + 1)] == forwards, where
    assert [*forwards, *backwards] == names, where
    undone = [name.removesuffix(UNDO) for name in backwards]
    # A stage that was hit before it wrote was begun all the same, and is undone first.
    begun = sorted({*forwards, *undone}, reverse=True)
    assert begun[: len(undone)] == undone, where


def state_of(folder):
    end = entries_of(folder)[-1]
    assert "run-ended" == end.kind
    return end.body["state"]


def was_hit(folder):
    """Whether a kill hit a very process that a step was to be."""
    ends = [entry.body for entry in entries_of(folder) if entry.kind == "step-finished"]
    return any(body["ending"] != "exited" for body in ends)


def test_a_calm_procedure_is_done_and_undone(tmp_path):
    """Every stage once, its Verification fails, and every Undo once."""
    weather = Weather(folder=tmp_path, steps=2, pauses_s=(0.0, 0.0), is_procedure=True)
    assert 0 == live_out(weather)
    assert ["step-01", "step-02", "step-02-undo", "step-01-undo"] == first_lines(tmp_path)
    assert ("stopped and undone", []) == (state_of(tmp_path), flaws_of(weather))


def test_a_crash_after_every_entry(tmp_path):
    """A tool that lives for one entry at a time comes to the same end."""
    calm = Weather(folder=tmp_path, steps=2, pauses_s=(0.0, 0.0), is_procedure=True)
    dying = replace(calm, crash_at="executor-after-record")
    lives = 1
    while lives < LIVES_MAX and live_out(dying) != 0:
        lives += 1
    assert 15 < lives < LIVES_MAX
    assert ["step-01", "step-02", "step-02-undo", "step-01-undo"] == first_lines(tmp_path)
    assert ("stopped and undone", []) == (state_of(tmp_path), flaws_of(calm))


def test_short_storm_of_procedures(tmp_path):
    """16 kills of the tool, the supervisor and both."""
    seed = SystemRandom().randrange(2**32)
    random, tally = Random(seed), Tally()
    while tally.kills.total() < 16:
        folder = tmp_path / str(tally.runs)
        folder.mkdir()
        weather = Weather(
            folder=folder, steps=STAGES, seed=random.randrange(2**32), is_procedure=True
        )
        kills = min(16 - tally.kills.total(), 8)
        storm(weather, random, kills_max=kills, tally=tally)
        where = f"seed {seed}, run {tally.runs}"
        assert [] == flaws_of(weather), where
        assert [] == left_running(folder), where
        assert_in_order(folder, where)
        if not was_hit(folder):
            assert "stopped and undone" == state_of(folder), where
        assert state_of(folder) in {"stopped and undone", "stopped", "unknown"}, where
        tally.add(entries_of(folder))
    assert 16 == tally.kills.total()
