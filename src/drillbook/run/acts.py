"""What the operator can do next: perform a step, journal what follows, ask a person, be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from drillbook.model.run import Question
from drillbook.model.runbook import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Perform:
    """Perform this step."""

    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Journal this: it follows from what is there."""

    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask a person."""

    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The run has ended and said so."""


Act = Perform | Record | Ask | Done
