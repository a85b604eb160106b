"""A named point → nothing, or `kill -9` of this process where a test has asked for it.

Part of the guardian: the standard library only, and only cheap modules of it.
"""

import os
import signal

CRASH_POINTS = (
    "server-before-fork",
    "server-after-fork",
    "guardian-before-lock",
    "guardian-after-lock",
    "guardian-after-spawn",
    "guardian-before-exit-file",
    "guardian-after-exit-file",
)

_AT = os.environ.get("DRILLBOOK_CRASH_AT", "")
_ONCE = os.environ.get("DRILLBOOK_CRASH_ONCE", "")


def crash_point(name: str) -> None:
    """Kill this process where DRILLBOOK_CRASH_AT names the point.

    DRILLBOOK_CRASH_ONCE names a file that must not exist yet: it is made, so only the first
    process that comes along is killed.
    """
    if name != _AT:
        return
    if _ONCE:
        try:
            os.close(os.open(_ONCE, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
    os.kill(os.getpid(), signal.SIGKILL)
