"""What is looked for, and what is found: the place in a runbook, and why it is that one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One runbook that fits. `line` counts from 1; `section` is the title above it, or empty.

    `words` are those of the question that stand in the runbook, the rarest first; `alert` is the
    rule whose own text fits best, where no line of the runbook says it better, else empty.
    """

    path: str
    anchor: str
    title: str
    section: str
    line: int
    snippet: str
    words: tuple[str, ...]
    score: float
    alert: str = ""
