"""Entries of a drill and its run → seconds in which no wait, probe or step was outstanding."""

from collections.abc import Iterator, Sequence

from drillbook.model.journal import Entry

Span = tuple[int, int]


def overhead_s(drill: Sequence[Entry], run: Sequence[Entry]) -> float | None:
    """The tool's own time from the first entry to the last; None for less than two entries."""
    if len(drill) < 2:
        return None
    total_ns = drill[-1].at_ns - drill[0].at_ns
    return (total_ns - _covered_ns([*_activities(drill), *_steps(run)])) / 1e9


def _activities(entries: Sequence[Entry]) -> Iterator[Span]:
    began = {entry.seq: entry.at_ns for entry in entries if entry.kind == "activity-began"}
    for entry in entries:
        if entry.kind == "activity-ended":
            yield began[entry.body["began"]], entry.at_ns


def _steps(entries: Sequence[Entry]) -> Iterator[Span]:
    """From each intent to its outcome, and the wait for the next poll before it."""
    began: dict[int, Span] = {}
    for entry in entries:
        if entry.kind == "step-started":
            waited_ns = int(entry.body["waited_s"] * 1e9)
            began[entry.body["attempt"]] = (entry.at_ns - waited_ns, entry.at_ns)
        elif entry.kind == "step-finished" and entry.body["attempt"] in began:
            yield began[entry.body["attempt"]][0], entry.at_ns


def _covered_ns(spans: list[Span]) -> int:
    covered = end = 0
    for begin_ns, end_ns in sorted(spans):
        covered += max(0, end_ns - max(begin_ns, end))
        end = max(end, end_ns)
    return covered
