"""Entries of a drill's stream → its facts by phase, as the judge asks for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drillbook.model.journal import Entry
from drillbook.model.verdict import PhaseSpan


@dataclass(frozen=True, slots=True)
class Story:
    """A drill's entries, and questions about them."""

    entries: Sequence[Entry]

    def last(self, kind: str, phase: str | None = None) -> Entry | None:
        """The last entry of this kind (in this phase)."""
        for entry in reversed(self.entries):
            if entry.kind == kind and phase in (None, entry.body.get("phase")):
                return entry
        return None

    def body(self, kind: str, phase: str | None = None) -> Mapping[str, Any]:
        """The last such entry's body, empty where there is none."""
        entry = self.last(kind, phase)
        return entry.body if entry else {}

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the drill was started with."""
        return self.body("drill-started")

    def why_not(self) -> str:
        """Why the drill did not come to something."""
        for kind in ("abandoned", "interrupted"):
            if entry := self.last(kind):
                return str(entry.body["because"])
        ended = self.last("drill-ended") is not None
        return "it was not looked at" if ended else "the drill was cut off"

    def phases(self) -> tuple[PhaseSpan, ...]:
        """The phases in their order."""
        spans: list[PhaseSpan] = []
        for entry in self.entries:
            name = str(entry.body.get("phase", ""))
            if entry.kind == "phase-began":
                spans.append(PhaseSpan(name=name, begin_ns=entry.at_ns, end_ns=None))
            elif entry.kind == "phase-ended" and spans:
                begin_ns = spans[-1].begin_ns
                spans[-1] = PhaseSpan(name=name, begin_ns=begin_ns, end_ns=entry.at_ns)
        return tuple(spans)
