"""Names for runs, incidents and drills: in the order of time, readable, never twice."""

import secrets
from datetime import UTC, datetime

from drillbook.model.clock import Clock


def new_name(clock: Clock) -> str:
    """Like `20261121-103045-7f3a`: UTC, and four random hexadecimal digits."""
    at = datetime.fromtimestamp(clock.now_ns() / 1e9, tz=UTC)
    return f"{at:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
