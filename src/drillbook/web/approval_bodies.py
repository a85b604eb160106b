"""The shapes of approvals, each with an example."""

from typing import Annotated, Literal

from pydantic import ConfigDict, StringConstraints

from drillbook.web.shapes import HASH, RUN, Asked, Said, Text, example


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
    """A step exactly as it would run; secrets are masked.

    `settings` are the target's, with its kind. An `interpreter` reads the command in place of the
    language's usual one; `cwd` is the folder, empty for the target's own. `is_undo`: it runs only
    where the procedure stops.
    """

    name: str
    language: str
    command: str
    interpreter: str
    target: str
    settings: dict[str, str]
    cwd: str
    values: dict[str, str]
    timeout_s: float
    is_undo: bool = False


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
                "interpreter": "",
                "target": "orders-db",
                "settings": {"kind": "ssh", "host": "10.0.0.7"},
                "cwd": "",
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
