"""The kill storm: nothing is silently repeated, whoever is killed and whenever."""

import os
import sys
from random import Random, SystemRandom

import pytest

from storm import Tally, entries_of, flaws_of, left_running, live_out, storm
from storm_child import Weather, ledger

KILLS_A_RUN = 10
SOAK_KILLS = int(os.environ.get("DRILLBOOK_SOAK_KILLS", "1000"))
SEED = os.environ.get("DRILLBOOK_STORM_SEED")


def storms(folder, kills, seed):
    """Runs under storms until so many kills have hit; what they came to."""
    random = Random(seed)
    tally = Tally()
    while tally.kills.total() < kills:
        weather = Weather(folder=folder / str(tally.runs), seed=random.randrange(2**32))
        weather.folder.mkdir()
        left = kills - tally.kills.total()
        storm(weather, random, kills_max=min(left, KILLS_A_RUN), tally=tally)
        assert [] == flaws_of(weather), f"seed {seed}, run {tally.runs}"
        assert [] == left_running(weather.folder), f"seed {seed}, run {tally.runs}"
        entries = entries_of(weather.folder)
        tally.add(entries)
        assert_done(entries, f"seed {seed}, run {tally.runs}")
    return tally


def assert_done(entries, where):
    """Every step was done, unless a storm's kill hit the very process that a step was to be."""
    assert "run-ended" == entries[-1].kind, where
    hit = [
        entry.body
        for entry in entries
        if entry.kind == "step-finished" and entry.body["ending"] != "exited"
    ]
    # A Check or a Verification that was hit says nothing; an Option's step fails its Option.
    is_silent = any(body["part"] != "option" and body["round"] == 1 for body in hit)
    wanted = "unknown" if is_silent else "escalated" if hit else "recovered"
    assert wanted == entries[-1].body["state"], where


def seed_of():
    return int(SEED) if SEED else SystemRandom().randrange(2**32)


@pytest.fixture
def calm(tmp_path):
    """A run that nobody disturbed."""
    weather = Weather(folder=tmp_path, steps=2, pauses_s=(0.0, 0.0))
    assert 0 == live_out(weather)
    return weather


def test_a_calm_run_has_no_flaw(calm):
    """Every step once, in their order, and nothing left."""
    assert ["step-01", "step-02"] == [name for name, _, _ in ledger(calm.folder)]
    assert ([], []) == (flaws_of(calm), left_running(calm.folder))


@pytest.mark.parametrize(
    ("change", "flaws"),
    [
        (lambda lines: [*lines, lines[0]], ["step-01 attempt 2 wrote 2 lines"]),
        (lambda lines: lines[:1], ["step-02 wrote nothing"]),
        (
            lambda lines: [*lines, "step-01 9 0.0"],
            [],  # what may be repeated may be, before it has finished
        ),
        (
            lambda lines: [*lines, "step-02 9 0.0"],
            ["step-02 was done 2 times; a person said again 0 times"],
        ),
        (
            lambda lines: [*lines, "step-01 9 9999999999.0"],
            ["step-01 attempt 9 wrote after it had finished"],
        ),
    ],
)
def test_a_storm_sees_what_must_never_be(calm, change, flaws):
    """A ledger that was changed afterwards is told from a sound one."""
    path = calm.folder / "ledger"
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")
    assert flaws == flaws_of(calm)


def test_short_storm(tmp_path):
    """30 kills of the tool, the supervisor and both: see `storm.flaws_of` for what holds."""
    tally = storms(tmp_path, 30, seed_of())
    assert 30 == tally.kills.total()


@pytest.mark.soak
def test_long_storm(tmp_path):
    """The same with 1,000 kills, or as many as DRILLBOOK_SOAK_KILLS says."""
    seed = seed_of()
    tally = storms(tmp_path, SOAK_KILLS, seed)
    sys.stdout.write(f"seed {seed}: {tally}\n")
    assert SOAK_KILLS == tally.kills.total()
    assert {"tool", "supervisor", "both"} == set(tally.kills)
