"""An intent + this machine and its attempt's folder → whether the traces here are of that attempt.

Two runners of one machine may keep their state in folders of their own: then both have the same
host and boot, and a folder of the same number that the other one never saw.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from drillbook.model.attempt import Origin


def mark_of(folder: Path) -> str:
    """What no other folder of this machine has while this one is there.

    A copy of it has another: what it holds is not the attempt's any more. Raises OSError.
    """
    found = folder.stat()
    return f"{found.st_dev}:{found.st_ino}"


def is_of_machine(intent: Mapping[str, Any], origin: Origin) -> bool:
    """Whether it was made on this machine since it started: only then do traces count."""
    return origin == Origin(host=str(intent["host"]), boot_id=str(intent["boot_id"]))


def is_of_folder(intent: Mapping[str, Any], folder: Path) -> bool:
    """Whether it meant just this folder; an intent of an older version does not say."""
    try:
        mark = mark_of(folder)
    except OSError:
        return False
    return bool(intent.get("folder", mark) == mark)
