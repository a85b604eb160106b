"""What the writer noted, line by line → what it counted, and when it was first refused."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from drillbook.model.lab import LabError

SENT = "sent"
ACKNOWLEDGED = "acknowledged"
REFUSED = "refused"
# A day of twenty orders a second.
LINES_MAX = 4_000_000


class Ledger:
    """The writer's own log: one line before each attempt and one after it, never buffered."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def note(self, event: str, reference: str, *, began_ns: int, why: str = "") -> None:
        """Append what happened to one attempt that began then."""
        line = {
            "event": event,
            "reference": reference,
            "began_ns": began_ns,
            "at_ns": time.time_ns(),
        }
        if why:
            line["why"] = why[:200]
        os.write(self._file, (json.dumps(line) + "\n").encode())

    def close(self) -> None:
        """Close the log."""
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """References that were acknowledged, with when, and how many attempts were refused."""

    acknowledged_at_ns: dict[str, int] = field(default_factory=dict)
    refused: int = 0


def _lines(path: Path, only: str) -> Iterator[dict[str, object]]:
    """Yield the lines of one event; a last line without its end is one that was never written."""
    sign = f'"event": "{only}"'.encode()
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if number > LINES_MAX:
                    raise LabError(f"{path} holds more than {LINES_MAX} lines; start a new lab")
                if sign in line and line.endswith(b"\n"):
                    yield json.loads(line)
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise LabError(f"{path} cannot be read ({error}); nothing can be counted") from error


def tally(path: Path) -> Tally:
    """Count the whole log. Raises LabError where it cannot be read."""
    acknowledged = {
        str(line["reference"]): _ns(line["at_ns"]) for line in _lines(path, ACKNOWLEDGED)
    }
    return Tally(acknowledged_at_ns=acknowledged, refused=sum(1 for _ in _lines(path, REFUSED)))


def first_refusal_ns(path: Path, *, since_ns: int) -> int | None:
    """Answer when the first refused attempt that began at or after `since_ns` began, or None."""
    for line in _lines(path, REFUSED):
        if _ns(line["began_ns"]) >= since_ns:
            return _ns(line["began_ns"])
    return None


def _ns(value: object) -> int:
    if not isinstance(value, int):
        raise LabError(f"the writer's log holds {value!r} where a time should be")
    return value
