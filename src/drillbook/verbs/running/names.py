"""Names for runs, incidents and drills: in the order of time, readable, never twice."""

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from drillbook.model.clock import Clock
from drillbook.model.journal import Entry, Journal, JournalError, MovedError

# Four digits make two of a few hundred in one second alike; so many times in a row, never.
TRIES_MAX = 50
# Of a name that is promised before its run begins, and cannot be changed then: so many bits that
# no two promises of one second are ever alike.
PROMISED_DIGITS = 10


def new_name(clock: Clock) -> str:
    """Like `20261121-103045-7f3a`: UTC, and four random hexadecimal digits.

    Another may have it: runs and incidents are begun below, where it is then another one.
    """
    return f"{_moment(clock)}-{secrets.token_hex(2)}"


def promised_name(clock: Clock, promise: str) -> str:
    """Like `20261121-103045-0f3a9c2b7d`: UTC, and digits of what it is promised by.

    `promise` is unlike all others: the stream of the journal that holds it, for one. Nobody else
    has the name then, also where its run begins much later, or twice at once.
    """
    digits = hashlib.sha256(promise.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_moment(clock)}-{digits[:PROMISED_DIGITS]}"


def begin_run(
    journal: Journal, clock: Clock, kind: str, body: Mapping[str, Any], *, name: str = ""
) -> Entry:
    """The first entry of a run of this name, or of a new one that no other run has.

    Raises MovedError where there is a run of this name, JournalError where no new one is free.
    """
    if name:
        return journal.append(f"run/{name}", kind, body, if_head=0)
    return _begin(journal, clock, "run/", kind, body)


def open_incident(journal: Journal, clock: Clock, body: Mapping[str, Any]) -> Entry:
    """The first entry of an incident, under a name that no other has. Raises JournalError."""
    return _begin(journal, clock, "incident/", "incident-opened", body)


def _begin(
    journal: Journal, clock: Clock, prefix: str, kind: str, body: Mapping[str, Any]
) -> Entry:
    for _ in range(TRIES_MAX):
        with suppress(MovedError):
            return journal.append(f"{prefix}{new_name(clock)}", kind, body, if_head=0)
    raise JournalError("more begins in this second than there are names; try it again")


def _moment(clock: Clock) -> str:
    return f"{datetime.fromtimestamp(clock.now_ns() / 1e9, tz=UTC):%Y%m%d-%H%M%S}"
