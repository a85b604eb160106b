"""One execution of a Runbook: where it stands, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from drillbook.model.people import APPROVAL_EXPIRES_S, Approval, Needs
from drillbook.model.sentence import CheckStatus, Risk


class RunState(Enum):
    """Where a run stands; what follows from what is `drillbook.run.state`'s table.

    A procedure ends SUCCEEDED, UNDONE, or STOPPED where it is not undone and a person must look.
    """

    READY = "ready"
    CHECKING = "checking"
    CHOOSING = "choosing"
    ASKING = "asking"
    APPROVING = "approving"
    GUIDING = "guiding"
    RESOLVING = "resolving"
    VERIFYING = "verifying"
    UNDOING = "undoing"
    WAITING = "waiting"
    RECOVERED = "recovered"
    ESCALATED = "escalated"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    OBSERVED = "observed"
    SUCCEEDED = "succeeded"
    UNDONE = "stopped and undone"
    STOPPED = "stopped"


class StepResult(Enum):
    """What a finished step means."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as its journal tells it.

    `recovered_at_ns` is the beginning of the sustained recovery, `because` a sentence.
    `would_choose` is the Option that one whose policy is `checks_only` would have taken.
    `undone` are the stages of a procedure that were undone, the last first.
    """

    id: str
    state: RunState
    because: str = ""
    checks: Mapping[str, CheckStatus] = field(default_factory=dict)
    option: str | None = None
    options_tried: tuple[str, ...] = ()
    diagnosed_at_ns: int | None = None
    recovered_at_ns: int | None = None
    ended_at_ns: int | None = None
    would_choose: str | None = None
    undone: tuple[str, ...] = ()


class Part(Enum):
    """Which part of the runbook a step belongs to."""

    CHECK = "check"
    OPTION = "option"
    VERIFICATION = "verification"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the operator may do: `allowed` is the highest Risk, `asks` those asked about first.

    `needs` are the approvals that a risk needs; a step's own `approve=N` counts beside them,
    unless `waives_approvals`, as in a drill's lab. `is_guided`: a person decides on every step.
    `checks_only`: the Checks run, the Option that would be chosen is named, and nothing is done.
    """

    allowed: Risk = Risk.DESTRUCTIVE
    asks: frozenset[Risk] = frozenset({Risk.DISRUPTIVE, Risk.DESTRUCTIVE})
    needs: Needs = field(default_factory=dict)
    is_guided: bool = False
    checks_only: bool = False
    waives_approvals: bool = False


class Answer(Enum):
    """What is answered to a run's question.

    NOBODY where there is no person, and never will be. LOOK_AGAIN is no answer and is not
    journaled: the run's journal may hold one by now, or what else it waits for.
    """

    YES = "yes"
    NO = "no"
    HAPPENED = "happened"
    AGAIN = "again"
    SKIP = "skip"
    RETRY = "retry"
    NOTE = "note"
    ESCALATE = "escalate"
    HAND_OVER = "hand over"
    STOP = "stop"
    NOBODY = "nobody can say"
    LOOK_AGAIN = "look again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An Answer and whose it is.

    `text` are their own words: of a NOTE, of an ESCALATE, why they skip. `to` is the person to
    whom a HAND_OVER gives the run, empty: whoever takes it. `token` is the id of the token that
    they showed.
    """

    answer: Answer
    by: str
    text: str = ""
    to: str = ""
    token: str = ""


class UnansweredError(Exception):
    """Nobody is there to answer: the run is left open, and asks again when it goes on."""


class Asked(Enum):
    """What kind of question it is.

    UNDO: whether to undo what nobody knows to have failed, which nobody approves beforehand.
    """

    STEP = "step"
    UNDO = "undo"
    LOST = "lost"
    GUIDED = "guided"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedStep:
    """A step that waits for a person: exactly what will run, secrets masked.

    `cwd` is the folder in which it runs, empty for the target's own; `interpreter` the program
    that reads the command in place of its language's usual one, empty for that. `is_undo`: it
    runs only where a procedure stops and its stages are undone.
    """

    name: str
    language: str
    command: str
    target: str
    settings: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = 0.0
    cwd: str = ""
    interpreter: str = ""
    is_undo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What an engineer who knows nothing is told before a step.

    `title` is its heading, `why` the runbook's text near it, `healthy` the sentences that it is
    held to as they are written, each with its label, `previous` what came of the step before.
    `step` is exactly what would run, where and with which values, secrets masked. `when`, `risk`,
    `risk_text` and `loses` are those of the Option that the step belongs to. `failed` says why
    the step did not do what it should, where it has run already. In a procedure `stage` of `stages`
    is the one that it belongs to (0: none), and `held_up` says why stages are undone; `is_gate`: it
    decides whether the procedure begins.
    """

    part: Part
    title: str
    why: str = ""
    healthy: tuple[str, ...] = ()
    previous: str = ""
    number: int = 1
    count: int = 1
    step: RequestedStep | None = None
    when: str = ""
    risk: Risk | None = None
    risk_text: str = ""
    loses: str = ""
    failed: str = ""
    stage: int = 0
    stages: int = 0
    held_up: str = ""
    is_gate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """What waits for approval, and what it still needs.

    `approvals` others than the `requesters` must approve it, each with one of `roles` (empty:
    everybody with an identity), and each approval holds for `expires_s`. `hash` is the SHA-256
    over exactly what will run. `given` are the approvals so far, expired ones too.
    """

    option: str
    title: str
    risk: Risk
    hash: str
    approvals: int
    requesters: frozenset[str]
    roles: frozenset[str] = frozenset()
    expires_s: float = APPROVAL_EXPIRES_S
    loses: str = ""
    because: str = ""
    steps: tuple[RequestedStep, ...] = ()
    given: tuple[Approval, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a run asks a person.

    `about` is the step, `text` the question, `detail` the command or the evidence that they
    should see before they answer. `run` is the run's name and `seq` that of the entry that
    asks: an answer from elsewhere names it. `guide` is there where `kind` is GUIDED, `approval`
    where it is APPROVAL: then the answer comes from others, and this one may only wait for it.
    """

    about: str
    text: str
    detail: str
    choices: tuple[Answer, ...]
    kind: Asked = Asked.STEP
    run: str = ""
    seq: int = 0
    guide: Guide | None = None
    approval: ApprovalRequest | None = None
