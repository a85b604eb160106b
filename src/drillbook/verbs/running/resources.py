"""A run + the resources that its runbook locks → the run holds them all, or who does.

The stream `lock/NAME` holds an entry `lock-taken` {run, by} for each run that took it. The last
one holds it as long as its run has not ended: a run that was cut off still does, until somebody
goes on with it or has it cancelled. Nothing is ever given back, so nothing can be forgotten.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from drillbook.model.journal import Entry, Journal, MovedError

PREFIX = "lock/"
TAKEN = "lock-taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Which run, started by whom, holds the lock `name`."""

    name: str
    run: str
    by: str


class ResourceHeldError(Exception):
    """Another run holds a resource that this one locks; `holder` is which, and whose."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(
            f"`{holder.name}` is locked by run {holder.run} of {holder.by}; it is free once that "
            f"run has ended: wait, or go on with it by `drillbook resume {holder.run}`"
        )
        self.holder = holder


def take_locks(journal: Journal, names: Iterable[str], run: str, by: str) -> None:
    """Take them one after the other, in the same order for every run, so that no two wait in turn.

    Those that it has already are left as they are. Raises ResourceHeldError at the first that
    another run holds; what was taken before it stays taken.
    """
    for name in sorted(set(names)):
        _take(journal, name, run, by)


def holder_of(journal: Journal, name: str) -> Holder | None:
    """Who holds the lock; None where it is free."""
    return _holder(journal, name, journal.head(f"{PREFIX}{name}"))


def _take(journal: Journal, name: str, run: str, by: str) -> None:
    stream = f"{PREFIX}{name}"
    while True:
        head = journal.head(stream)
        holder = _holder(journal, name, head)
        if holder is not None and holder.run != run:
            raise ResourceHeldError(holder)
        if holder is not None:
            return
        try:
            journal.append(stream, TAKEN, {"run": run, "by": by}, if_head=head.seq if head else 0)
        except MovedError:
            continue  # somebody was faster: look who
        return


def _holder(journal: Journal, name: str, head: Entry | None) -> Holder | None:
    if head is None:
        return None
    run = str(head.body["run"])
    if _has_ended(journal, run):
        return None
    return Holder(name=name, run=run, by=str(head.body["by"]))


def _has_ended(journal: Journal, run: str) -> bool:
    """A note may follow the end, so the last entry alone does not tell."""
    head = journal.head(f"run/{run}")
    if head is not None and head.kind == "run-ended":
        return True
    return any(entry.kind == "run-ended" for entry in journal.entries(f"run/{run}"))
