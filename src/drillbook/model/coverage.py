"""How far runbooks stand: the matrix of alerts, runbooks, steps and drills, and its figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drillbook.model.finding import Finding
from drillbook.model.lint import Rung
from drillbook.model.place import Place
from drillbook.model.proof import Weighed
from drillbook.model.run import Part
from drillbook.model.runbook import Kind
from drillbook.model.verdict import VerdictState


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often steps did what the runbook says, did not, or nothing can be said."""

    as_said: int = 0
    otherwise: int = 0
    unknown: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            as_said=self.as_said + other.as_said,
            otherwise=self.otherwise + other.otherwise,
            unknown=self.unknown + other.unknown,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """What keeps a runbook from a rung, and the cure with the command that gets there.

    Both are the same for all runbooks of which it is so; `detail` is of this one.
    """

    rung: Rung
    because: str
    cure: str
    detail: str = ""

    @property
    def sentence(self) -> str:
        """What it is, with the details of just this runbook."""
        return f"{self.because}: {self.detail}" if self.detail else self.because


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCover:
    """One step. `lacks` are those of: a language that is run, a time limit, an expectation."""

    name: str
    part: Part
    language: str
    place: Place
    lacks: tuple[str, ...] = ()
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True, kw_only=True)
class Studied:
    """A runbook looked at by itself; `name` is PATH, or PATH#ANCHOR in a file of several.

    `listed` are the alerts in its front matter, `named` those that its text speaks of as well.
    `lacks` are what keeps it from being readable or runnable.
    """

    name: str
    path: str
    anchor: str
    title: str
    place: Place
    kind: Kind = Kind.ALERT
    severity: str = ""
    owner: str = ""
    service: str = ""
    acting_hash: str = ""
    source_hash: str = ""
    listed: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()
    steps: tuple[StepCover, ...] = ()
    lacks: tuple[Lack, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillCover:
    """A drill of a runbook, what its proof is worth now, and what the journal last knew of it.

    `pack` is the folder. `last` was at `last_at_ns`, None and 0 where the journal knows of none.
    """

    name: str
    pack: str
    runbook: str
    option: str
    place: Place
    weighed: Weighed | None = None
    last: VerdictState | None = None
    last_at_ns: int = 0

    @property
    def is_proven(self) -> bool:
        """Whether its proof is fresh."""
        return self.weighed is not None and self.weighed.is_fresh

    @property
    def because(self) -> str:
        """Why it proves nothing now; empty where it does."""
        if self.is_proven:
            return ""
        if self.weighed is not None:
            return f"its proof does not count: {self.weighed.because}"
        if self.last is None:
            return "it has not passed yet"
        return f"it has no proof, and its last verdict is {self.last.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCover:
    """An alerting rule and its runbook; `runbook` is empty where it has none, `because` says why.

    `leads_back`: the runbook names the alert.
    """

    name: str
    severity: str
    place: Place
    runbook: str = ""
    leads_back: bool = False
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookCover:
    """A runbook and how far up the ladder it stands; `rung` is None below the first.

    `lacks` are what keeps it from the next rung; `alerts` lead to it.
    """

    studied: Studied
    rung: Rung | None
    lacks: tuple[Lack, ...] = ()
    alerts: tuple[str, ...] = ()
    steps: tuple[StepCover, ...] = ()
    drills: tuple[DrillCover, ...] = ()

    @property
    def compressions(self) -> tuple[float, ...]:
        """By how much its fresh proofs were compressed; 1 is full length."""
        fresh = (drill.weighed for drill in self.drills if drill.is_proven)
        return tuple(weighed.proof.compression for weighed in fresh if weighed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`count` of `total`, by its definition; no share where there is nothing to count.

    `apart` are those that are in neither. `parts` are the same by severity: count and total.
    """

    name: str
    title: str
    count: int
    total: int
    definition: str
    nothing: str
    apart: int = 0
    parts: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """From 0 to 1."""
        return self.count / self.total if self.total else None

    @property
    def percent(self) -> str:
        """`66.6 %`, cut and not rounded: what is not whole must not look so. A dash for none."""
        return percent_of(self.count, self.total)


def percent_of(count: int, total: int) -> str:
    """`66.6 %`, cut and not rounded; a dash where there is nothing to count."""
    if not total:
        return "—"
    tenths = count * 1000 // total
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths / 10:.1f} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Everything, in the order of the files. `unread` are files that could not be read.

    `runs` is how many runs of the journal were counted, `notes` are sentences for people.
    """

    alerts: tuple[AlertCover, ...] = ()
    runbooks: tuple[RunbookCover, ...] = ()
    figures: tuple[Figure, ...] = ()
    unread: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    runs: int = 0
