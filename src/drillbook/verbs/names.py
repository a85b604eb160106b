"""Names for runs, incidents and drills: in the order of time, readable, never twice."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from drillbook.model.clock import Clock
from drillbook.model.journal import Entry, Journal, JournalError, MovedError

# Four digits make two of a few hundred in one second alike; so many times in a row, never.
TRIES_MAX = 50


def new_name(clock: Clock) -> str:
    """Like `20261121-103045-7f3a`: UTC, and four random hexadecimal digits."""
    at = datetime.fromtimestamp(clock.now_ns() / 1e9, tz=UTC)
    return f"{at:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def begin_run(
    journal: Journal, clock: Clock, kind: str, body: Mapping[str, Any], *, name: str = ""
) -> Entry:
    """The first entry of a run of this name, or of a new one that no other run has.

    Raises MovedError where there is a run of this name, JournalError where no new one is free.
    """
    if name:
        return journal.append(f"run/{name}", kind, body, if_head=0)
    for _ in range(TRIES_MAX):
        with suppress(MovedError):
            return journal.append(f"run/{new_name(clock)}", kind, body, if_head=0)
    raise JournalError("more runs begin in this second than there are names; try it again")
