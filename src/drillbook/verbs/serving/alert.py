"""Alerts that a webhook brought → incidents in the journal, each alert in one, and who responds.

The name of an incident is made of the alert's own identity, so that the same alert that is sent
again, to any server and at the same moment, finds the incident that there is.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from drillbook.incident.records import STREAM_PREFIX, alert_body, fold_incident
from drillbook.link.match import Match, match
from drillbook.model.alert import Alert, AlertStatus
from drillbook.model.engine import SERVERS, Engine, Job
from drillbook.model.incident import MatchedBy
from drillbook.model.journal import Entry, MovedError
from drillbook.model.pack import Pack
from drillbook.verbs.running.workplace import Workplace
from drillbook.verbs.serving.shelf import Shelf, name_of

RESPOND = "respond"
DIGITS = 10
# Who else appends to an incident in the same moment does so once or twice, not for ever.
TRIES_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of the alerts of one webhook: names of incidents, and alerts that opened none."""

    opened: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    ignored: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The pack in which an alert found its runbook; None where it found none."""

    pack: Pack | None
    match: Match


def take_alerts(
    place: Workplace, engine: Engine, shelf: Shelf, alerts: Iterable[Alert], *, by: str
) -> Taken:
    """Journal the alerts and submit who responds; all of it is on disk when this returns.

    An alert that ends and never opened an incident is ignored. Raises JournalError and
    EngineError: then the sender is to try again, and what was taken already is found again.
    """
    opened, folded, ignored = [], [], 0
    for alert in alerts:
        name = incident_of(alert)
        entries = place.journal.entries(f"{STREAM_PREFIX}{name}")
        if not entries and alert.status is AlertStatus.RESOLVED:
            ignored += 1
        elif not entries and _open(place, shelf.packs, name, alert, by):
            opened.append(name)
            engine.submit(respond_job(name))
        else:
            folded.append(name)
            _fold(place, engine, name, alert)
    return Taken(opened=tuple(opened), folded=tuple(folded), ignored=ignored)


def respond_job(name: str) -> Job:
    """There is something to do about this incident."""
    return Job(key=f"{STREAM_PREFIX}{name}", kind=RESPOND, site=SERVERS, args={"incident": name})


def incident_of(alert: Alert) -> str:
    """Like `20261121-103045-0f3a9c2b7d`: when it began, UTC, and digits of its fingerprint."""
    labels = "".join(f"{name}\0{value}\0" for name, value in sorted(alert.labels.items()))
    identity = f"{alert.fingerprint or labels}\0{alert.starts_at_ns}"
    digits = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
    at = datetime.fromtimestamp(max(alert.starts_at_ns, 0) / 1e9, tz=UTC)
    return f"{at:%Y%m%d-%H%M%S}-{digits}"


def is_untouched(entries: Sequence[Entry]) -> bool:
    """Whether nobody has responded yet: whoever opened it may have died right after."""
    return all(entry.kind in {"incident-opened", "alert-received"} for entry in entries)


def find_runbook(alert: Alert, packs: Iterable[Pack]) -> Found:
    """The first pack, in the order of the settings, in which the alert finds a runbook."""
    misses = []
    for pack in packs:
        found = match(alert, pack)
        if found.runbook is not None:
            return Found(pack=pack, match=found)
        misses.append(found.because)
    because = "; ".join(misses) or "no packs are configured"
    nothing = Match(runbook=None, matched_by=MatchedBy.NOTHING, because=because)
    return Found(pack=None, match=nothing)


def _open(place: Workplace, packs: Iterable[Pack], name: str, alert: Alert, by: str) -> bool:
    """Whether it was we who opened it, and not another server in the same moment."""
    found = find_runbook(alert, packs)
    try:
        body = _opening(alert, found, by)
        place.journal.append(f"{STREAM_PREFIX}{name}", "incident-opened", body, if_head=0)
    except MovedError:
        return False
    return True


def _fold(place: Workplace, engine: Engine, name: str, alert: Alert) -> None:
    """Journal what is new, that it ended: once. One that fires later has another beginning."""
    stream = f"{STREAM_PREFIX}{name}"
    for _ in range(TRIES_MAX):
        entries = place.journal.entries(stream)
        if is_untouched(entries):
            engine.submit(respond_job(name))
        if alert.status is AlertStatus.FIRING or _has_ended(entries):
            return
        try:
            body = {"alert": alert_body(alert)}
            place.journal.append(stream, "alert-received", body, if_head=entries[-1].seq)
        except MovedError:
            continue
        return


def _has_ended(entries: Sequence[Entry]) -> bool:
    incident = fold_incident(entries)
    known = incident.alerts if incident else ()
    return any(each.status is AlertStatus.RESOLVED for each in known)


def _opening(alert: Alert, found: Found, by: str) -> Mapping[str, object]:
    runbook = found.match.runbook
    return {
        "alerts": [alert_body(alert)],
        "runbook": runbook.path if runbook else None,
        "book": name_of(found.pack, runbook) if found.pack and runbook else None,
        "matched_by": found.match.matched_by.value,
        "because": found.match.because,
        "is_drill": False,
        "by": by,
    }
