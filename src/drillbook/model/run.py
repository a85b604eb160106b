"""One execution of a Runbook: where it stands, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from drillbook.model.people import Needs
from drillbook.model.sentence import CheckStatus, Risk


class RunState(Enum):
    """Where a run stands; what follows from what is `drillbook.run.state`'s table."""

    READY = "ready"
    CHECKING = "checking"
    CHOOSING = "choosing"
    ASKING = "asking"
    RESOLVING = "resolving"
    VERIFYING = "verifying"
    WAITING = "waiting"
    RECOVERED = "recovered"
    ESCALATED = "escalated"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class StepResult(Enum):
    """What a finished step means."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as its journal tells it.

    `recovered_at_ns` is the beginning of the sustained recovery, `because` a sentence.
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


class Part(Enum):
    """Which part of the runbook a step belongs to."""

    CHECK = "check"
    OPTION = "option"
    VERIFICATION = "verification"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the operator may do: `allowed` is the highest Risk, `asks` those asked about first.

    `needs` are the approvals that a risk needs. `is_guided`: a person decides on every step.
    `checks_only`: the Checks run, the Option that would be chosen is named, and nothing is done.
    """

    allowed: Risk = Risk.DESTRUCTIVE
    asks: frozenset[Risk] = frozenset({Risk.DISRUPTIVE, Risk.DESTRUCTIVE})
    needs: Needs = field(default_factory=dict)
    is_guided: bool = False
    checks_only: bool = False


class Answer(Enum):
    """What is answered to a run's question; NOBODY where there is no person, and never will be."""

    YES = "yes"
    NO = "no"
    HAPPENED = "happened"
    AGAIN = "again"
    STOP = "stop"
    NOBODY = "nobody can say"


class UnansweredError(Exception):
    """Nobody is there to answer: the run is left open, and asks again when it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a run asks a person.

    `about` is the step, `text` the question, `detail` the command or the evidence that they
    should see before they answer.
    """

    about: str
    text: str
    detail: str
    choices: tuple[Answer, ...]
