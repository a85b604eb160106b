"""What is wrong in a text that a user wrote: the place, the cause and the cure."""

from dataclasses import dataclass
from enum import Enum

from drillbook.model.place import Place


class Severity(Enum):
    """How much a Finding matters. An ERROR stops a plan, a WARNING and a NOTE do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    def is_at_least(self, other: "Severity") -> bool:
        """Whether it is as grave as the other, or graver."""
        order = list(Severity)
        return order.index(self) <= order.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A mechanical cure: what stands at `place`, up to its end, is replaced by `text`.

    An insertion has a place whose end is its beginning.
    """

    place: Place
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One flaw: `lint` names what is flagged, `message` says the cause, `help` the cure."""

    place: Place
    lint: str
    message: str
    help: str
    severity: Severity = Severity.ERROR
    fix: Fix | None = None
