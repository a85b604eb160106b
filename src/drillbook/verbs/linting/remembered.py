"""The journal + the runbooks and drills that there are → what has been shown of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drillbook.cover.tallying import tally_of
from drillbook.model.coverage import Studied, Tally
from drillbook.model.journal import Entry, Journal
from drillbook.model.verdict import VerdictState
from drillbook.verbs.covering.tree import PackFolder
from drillbook.verbs.drill import CannotDrillError, judge_again
from drillbook.verbs.running.workplace import Workplace

# Enough to say how accurate a runbook is; more would only take longer.
RUNS_MAX = 1_000
DRILLS_MAX = 500
_BEGIN = ("run-started", "run-requested")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """`tallies` by the runbook's name, then the step's. `verdicts` by pack and drill, with when."""

    tallies: Mapping[str, Mapping[str, Tally]] = field(default_factory=dict)
    runs: int = 0
    verdicts: Mapping[tuple[str, str], tuple[VerdictState, int]] = field(default_factory=dict)


def remembered(
    place: Workplace,
    root: Path,
    studied: Iterable[Studied],
    packs: Iterable[PackFolder],
    drills: Iterable[tuple[str, str]],
) -> Remembered:
    """Of the last thousand runs, and of the last five hundred drills the last of each."""
    known = _Known(root, studied, packs)
    tallies: dict[str, dict[str, Tally]] = {}
    runs = 0
    for stream in place.journal.last_streams("run/", RUNS_MAX):
        entries = place.journal.entries(stream)
        name = known.name_of(entries)
        if name is not None:
            runs += 1
            of_runbook = tallies.setdefault(name, {})
            for step, tally in tally_of(entries).items():
                of_runbook[step] = of_runbook.get(step, Tally()) + tally
    return Remembered(tallies=tallies, runs=runs, verdicts=_verdicts(place, frozenset(drills)))


class _Known:
    """The runbooks by all that a run may have called them."""

    def __init__(self, root: Path, studied: Iterable[Studied], packs: Iterable[PackFolder]) -> None:
        packs = list(packs)
        self._by_text: dict[tuple[str, str], set[str]] = {}
        self._by_path: dict[tuple[str, str], set[str]] = {}
        for each in studied:
            self._by_text.setdefault((each.source_hash, each.anchor), set()).add(each.name)
            paths = {each.path, str(root / each.path)}
            for pack in packs:
                inside = pack.inside(each.path)
                if inside is not None:
                    paths |= {inside, f"{pack.name}/{inside}"}
            for path in paths:
                self._by_path.setdefault((path, each.anchor), set()).add(each.name)

    def name_of(self, entries: Iterable[Entry]) -> str | None:
        """The runbook of a run: of just that text, else of that path, where only one is."""
        body = next((entry.body for entry in entries if entry.kind in _BEGIN), None)
        if body is None:
            return None
        anchor = str(body.get("anchor", ""))
        by_text = self._by_text.get((str(body.get("source", "")), anchor), set())
        by_path = self._by_path.get((str(body.get("runbook", "")), anchor), set())
        for found in (by_text & by_path, by_path, by_text):
            if len(found) == 1:
                return next(iter(found))
        return None


def _verdicts(
    place: Workplace, drills: frozenset[tuple[str, str]]
) -> Mapping[tuple[str, str], tuple[VerdictState, int]]:
    """Judged again from the entries, which is how it was judged at the time."""
    found: dict[tuple[str, str], tuple[VerdictState, int]] = {}
    for stream in reversed(place.journal.last_streams("drill/", DRILLS_MAX)):
        first = _first(place.journal, stream)
        key = (str(first.body.get("pack")), str(first.body.get("drill"))) if first else ("", "")
        if first is None or key not in drills or key in found:
            continue
        try:
            verdict, _ = judge_again(place, stream.removeprefix("drill/"))
        except CannotDrillError:
            # Entries that are not those that were written prove nothing, either way.
            found[key] = (VerdictState.UNKNOWN, first.at_ns)
        else:
            found[key] = (verdict.state, first.at_ns)
        if len(found) == len(drills):
            break
    return found


def _first(journal: Journal, stream: str) -> Entry | None:
    entries = journal.entries(stream)
    return entries[0] if entries and entries[0].kind == "drill-started" else None
