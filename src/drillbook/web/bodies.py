"""The shapes of what the API takes and gives, each with an example."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

RUN = "20261121-103045-7f3a"
BOOK = "erpgo/runbooks/database-connectivity.md"
HASH = "5f2b7c0e9d1a4e8f8f6a3c2b1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e"
INPUTS_MAX = 100
NAME_CHARACTERS_MAX = 1_000
TEXT_CHARACTERS_MAX = 4_000

Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_CHARACTERS_MAX)]
Text = Annotated[str, StringConstraints(max_length=TEXT_CHARACTERS_MAX)]
Values = Annotated[dict[Name, str], Field(max_length=INPUTS_MAX)]


class Asked(BaseModel):
    """What is sent to us: a key that nothing reads is a flaw."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Said(BaseModel):
    """What we send."""

    model_config = ConfigDict(extra="forbid")


def example(**fields: Any) -> ConfigDict:
    """The configuration of a shape that is shown with this example."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class Error(Said):
    """What was wrong, and what to do."""

    message: str
    cure: str


class ErrorAnswer(Said):
    """The one shape of every error."""

    model_config = example(
        error={
            "message": "no configured pack has a runbook of this name",
            "cure": f"there are {BOOK}",
        }
    )
    error: Error


class InputSaid(Said):
    """A value that a runbook needs, and whence it comes where nobody gives it."""

    name: str
    type: str
    source: str | None = None
    prompt: str = ""
    choices: list[str] = []
    has_default: bool = False
    is_secret: bool = False


class OptionSaid(Said):
    """One way to resolve."""

    anchor: str
    title: str
    risk: str
    loses: str | None = None
    when: str | None = None


class RunbookSaid(Said):
    """A runbook that may be started by its name."""

    name: str
    title: str
    kind: str
    service: str | None = None
    severity: str | None = None
    owner: str | None = None
    alerts: list[str] = []
    inputs: list[InputSaid] = []
    options: list[OptionSaid] = []


class RunbooksAnswer(Said):
    """All runbooks of the configured packs."""

    model_config = example(
        runbooks=[
            {
                "name": BOOK,
                "title": "Database connectivity",
                "kind": "alert",
                "service": "erp-api",
                "severity": "critical",
                "owner": "platform",
                "alerts": ["PostgreSQLDown"],
                "inputs": [{"name": "pghost", "type": "host", "source": "target.orders-db.host"}],
                "options": [
                    {
                        "anchor": "start-the-server",
                        "title": "Start the server",
                        "risk": "disruptive",
                        "loses": "nothing",
                        "when": "`server-ready` is unhealthy",
                    }
                ],
            }
        ]
    )
    runbooks: list[RunbookSaid]


class PlanAsked(Asked):
    """Which runbook, with which inputs."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"runbook": BOOK, "inputs": {"pghost": "10.0.0.7"}}]},
    )
    runbook: Name
    inputs: Values = {}


class RunAsked(PlanAsked):
    """Which runbook is to be followed, where, and whether its Checks are all that is wanted."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "runbook": BOOK,
                    "inputs": {"pghost": "10.0.0.7"},
                    "site": "main",
                    "checks_only": False,
                }
            ]
        },
    )
    site: Name | None = None
    checks_only: bool = False


class StepSaid(Said):
    """A step as it would run."""

    name: str
    language: str
    command: str
    target: str
    timeout_s: float
    observes: bool


class FindingSaid(Said):
    """What is wrong, where, and the cure; an `error` stops the run."""

    place: str
    lint: str
    severity: str
    message: str
    help: str


class PlanAnswer(Said):
    """What would run, and what stops it."""

    model_config = example(
        runbook=BOOK,
        title="Database connectivity",
        is_runnable=True,
        allowed="disruptive",
        values={"pghost": "10.0.0.7"},
        steps=[
            {
                "name": "server-ready",
                "language": "sh",
                "command": 'pg_isready --host "$PGHOST"',
                "target": "local",
                "timeout_s": 5.0,
                "observes": True,
            }
        ],
        findings=[],
    )
    runbook: str
    title: str
    is_runnable: bool
    allowed: str
    values: dict[str, str]
    steps: list[StepSaid]
    findings: list[FindingSaid]


class RunSaid(Said):
    """Where a run stands; times in nanoseconds since the Unix epoch.

    `state` is how it ended, or `open`. `waits_for` is empty while nobody has to do anything.
    """

    model_config = example(
        run=RUN,
        title="Database connectivity",
        runbook=BOOK,
        by="alice",
        state="open",
        waits_for="approval of dba, 0 of 1: Start the server",
        began_at_ns=1795257045000000000,
        since_ns=1795257051000000000,
    )
    run: str
    title: str
    runbook: str
    by: str
    state: str
    because: str = ""
    waits_for: str = ""
    step: str = ""
    began_at_ns: int
    since_ns: int
    ended_at_ns: int | None = None


class RunsAnswer(Said):
    """Runs, the latest first. `next` asks for those before them; null: there are none."""

    runs: list[RunSaid]
    next: str | None = None


class EntrySaid(Said):
    """A fact of the run's journal, as it was written; secrets are masked in it."""

    seq: int
    kind: str
    at_ns: int
    body: dict[str, Any]


class TimelineAnswer(Said):
    """The entries behind `after`; ask again after the last `seq` for what came since."""

    model_config = example(
        entries=[
            {"seq": 3, "kind": "checks-ended", "at_ns": 1795257051000000000, "body": {"round": 1}}
        ],
        has_ended=False,
    )
    entries: list[EntrySaid]
    has_ended: bool


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
    """What came of the alerts of a webhook: all of it was journaled before this was answered."""

    model_config = example(opened=["20261121-103045-0f3a9c2b7d"], folded=[], ignored=0)
    opened: list[str]
    folded: list[str]
    ignored: int


class RunAnswer(Said):
    """The run that was requested; a worker of its site takes it."""

    model_config = example(run=RUN, site="main", url=f"/api/v1/runs/{RUN}")
    run: str
    site: str
    url: str


class QuestionSaid(Said):
    """What the run asks; an answer names `question`, and one of `choices`."""

    question: int
    about: str
    text: str
    choices: list[str]


class RunShown(RunSaid):
    """Where a run stands, and what it asks."""

    model_config = example(
        run=RUN,
        title="Database connectivity",
        runbook=BOOK,
        by="alice",
        state="open",
        waits_for="an answer: run `start-server`?",
        began_at_ns=1795257045000000000,
        since_ns=1795257051000000000,
        asks={
            "question": 9,
            "about": "start-server",
            "text": "Run `start-server`? It is disruptive.",
            "choices": ["yes", "no", "stop"],
        },
    )
    asks: QuestionSaid | None = None


class AnswerAsked(Asked):
    """An answer to what the run asks; `text` are the person's own words."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"question": 9, "answer": "yes", "text": "go ahead"}]},
    )
    question: int = Field(ge=1)
    answer: Literal["yes", "no", "happened", "again", "stop"]
    text: Text = ""


class NoteAsked(Asked):
    """Words for whoever reads the timeline."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"text": "the primary is the one in rack 4"}]},
    )
    text: Text


class CancelAsked(Asked):
    """Why the run is to end."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"because": "the wrong database"}]},
    )
    because: Text = ""


class ApprovalAsked(Asked):
    """A decision about exactly what `hash` stands for: what GET /api/v1/approvals showed."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"hash": HASH, "decision": "approve"}]},
    )
    hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    decision: Literal["approve", "refuse"]
    because: Text = ""


class ApprovalStep(Said):
    """A step exactly as it would run; secrets are masked."""

    name: str
    language: str
    command: str
    target: str
    values: dict[str, str]
    timeout_s: float


class CheckShown(Said):
    """What a Check said before the Option was chosen."""

    status: str
    because: str
    output: str


class ApprovalWaiting(Said):
    """What waits for approval. `yours`: your approval would count; else `because` says why not."""

    model_config = example(
        run=RUN,
        title="Database connectivity",
        runbook="runbooks/database-connectivity.md",
        option="Start the server",
        risk="destructive",
        loses="nothing",
        when="`server-ready` is unhealthy",
        hash=HASH,
        needed=1,
        approved_by=[],
        requesters=["alice"],
        roles=["dba"],
        expires_s=1800.0,
        steps=[
            {
                "name": "start-server",
                "language": "sh",
                "command": "supervisorctl start postgresql",
                "target": "orders-db",
                "values": {},
                "timeout_s": 60.0,
            }
        ],
        checks={"server-ready": {"status": "unhealthy", "because": "exit code is 2", "output": ""}},
        yours=True,
        because="",
    )
    run: str
    title: str
    runbook: str
    option: str
    risk: str
    loses: str
    when: str
    hash: str
    needed: int
    approved_by: list[str]
    requesters: list[str]
    roles: list[str]
    expires_s: float
    steps: list[ApprovalStep]
    checks: dict[str, CheckShown]
    yours: bool
    because: str


class ApprovalsAnswer(Said):
    """All that waits for approval, the oldest first."""

    approvals: list[ApprovalWaiting]


class ApprovalGiven(Said):
    """A decision that was journaled; an approval holds until `expires_at_ns`."""

    model_config = example(run=RUN, decision="approve", expires_at_ns=1795258845000000000)
    run: str
    decision: str
    expires_at_ns: int | None = None


class Heard(Said):
    """What was said of a run is journaled."""

    model_config = example(run=RUN)
    run: str


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
