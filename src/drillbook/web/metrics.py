"""Entries as they are journaled, and what the stores hold → what Prometheus scrapes.

Counters and histograms count what this process did, as Prometheus expects of each of several
servers; gauges tell of what all of them share. A scrape reads the open runs and the jobs and
nothing that has ended, at most once in `HOLD_S`.
"""

import threading
from collections import Counter as Tally
from collections import OrderedDict
from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from drillbook.model.clock import Clock
from drillbook.model.engine import Engine, EngineError, JobState, JobStatus, Worker
from drillbook.model.journal import Entry, Journal, JournalError

HOLD_S = 2.0
# Another scrape that is still reading: the stores do not answer.
READ_WITHIN_S = 5.0
# Of more open runs than this, only so many are asked what they wait for.
OPEN_ASKED_MAX = 2_000
BEGINNINGS_MAX = 10_000
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
STEP_BUCKETS_S = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900)
RUN_BUCKETS_S = (0.1, 1, 5, 15, 30, 60, 120, 300, 900, 1_800, 3_600, 14_400)

# What an open run waits for is told by its last entry.
WAITS = {
    "run-requested": "a runner",
    "not-runnable": "a cure",
    "asked": "an answer",
    "approval-asked": "an approval",
    "step-lost": "an answer",
}
AT_WORK = "nothing"
# What people add meanwhile does not change what it waits for, nor does who looks at it again.
NOTES = frozenset({"approved", "handed-over", "noted", "run-resumed", "watched"})


class Meters:
    """What this process counts; `watch` is shown every entry that it journals."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._began: OrderedDict[str, int] = OrderedDict()
        self._turn = threading.Lock()
        self._appends = Counter(
            "drillbook_journal_appends", "Entries journaled.", ["room"], registry=self.registry
        )
        self._steps = Counter(
            "drillbook_steps", "Steps that ended, by result.", ["result"], registry=self.registry
        )
        self._step_seconds = Histogram(
            "drillbook_step_duration_seconds",
            "How long steps took.",
            buckets=STEP_BUCKETS_S,
            registry=self.registry,
        )
        self._runs = Counter(
            "drillbook_runs_ended", "Runs that ended, by state.", ["state"], registry=self.registry
        )
        self._run_seconds = Histogram(
            "drillbook_run_duration_seconds",
            "How long runs took, waiting for people included.",
            buckets=RUN_BUCKETS_S,
            registry=self.registry,
        )
        self._webhooks = Counter(
            "drillbook_webhook_answers",
            "Webhooks answered, by source and status code.",
            ["source", "code"],
            registry=self.registry,
        )

    def watch(self, entry: Entry) -> None:
        """Count one entry."""
        self._appends.labels(room=entry.stream.partition("/")[0]).inc()
        if entry.kind == "step-finished":
            self._step_finished(entry)
        elif entry.kind in {"run-requested", "run-started"}:
            self._run_began(entry)
        elif entry.kind == "run-ended":
            self._run_ended(entry)

    def webhook(self, source: str, code: int) -> None:
        """Count the answer that a webhook was given."""
        self._webhooks.labels(source=source, code=str(code)).inc()

    def text(self) -> bytes:
        """What Prometheus reads."""
        return generate_latest(self.registry)

    def _step_finished(self, entry: Entry) -> None:
        self._steps.labels(result=str(entry.body.get("result", "unknown"))).inc()
        took_ns = int(entry.body.get("ended_at_ns", 0)) - int(entry.body.get("started_at_ns", 0))
        self._step_seconds.observe(max(took_ns, 0) / 1e9)

    def _run_began(self, entry: Entry) -> None:
        with self._turn:
            self._began.setdefault(entry.stream, entry.at_ns)
            if len(self._began) > BEGINNINGS_MAX:
                self._began.popitem(last=False)

    def _run_ended(self, entry: Entry) -> None:
        self._runs.labels(state=str(entry.body.get("state", "unknown"))).inc()
        with self._turn:
            began_ns = self._began.pop(entry.stream, None)
        if began_ns is not None:
            self._run_seconds.observe(max(entry.at_ns - began_ns, 0) / 1e9)


class Stores(Collector):
    """Gauges of what the journal and the engine hold now."""

    def __init__(self, journal: Journal, engine: Engine, *, clock: Clock) -> None:
        self._journal = journal
        self._engine = engine
        self._clock = clock
        self._turn = threading.Lock()
        self._held: tuple[float, list[Metric]] | None = None
        # The engine does not say since when a job waits: since when we have seen it, at least.
        self._seen_s: dict[tuple[str, int], float] = {}

    def describe(self) -> list[Metric]:
        """Nothing is read before the first scrape."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Where a store is away, only that."""
        if not self._turn.acquire(timeout=READ_WITHIN_S):
            yield _stores_up(is_up=False)
            return
        try:
            now_s = self._clock.monotonic_s()
            if self._held is None or now_s - self._held[0] >= HOLD_S:
                self._held = now_s, self._read()
            found = self._held[1]
        finally:
            self._turn.release()
        yield from found

    def _read(self) -> list[Metric]:
        try:
            statuses, workers = self._engine.jobs(), self._engine.workers()
            found = [*_open_runs(self._journal), _jobs(statuses), self._oldest(statuses)]
        except (JournalError, EngineError):
            return [_stores_up(is_up=False)]
        return [*found, _workers(workers), _stores_up(is_up=True)]

    def _oldest(self, statuses: Sequence[JobStatus]) -> Metric:
        now_s, now_ns = self._clock.monotonic_s(), self._clock.now_ns()
        due = [each for each in statuses if _is_due(each, now_ns)]
        keys = {(each.job.key, each.job.due_at_ns) for each in due}
        self._seen_s = {key: self._seen_s.get(key, now_s) for key in keys}
        ages: dict[str, float] = {}
        for each in due:
            seen_s = now_s - self._seen_s[each.job.key, each.job.due_at_ns]
            late_s = (now_ns - each.job.due_at_ns) / 1e9 if each.job.due_at_ns else 0.0
            ages[each.job.site] = max(ages.get(each.job.site, 0.0), seen_s, late_s)
        metric = GaugeMetricFamily(
            "drillbook_oldest_waiting_job_age_seconds",
            "How long the oldest job that is due is known to have waited, per site.",
            labels=["site"],
        )
        for site, age_s in sorted(ages.items()):
            metric.add_metric([site], age_s)
        return metric


def _is_due(status: JobStatus, now_ns: int) -> bool:
    return status.state is JobState.WAITING and status.job.due_at_ns <= now_ns


def _stores_up(*, is_up: bool) -> Metric:
    return GaugeMetricFamily(
        "drillbook_stores_up", "Whether journal and engine could be read.", value=int(is_up)
    )


def _open_runs(journal: Journal) -> Iterator[Metric]:
    streams = journal.unended("run/", "run-ended")
    waits = Tally(_wait_of(journal, stream) for stream in streams[:OPEN_ASKED_MAX])
    metric = GaugeMetricFamily(
        "drillbook_open_runs", "Runs that have not ended, by what they wait for.", labels=["waits"]
    )
    for wait in sorted({*WAITS.values(), AT_WORK}):
        metric.add_metric([wait], waits[wait])
    if len(streams) > OPEN_ASKED_MAX:
        metric.add_metric(["not asked"], len(streams) - OPEN_ASKED_MAX)
    yield metric
    yield GaugeMetricFamily(
        "drillbook_waiting_approvals",
        "Runs that wait for an approval.",
        value=waits[WAITS["approval-asked"]],
    )


def _wait_of(journal: Journal, stream: str) -> str:
    head = journal.head(stream)
    if head is not None and head.kind in NOTES:
        said = (entry for entry in reversed(journal.entries(stream)) if entry.kind not in NOTES)
        head = next(said, None)
    return WAITS.get(head.kind, AT_WORK) if head else AT_WORK


def _jobs(statuses: Sequence[JobStatus]) -> Metric:
    metric = GaugeMetricFamily(
        "drillbook_jobs", "Jobs that are not done, by site and state.", labels=["site", "state"]
    )
    counts = Tally((status.job.site, status.state.value) for status in statuses)
    for (site, state), count in sorted(counts.items()):
        metric.add_metric([site, state.replace(" ", "_")], count)
    return metric


def _workers(workers: Sequence[Worker]) -> Metric:
    metric = GaugeMetricFamily(
        "drillbook_workers_alive", "Processes that perform the jobs of a site.", labels=["site"]
    )
    counts = Tally(site for worker in workers if not worker.is_dead for site in worker.sites)
    for site, count in sorted(counts.items()):
        metric.add_metric([site], count)
    return metric
