"""The journal's runs → where each stands, for whom it waits and since when; no plan is needed.

Reads the entries of the runs that are asked for and nothing else, so its time does not grow with
what else is in the journal.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from drillbook.model.journal import Entry, Journal
from drillbook.model.people import APPROVAL_EXPIRES_S
from drillbook.verbs.running.workplace import Workplace

PREFIX = "run/"
ENDED = "run-ended"
RESUMED = "run-resumed"
RUNS_MAX = 20
# So many names are read at once, where those of open runs are left out.
PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a run stands; times in nanoseconds since the Unix epoch.

    `state` is how it ended, or `open`. `waits_for` is empty while nobody has to do anything:
    then a process works on it, or it was cut off. `approvals` of `needed` have been given. `asked`
    is the entry that asks, 0 while nothing is asked; `given` says who approved, and until when
    that holds, `requesters` whose approval does not count.
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
    asked: int = 0
    expires_s: float = APPROVAL_EXPIRES_S
    given: Mapping[str, int] = field(default_factory=dict)
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
        found = _told(found, entry)
        if not found.began_at_ns:
            found = replace(found, began_at_ns=entry.at_ns)
        if entry.kind == ENDED:
            found = replace(found, ended_at_ns=entry.at_ns)
    return found


def _told(found: Standing, entry: Entry) -> Standing:
    """After one more entry; one that nobody can understand is a note, as the run itself takes it.

    An error here would keep a server from looking after any run.
    """
    if entry.kind == RESUMED:  # who looks at it again does not change since when it waits
        return _resumed(found, entry)
    tell = _TELLS.get(entry.kind)
    if tell is None:
        return found
    try:
        return replace(tell(found, entry), since_ns=entry.at_ns)
    except (ValueError, TypeError, OverflowError):
        return found


def timeline(place: Workplace, run: str) -> Sequence[Entry]:
    """Everything that the journal has of a run; empty where there is no such run."""
    return place.journal.entries(f"{PREFIX}{run.removeprefix(PREFIX)}")


def _requested(found: Standing, entry: Entry) -> Standing:
    by = str(entry.body.get("requested_by", ""))
    return replace(_named(found, entry), by=by, requesters=frozenset({by}), waits_for="a runner")


def _began(found: Standing, entry: Entry) -> Standing:
    operator = str(entry.body.get("operator", ""))
    named, requesters = _named(found, entry), found.requesters | {operator}
    return replace(named, by=found.by or operator, requesters=requesters, waits_for="")


def _named(found: Standing, entry: Entry) -> Standing:
    path, anchor = str(entry.body.get("runbook", "")), str(entry.body.get("anchor", ""))
    return replace(
        found,
        title=str(entry.body.get("title", found.title)),
        runbook=f"{path}#{anchor}" if anchor else path,
    )


def _asked(found: Standing, entry: Entry) -> Standing:
    step = str(entry.body.get("step", ""))
    return replace(found, asked=entry.seq, step=step, waits_for=f"an answer: run `{step}`?")


def _lost(found: Standing, entry: Entry) -> Standing:
    step = str(entry.body.get("step", ""))
    return replace(found, asked=entry.seq, step=step, waits_for=f"an answer: did `{step}` happen?")


def _approval_asked(found: Standing, entry: Entry) -> Standing:
    body, digest = entry.body, str(entry.body.get("hash", ""))
    asked = replace(
        found,
        asked=entry.seq,
        hash=digest,
        needed=int(body.get("approvals", 1)),
        roles=tuple(map(str, body.get("roles", ()))),
        requesters=found.requesters | frozenset(map(str, body.get("requesters", ()))),
        expires_s=float(body.get("expires_s", APPROVAL_EXPIRES_S)),
        given=found.given if digest == found.hash else {},
        step=str(body.get("title", "")),
    )
    return _counted(asked, entry.at_ns)


def _approved(found: Standing, entry: Entry) -> Standing:
    body = entry.body
    if not found.asked or body.get("hash") != found.hash:
        return found
    until_ns = entry.at_ns + int(found.expires_s * 1e9)
    until_ns = min(until_ns, int(body.get("expires_at_ns", until_ns)))
    roles = frozenset(map(str, body.get("roles", found.roles)))
    if found.roles and not roles & frozenset(found.roles):
        return found
    return _counted(
        replace(found, given={**found.given, str(body.get("by")): until_ns}), entry.at_ns
    )


def _counted(found: Standing, now_ns: int) -> Standing:
    """As the run itself counts: whoever had it go on, or approved too long ago, does not count."""
    others = {by for by, until_ns in found.given.items() if now_ns < until_ns} - found.requesters
    found = replace(found, approvals=frozenset(others))
    if len(others) >= found.needed:
        return replace(found, asked=0, waits_for="somebody who goes on with it: approved")
    who = f" of {' or '.join(found.roles)}" if found.roles else ""
    waits_for = f"approval{who}, {len(others)} of {found.needed}: {found.step}"
    return replace(found, waits_for=waits_for)


def _answered(found: Standing, entry: Entry) -> Standing:
    """An answer to an older question is none to this one."""
    if not found.asked or entry.body.get("question", found.asked) != found.asked:
        return found
    return replace(found, asked=0, waits_for="somebody who goes on with it: answered")


def _resumed(found: Standing, entry: Entry) -> Standing:
    return replace(found, requesters=found.requesters | {str(entry.body.get("by"))})


def _handed_over(found: Standing, entry: Entry) -> Standing:
    to = str(entry.body.get("to", ""))
    return replace(found, to=to, waits_for=f"{to or 'somebody'}, to whom it was handed over")


def _locked_out(found: Standing, entry: Entry) -> Standing:
    lock, run = entry.body.get("lock"), entry.body.get("run")
    return replace(found, waits_for=f"{lock}, which run {run} has locked")


def _to_be_ended(found: Standing, entry: Entry) -> Standing:
    """Who performs it ends it within moments; where nobody does, it waits for somebody who does."""
    wish = f"somebody who goes on with it: {entry.body.get('by')} wants it to end"
    return replace(found, asked=0, waits_for=wish)


def _at_work(found: Standing, _: Entry) -> Standing:
    return replace(found, waits_for="", to="", asked=0)


def _ended(found: Standing, entry: Entry) -> Standing:
    return replace(
        found,
        state=str(entry.body.get("state", "")),
        because=str(entry.body.get("because", "")),
        waits_for="",
    )


_TELLS: dict[str, Callable[[Standing, Entry], Standing]] = {
    "run-requested": _requested,
    "run-started": _began,
    "asked": _asked,
    "step-lost": _lost,
    "approval-asked": _approval_asked,
    "approved": _approved,
    "answered": _answered,
    "lock-awaited": _locked_out,
    "handed-over": _handed_over,
    "cancel-requested": _to_be_ended,
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
            "stopped",
            "stage-skipped",
            "stages-ended",
            "held-up",
            "undo-began",
            "undo-ended",
        ),
        _at_work,
    ),
    ENDED: _ended,
}
