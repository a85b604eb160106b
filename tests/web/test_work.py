"""Jobs and workers over real HTTP."""

from drillbook.model.engine import Job


def test_jobs_that_are_not_done(as_person, house):
    """Which, where, and when they are due."""
    house.engine.submit(Job(key="run/a", kind="run", site="north"))
    house.engine.submit(Job(key="schedule/b", kind="schedule", due_at_ns=4 * 10**18))
    jobs = as_person("guest").get("/api/v1/jobs").json()["jobs"]
    assert [
        ("run/a", "run", "north", "waiting", 0),
        ("schedule/b", "schedule", "main", "waiting", 4 * 10**18),
    ] == [(job["key"], job["kind"], job["site"], job["state"], job["due_at_ns"]) for job in jobs]


def test_no_workers_where_none_work(as_person):
    """A server with --no-workers has none of its own."""
    assert {"workers": []} == as_person("guest").get("/api/v1/workers").json()
