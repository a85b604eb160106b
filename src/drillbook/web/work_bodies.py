"""The shapes of jobs, workers, schedules and webhooks, each with an example."""

from drillbook.web.shapes import RUN, Said, example


class JobSaid(Said):
    """Work that is not done."""

    model_config = example(
        key=f"run/{RUN}", kind="run", site="main", state="waiting", tries=0, because="", worker=""
    )
    key: str
    kind: str
    site: str
    state: str
    due_at_ns: int = 0
    tries: int = 0
    worker: str = ""
    because: str = ""


class JobsAnswer(Said):
    """All jobs that are not done."""

    jobs: list[JobSaid]


class WorkerSaid(Said):
    """A process that performs jobs."""

    model_config = example(
        name="db1-4711", sites=["main"], seen_at_ns=1795257051000000000, is_dead=False
    )
    name: str
    sites: list[str]
    seen_at_ns: int
    is_dead: bool


class WorkersAnswer(Said):
    """All workers."""

    workers: list[WorkerSaid]


class HookAnswer(Said):
    """What came of the alerts of a webhook: all of it was journaled before this was answered.

    `flaws` are those that could not be understood, each with its place, and what was left out.
    """

    model_config = example(
        opened=["20261121-103045-0f3a9c2b7d"],
        folded=[],
        ignored=0,
        flaws=["alerts[1].labels.alertname: it is missing"],
    )
    opened: list[str]
    folded: list[str]
    ignored: int
    flaws: list[str]


class ScheduleSaid(Said):
    """What is done at cron times, when it is done next, and what came of it last."""

    model_config = example(
        name="nightly",
        cron="30 2 * * *",
        timezone="Europe/Berlin",
        is_paused=False,
        next_ns=1795264200000000000,
        last_ns=1795177800000000000,
        run=RUN,
        because=f"run {RUN} was requested",
    )
    name: str
    cron: str
    timezone: str
    is_paused: bool
    next_ns: int | None
    last_ns: int | None
    run: str
    because: str


class SchedulesAnswer(Said):
    """All schedules."""

    schedules: list[ScheduleSaid]
