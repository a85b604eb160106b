"""Which lines of which files were changed since a revision."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drillbook.model.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """`lines` are stretches of changed lines by path, first and last; `new` are whole files."""

    lines: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    new: frozenset[str] = frozenset()

    def touch(self, place: Place) -> bool:
        """Whether one of the lines of this place was changed."""
        if place.path in self.new:
            return True
        last = max(place.line, place.end_line)
        stretches = self.lines.get(place.path, ())
        return any(place.line <= end and begin <= last for begin, end in stretches)
