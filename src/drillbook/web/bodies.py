"""The shapes of runbooks and plans as the API takes and gives them, each with an example."""

from pydantic import ConfigDict

from drillbook.web.shapes import BOOK, Asked, Name, Said, Values, example


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
