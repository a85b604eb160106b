"""Named points at which a test lets the process die as `kill -9` would."""

import os
import signal

CRASH_POINTS = (
    "executor-before-intent",
    "executor-after-intent",
    "executor-after-act",
    "executor-after-outcome",
    "executor-before-record",
    "executor-after-record",
)

VARIABLE = "DRILLBOOK_CRASH_AT"


def crash_point(name: str, visit: int = 0) -> None:
    """Die here if DRILLBOOK_CRASH_AT says so: `name` at once, `name:3` at attempt 3."""
    wanted = os.environ.get(VARIABLE)
    if wanted is not None and wanted in (name, f"{name}:{visit}"):
        os.kill(os.getpid(), signal.SIGKILL)
