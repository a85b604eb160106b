"""The journal's runs → where each stands, for whom it waits and since when; no plan is needed.

Reads the entries of the runs that are asked for and nothing else, so its time does not grow with
what else is in the journal.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from drillbook.model.journal import Entry, Journal
from drillbook.verbs.workplace import Workplace

PREFIX = "run/"
ENDED = "run-ended"
RUNS_MAX = 20
# So many names are read at once, where those of open runs are left out.
PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a run stands; times in nanoseconds since the Unix epoch.

    `state` is how it ended, or `open`. `waits_for` is empty while nobody has to do anything:
    then a process works on it, or it was cut off. `approvals` of `needed` have been given.
    """

    run: str
    title: str = ""
    runbook: str = ""
    by: str = ""
    state: str = "open"
    because: str = ""
    waits_for: str = ""
    step: str = ""
    approvals: frozenset[str] = frozenset()
    needed: int = 0
    hash: str = ""
    roles: tuple[str, ...] = ()
    requesters: frozenset[str] = field(default_factory=frozenset)
    to: str = ""
    began_at_ns: int = 0
    since_ns: int = 0
    ended_at_ns: int | None = None


def standings(place: Workplace, *, most: int = RUNS_MAX) -> list[Standing]:
    """The open runs, oldest first, and then the last that ended: together not more than `most`.

    All open runs are among them, however many they are.
    """
    names = place.journal.unended(PREFIX, ENDED)
    ended = last_runs(place.journal, most - len(names), is_open=False)
    return [standing_of(place, name) for name in (*names, *ended)]


def last_runs(
    journal: Journal, count: int, *, before: str = "", is_open: bool | None = None
) -> list[str]:
    """The streams of the last `count` runs, newest first: all, or those that (do not) go on.

    With `before`, the name of a stream, only runs of earlier names. The time grows with `count`
    and with how many runs are open, not with how many there were.
    """
    if is_open:
        names = sorted(journal.unended(PREFIX, ENDED), reverse=True)
        return [name for name in names if not before or name < before][: max(count, 0)]
    others = frozenset() if is_open is None else frozenset(journal.unended(PREFIX, ENDED))
    found: list[str] = []
    while len(found) < count:
        page = journal.last_streams(PREFIX, max(count, PAGE), before=before)
        if not page:
            break
        found += [name for name in reversed(page) if name not in others]
        before = page[0]
    return found[: max(count, 0)]


def standing_of(place: Workplace, stream: str) -> Standing:
    """Where the run of this stream stands."""
    return standing(stream.removeprefix(PREFIX), place.journal.entries(stream))


def standing(run: str, entries: Iterable[Entry]) -> Standing:
    """Where a run stands after these entries. Pure."""
    found = Standing(run=run)
    for entry in entries:
        tell = _TELLS.get(entry.kind)
        if tell is not None:
            found = replace(tell(found, entry.body), since_ns=entry.at_ns)
        if not found.began_at_ns:
            found = replace(found, began_at_ns=entry.at_ns)
        if entry.kind == ENDED:
            found = replace(found, ended_at_ns=entry.at_ns)
    return found


def timeline(place: Workplace, run: str) -> Sequence[Entry]:
    """Everything that the journal has of a run; empty where there is no such run."""
    return place.journal.entries(f"{PREFIX}{run.removeprefix(PREFIX)}")


Body = Mapping[str, Any]


def _requested(found: Standing, body: Body) -> Standing:
    by = str(body.get("requested_by", ""))
    return replace(_named(found, body), by=by, waits_for="a runner")


def _began(found: Standing, body: Body) -> Standing:
    by = found.by or str(body.get("operator", ""))
    return replace(_named(found, body), by=by, waits_for="")


def _named(found: Standing, body: Body) -> Standing:
    path, anchor = str(body.get("runbook", "")), str(body.get("anchor", ""))
    return replace(
        found,
        title=str(body.get("title", found.title)),
        runbook=f"{path}#{anchor}" if anchor else path,
    )


def _asked(found: Standing, body: Body) -> Standing:
    step = str(body.get("step", ""))
    return replace(found, step=step, waits_for=f"an answer: run `{step}`?")


def _lost(found: Standing, body: Body) -> Standing:
    step = str(body.get("step", ""))
    return replace(found, step=step, waits_for=f"an answer: did `{step}` happen?")


def _approval_asked(found: Standing, body: Body) -> Standing:
    digest = str(body.get("hash", ""))
    return _counted(
        replace(
            found,
            hash=digest,
            needed=int(body.get("approvals", 1)),
            roles=tuple(map(str, body.get("roles", ()))),
            requesters=frozenset(map(str, body.get("requesters", ()))),
            approvals=found.approvals if digest == found.hash else frozenset(),
            step=str(body.get("title", "")),
        )
    )


def _approved(found: Standing, body: Body) -> Standing:
    if body.get("hash") != found.hash or found.ended_at_ns:
        return found
    return _counted(replace(found, approvals=found.approvals | {str(body.get("by"))}))


def _counted(found: Standing) -> Standing:
    got = len(found.approvals)
    if got >= found.needed:
        return replace(found, waits_for="somebody who goes on with it: approved")
    who = f" of {' or '.join(found.roles)}" if found.roles else ""
    return replace(found, waits_for=f"approval{who}, {got} of {found.needed}: {found.step}")


def _answered(found: Standing, _: Body) -> Standing:
    return replace(found, waits_for="somebody who goes on with it: answered")


def _handed_over(found: Standing, body: Body) -> Standing:
    to = str(body.get("to", ""))
    return replace(found, to=to, waits_for=f"{to or 'somebody'}, to whom it was handed over")


def _locked_out(found: Standing, body: Body) -> Standing:
    return replace(found, waits_for=f"{body.get('lock')}, which run {body.get('run')} has locked")


def _at_work(found: Standing, _: Body) -> Standing:
    return replace(found, waits_for="", to="")


def _ended(found: Standing, body: Body) -> Standing:
    return replace(
        found,
        state=str(body.get("state", "")),
        because=str(body.get("because", "")),
        waits_for="",
    )


_TELLS: dict[str, Callable[[Standing, Body], Standing]] = {
    "run-requested": _requested,
    "run-started": _began,
    "asked": _asked,
    "step-lost": _lost,
    "approval-asked": _approval_asked,
    "approved": _approved,
    "answered": _answered,
    "lock-awaited": _locked_out,
    "handed-over": _handed_over,
    **dict.fromkeys(
        (
            "step-started",
            "step-finished",
            "step-abandoned",
            "step-cancelled",
            "checks-ended",
            "option-chosen",
            "option-ended",
            "verification-ended",
            "approval-refused",
            "cancel-requested",
            "stopped",
        ),
        _at_work,
    ),
    ENDED: _ended,
}
