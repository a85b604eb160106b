"""What happens in a drill → entries of its stream: phases, activities, facts.

An activity is a wait, a probe or an act that was asked for: the time in none of them is the
tool's own, which the Verdict names.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from drillbook.model.journal import Entry, Journal, Watch


class Recorder:
    """Writes one drill's stream and tells the watcher."""

    def __init__(self, journal: Journal, stream: str, watch: Watch) -> None:
        self.journal = journal
        self.stream = stream
        self._watch = watch
        self.phase = ""

    def tell(self, kind: str, body: Mapping[str, Any]) -> Entry:
        """Journal one fact of the phase that is going on."""
        entry = self.journal.append(self.stream, kind, {"phase": self.phase, **body})
        self._watch(entry)
        return entry

    @contextmanager
    def during(self, phase: str) -> Iterator[None]:
        """Journal the beginning and the end of a phase, also where it ends by an exception."""
        self.phase = phase
        self.tell("phase-began", {})
        try:
            yield
        finally:
            self.tell("phase-ended", {})

    @contextmanager
    def activity(
        self, text: str, *, expected_s: tuple[float, float] | None = None
    ) -> Iterator[None]:
        """Journal the beginning and the end of a wait, a probe or an act."""
        began = self.tell("activity-began", {"text": text, "expected_s": expected_s})
        try:
            yield
        finally:
            self.tell("activity-ended", {"began": began.seq})
