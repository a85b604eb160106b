"""The labelled sentences of a runbook, as the conditions that a machine evaluates."""

from dataclasses import dataclass
from enum import Enum

from drillbook.model.place import Place


class Comparison(Enum):
    """How a number is compared with a bound, in the words of the format."""

    BELOW = "below"
    ABOVE = "above"
    AT_MOST = "at most"
    AT_LEAST = "at least"
    IS = "is"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitCodeIs:
    """`exit code is 0 or 2`."""

    codes: tuple[int, ...]


class OutputTest(Enum):
    """How a step's output is compared with a text."""

    IS = "is"
    CONTAINS = "contains"
    MATCHES = "matches"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputCompares:
    """``output is|contains|matches `…` `` or `output is empty` (then `text` is empty).

    `matches` searches the output for the RE2 pattern.
    """

    test: OutputTest
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberCompares:
    """`number is below 95`: the one number that the output holds."""

    comparison: Comparison
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberBetween:
    """`number is between 1 and 5`, both ends included."""

    low: float
    high: float


Term = ExitCodeIs | OutputCompares | NumberCompares | NumberBetween


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Terms joined by `and`, with `for D` (must hold that long) and `within D` (by then)."""

    place: Place
    text: str
    terms: tuple[Term, ...]
    for_s: float | None = None
    within_s: float | None = None


class CheckStatus(Enum):
    """What a Check says of the system."""

    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIs:
    """`` `server-ready` is unhealthy ``; a sentence may name several statuses joined by or."""

    check: str
    status: CheckStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureCompares:
    """`` `lag` is below 30 ``: a captured value beside a bound, or a text for IS."""

    capture: str
    comparison: Comparison
    bound: float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """`not …`."""

    item: "Formula"


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """`… and …`."""

    items: tuple["Formula", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """`… or …`."""

    items: tuple["Formula", ...]


Formula = CheckIs | CaptureCompares | Not | And | Or


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a When says, as written and as understood."""

    place: Place
    text: str
    formula: Formula


class CaptureKind(Enum):
    """How a value is taken out of a step's output."""

    NUMBER = "number"
    JSON_PATH = "JSON path"
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """``**Capture:** `lag` is number`` | ``is JSON path `…` `` | ``is group 1 of `…` ``."""

    place: Place
    name: str
    kind: CaptureKind
    pattern: str = ""
    group: int = 0


class Risk(Enum):
    """What an Option may do to users, mild first; missing means DESTRUCTIVE."""

    NONE = "none"
    DISRUPTIVE = "disruptive"
    DESTRUCTIVE = "destructive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loses:
    """What an Option loses at most.

    Exactly one bound is meant: `count` acknowledged writes (0 for `nothing`), or the writes
    of the last `last_s` seconds before the fault. Both None: the text gives no bound that a
    machine understands, so the drill holds the Option to nothing.
    """

    place: Place
    text: str
    count: int | None = None
    last_s: float | None = None
