"""A run that somebody spoke to is looked at again by whoever performs it."""

from drillbook.engine.open import open_engine
from drillbook.verbs.serving.wake import wake_run


def jobs(place) -> list[tuple[str, str, str]]:
    engine = open_engine(place.settings, clock=place.clock)
    try:
        return [(each.job.key, each.job.kind, each.job.site) for each in engine.jobs()]
    finally:
        engine.close()


def test_a_run_of_a_server_has_a_job_again(place):
    """For the runners of its site; twice is harmless."""
    body = {"runbook": "a.md", "anchor": "", "requested_by": "ada", "site": "paris"}
    place.journal.append("run/a", "run-requested", body)
    place.journal.append("run/a", "run-started", {"runbook": "a.md", "operator": "ada"})
    assert [True, True] == [wake_run(place, "a") for _ in range(2)]
    assert [("run/a", "run", "paris")] == jobs(place)


def test_a_run_of_a_terminal_has_none(place):
    """Nobody but whoever started it goes on with it; and no store of jobs is made for that."""
    place.journal.append("run/a", "run-started", {"runbook": "a.md", "operator": "ada"})
    assert not wake_run(place, "a")
    assert not wake_run(place, "nobody's")
    assert not (place.settings.state / "engine.db").exists()
