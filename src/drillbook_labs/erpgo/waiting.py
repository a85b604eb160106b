"""A condition → its coming true, or LabError at the end of the time it is given."""

import time
from collections.abc import Callable

from drillbook.model.lab import LabError

POLL_S = 0.02


def wait_until(condition: Callable[[], bool], *, within_s: float, what: str) -> None:
    """Return when the condition holds. Raises LabError that names `what` did not come."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() >= deadline:
            raise LabError(f"waited {within_s:g} s for {what}, in vain")
        time.sleep(POLL_S)
