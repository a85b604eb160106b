"""A planned step + its values → what a program far away reads to perform it (`remote.bash`).

Nothing of a step stands in an argument: the command that begins it over there is the same for
every step, and the program, the variables and the script come by standard input.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from drillbook.model.plan import PlannedStep
from drillbook.run.actions.registry import ACTIONS

# No quote, no backslash, no `!` and one line: every shell that a login may have (fish, csh)
# reads these words alike.
_BEGIN = 'IFS= LC_ALL=C read -rN 5 n && IFS= LC_ALL=C read -rN "$n" p && eval "$p"'
# `-p`: whatever BASH_ENV names over there, and functions that come in its environment, are not
# to be taken for ours.
BOOTSTRAP: tuple[str, ...] = ("bash", "-p", "-c", _BEGIN)
BOOTSTRAP_LINE = f"exec bash -p -c '{_BEGIN}'"

_COMMENT = re.compile(r"^\s*#.*\n", re.MULTILINE)
_PROGRAM = _COMMENT.sub("", Path(__file__).with_name("remote.bash").read_text(encoding="ascii"))
_ROUND_S = 0.06
# Over there the time limit is kept too, a little later than here: for the case that it is us who
# are cut off.
_LATER_S = 10.0


def new_mark() -> str:
    """A word that no output can hold by chance or guess."""
    return f"drillbook-{secrets.token_hex(16)}"


def frame_of(planned: PlannedStep, values: Mapping[str, str], mark: str, grace_s: float) -> bytes:
    """The program and all that it reads before it says that it is ready.

    Raises ValueError where a value holds a NUL, which no variable can.
    """
    step = planned.step
    fields = (
        mark,
        f"{planned.timeout_s + _LATER_S:.3f}",
        str(round(grace_s / _ROUND_S)),
        "1" if step.is_background else "0",
        step.cwd or planned.target.cwd or "",
        *_counted(ACTIONS[step.language].start(planned).argv),
        *_counted(f"{name}={value}" for name, value in values.items()),
    )
    program = _PROGRAM.encode("ascii")
    return b"%05d" % len(program) + program + b"".join(_field(text) for text in fields)


def _counted(texts: Iterable[str]) -> tuple[str, ...]:
    items = tuple(texts)
    return (str(len(items)), *items)


def _field(text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    if b"\0" in data:
        raise ValueError("a NUL cannot be part of a variable or of a script")
    return b"%d\n" % len(data) + data
