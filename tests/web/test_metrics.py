"""What is journaled and what waits → what Prometheus reads, on real stores."""

import threading

import pytest
from prometheus_client.parser import text_string_to_metric_families

from drillbook.journal.watched import WatchedJournal
from drillbook.model.clock import SystemClock
from drillbook.model.engine import Job
from drillbook.web import metrics
from drillbook.web.metrics import Meters, Stores
from servers import wait_until

SECOND = 1_000_000_000


@pytest.fixture
def meters():
    return Meters()


@pytest.fixture
def watched(journal, meters):
    """A journal whose entries are counted."""
    return WatchedJournal(journal, meters.watch)


@pytest.fixture
def stores(journal, engine, meters, monkeypatch):
    monkeypatch.setattr(metrics, "HOLD_S", 0.0)
    stores = Stores(journal, engine, clock=SystemClock())
    meters.registry.register(stores)
    return stores


def read(meters):
    """Every sample: its name with its labels' values → its value."""
    families = text_string_to_metric_families(meters.text().decode())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_steps_and_runs_are_counted_as_they_end(watched, meters):
    """By result and by state, with how long they took."""
    watched.append("run/a", "run-requested", {})
    watched.append("run/a", "run-started", {})
    for result in ("met", "not met", "met"):
        body = {"result": result, "started_at_ns": 3 * SECOND, "ended_at_ns": 5 * SECOND}
        watched.append("run/a", "step-finished", body)
    watched.append("run/a", "run-ended", {"state": "recovered"})
    samples = read(meters)
    assert 2 == samples["drillbook_steps_total", "met"]
    assert 1 == samples["drillbook_steps_total", "not met"]
    assert (3, 6.0) == (
        samples[("drillbook_step_duration_seconds_count",)],
        samples[("drillbook_step_duration_seconds_sum",)],
    )
    assert 0 == samples["drillbook_step_duration_seconds_bucket", "1.0"]
    assert 3 == samples["drillbook_step_duration_seconds_bucket", "5.0"]
    assert 1 == samples["drillbook_runs_ended_total", "recovered"]
    assert 1 == samples[("drillbook_run_duration_seconds_count",)]
    assert 6 == samples["drillbook_journal_appends_total", "run"]


def test_a_run_that_another_process_began_has_no_duration_here(watched, meters):
    """It is counted, and its length is not guessed."""
    watched.append("run/a", "run-ended", {"state": "escalated"})
    samples = read(meters)
    assert 1 == samples["drillbook_runs_ended_total", "escalated"]
    assert 0 == samples[("drillbook_run_duration_seconds_count",)]


def test_an_entry_that_lacks_everything_is_counted_all_the_same(watched, meters):
    """A meter must not break what it measures."""
    for kind in ("step-finished", "run-ended", "run-started", "unheard-of"):
        watched.append("lock/x", kind, {})
    samples = read(meters)
    assert 4 == samples["drillbook_journal_appends_total", "lock"]
    assert 1 == samples["drillbook_steps_total", "unknown"]


def test_open_runs_by_what_they_wait_for(journal, meters, stores):
    """The last entry that says something tells; what people noted meanwhile does not."""
    for name, kinds in {
        "requested": ["run-requested"],
        "at-work": ["run-requested", "run-started", "step-started"],
        "asks": ["run-started", "asked"],
        "waits": ["run-started", "approval-asked"],
        "half": ["run-started", "approval-asked", "approved", "run-resumed", "noted"],
        "lost": ["run-started", "step-lost"],
        "ended": ["run-started", "run-ended"],
    }.items():
        for kind in kinds:
            journal.append(f"run/{name}", kind, {})
    samples = read(meters)
    assert {
        "a runner": 1,
        "a cure": 0,
        "an answer": 2,
        "an approval": 2,
        "nothing": 1,
    } == {
        wait: value for (name, *wait_), value in samples.items() for wait in wait_ if "open" in name
    }
    assert 2 == samples[("drillbook_waiting_approvals",)]
    assert 1 == samples[("drillbook_stores_up",)]


def test_jobs_and_workers_per_site(engine, meters, stores):
    """Waiting and failed ones, and who is there to do them."""

    def perform(job):
        raise ValueError(job.key)

    engine.submit(Job(key="run/a", kind="run", site="north"))
    engine.submit(Job(key="run/b", kind="run", site="south"))
    engine.submit(Job(key="run/c", kind="run", site="south", due_at_ns=4 * 10**18))
    stop = threading.Event()
    worker = threading.Thread(
        target=engine.work, args=(["north"], perform), kwargs={"slots": 1, "stop": stop}
    )
    worker.start()
    wait_until(
        lambda: ("drillbook_jobs", "north", "failed") in read(meters), "the northern job fails"
    )
    samples = read(meters)
    assert 1 == samples["drillbook_jobs", "north", "failed"]
    assert 2 == samples["drillbook_jobs", "south", "waiting"]
    assert 1 == samples["drillbook_workers_alive", "north"]
    stop.set()
    worker.join(30)
    assert ("drillbook_workers_alive", "north") not in read(meters)


def test_the_oldest_job_that_is_due_grows_older(engine, meters, stores):
    """One that is due later does not count; one that is late counts from when it was due."""
    engine.submit(Job(key="run/a", kind="run", site="north"))
    engine.submit(Job(key="run/later", kind="run", site="south", due_at_ns=4 * 10**18))
    name = "drillbook_oldest_waiting_job_age_seconds"
    first = read(meters)[name, "north"]
    assert first < read(meters)[name, "north"]
    assert (name, "south") not in read(meters)
    due_at_ns = SystemClock().now_ns() - 100 * SECOND
    engine.submit(Job(key="run/late", kind="run", site="north", due_at_ns=due_at_ns))
    assert 100 <= read(meters)[name, "north"] < 160
    for key in ("run/a", "run/late"):
        engine.withdraw(key)
    assert (name, "north") not in read(meters)


def test_a_store_that_is_away_is_said_and_counters_are_still_shown(
    journal, watched, meters, stores
):
    """Prometheus goes on scraping what we know."""
    watched.append("run/a", "run-started", {})
    journal.close()
    samples = read(meters)
    assert 0 == samples[("drillbook_stores_up",)]
    assert 1 == samples["drillbook_journal_appends_total", "run"]
    assert ("drillbook_open_runs", "nothing") not in samples


def test_scrapes_in_a_row_read_the_stores_once(journal, engine, meters):
    """However many Prometheuses there are."""
    meters.registry.register(Stores(journal, engine, clock=SystemClock()))
    before = read(meters)["drillbook_open_runs", "nothing"]
    journal.append("run/a", "run-started", {})
    assert before == read(meters)["drillbook_open_runs", "nothing"]


def test_webhooks_by_source_and_answer(meters):
    """So that somebody sees that alerts are turned away."""
    meters.webhook("alertmanager", 200)
    meters.webhook("alertmanager", 503)
    meters.webhook("alertmanager", 200)
    samples = read(meters)
    assert 2 == samples["drillbook_webhook_answers_total", "200", "alertmanager"]
    assert 1 == samples["drillbook_webhook_answers_total", "503", "alertmanager"]


def test_every_name_is_as_prometheus_wants_it(watched, meters, stores):
    """One prefix, base units, counters that end in _total, and a word of help for each."""
    watched.append("run/a", "run-started", {})
    families = list(text_string_to_metric_families(meters.text().decode()))
    assert 10 <= len(families)
    for family in families:
        assert family.name.startswith("drillbook_")
        assert family.documentation.endswith(".")
        is_counter = any(sample.name.endswith("_total") for sample in family.samples)
        assert ("counter" == family.type) == is_counter or not family.samples
