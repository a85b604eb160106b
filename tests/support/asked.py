"""Questions as a run asks them, for tests of how a person is asked."""

from dataclasses import replace
from typing import Any

from drillbook.model.run import (
    Answer,
    ApprovalRequest,
    Asked,
    Guide,
    Part,
    Question,
    RequestedStep,
)
from drillbook.model.sentence import Risk

ALWAYS = (Answer.NOTE, Answer.ESCALATE, Answer.HAND_OVER, Answer.STOP)
COMMAND = (
    'supervisorctl start "$SERVER" && curl --silent --fail --max-time 5 '
    '"http://$PGHOST:${PGPORT}/health" | grep --quiet ok\necho done'
)
STEP = RequestedStep(
    name="start-server",
    language="sh",
    command=COMMAND,
    target="orders-db",
    settings={"kind": "ssh", "host": "10.0.0.7"},
    values={"server": "postgresql", "pghost": "10.0.0.7", "pgport": "5432", "unused": "x"},
    timeout_s=60.0,
)
GUIDE = Guide(
    part=Part.OPTION,
    title="Start the server",
    why="Somebody stopped it. Starting it replays\nthe write-ahead log.\n\n**Risk:** disruptive.",
    healthy=("Expect: exit code is 0",),
    previous="`disk-used` healthy: number is 41",
    number=1,
    count=2,
    step=STEP,
    when="`server-ready` is unhealthy and `disk-used` is healthy",
    risk=Risk.DISRUPTIVE,
    risk_text="disruptive. Clients reconnect.",
    loses="nothing; committed data is recovered from the write-ahead log.",
)


def guided(**fields: Any) -> Question:
    """A question of guided mode; `fields` are those of its Guide that are otherwise."""
    guide = replace(GUIDE, **fields)
    return Question(
        about="start-server",
        text="Run `start-server`?",
        detail=guide.failed or (guide.step.command if guide.step else "true"),
        choices=(Answer.YES, Answer.NO, Answer.SKIP, Answer.RETRY, *ALWAYS),
        kind=Asked.GUIDED,
        run="20261121-103045-7f3a",
        seq=7,
        guide=guide,
    )


def approval(**fields: Any) -> Question:
    """A question that only others can answer; `fields` are those of its request."""
    request = ApprovalRequest(
        option="restore",
        title="Restore the backup",
        risk=Risk.DESTRUCTIVE,
        hash="ab" * 32,
        approvals=1,
        requesters=frozenset({"ada"}),
        loses="everything since midnight.",
        because="`disk` is unhealthy",
        steps=(STEP,),
    )
    return Question(
        about="start-server",
        text="Restore the backup is destructive and needs 1 approval by others before it begins.",
        detail=COMMAND,
        choices=(Answer.NO, Answer.STOP),
        kind=Asked.APPROVAL,
        run="20261121-103045-7f3a",
        approval=replace(request, **fields),
    )
