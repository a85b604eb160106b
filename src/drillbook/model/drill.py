"""A Drill as its file says it: lab, fault, runbook, operator and what must come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from drillbook.model.place import Place
from drillbook.model.sentence import Risk

Setting = str | int | float | bool | tuple[str, ...]


class ControlKind(Enum):
    """What the system does when nobody acts."""

    STAYS_BROKEN = "stays-broken"
    HEALS_WITHIN = "heals-within"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The control run: nobody acts for `hold_s`; it stays broken, or heals in `heals_within_s`."""

    kind: ControlKind = ControlKind.STAYS_BROKEN
    hold_s: float = 20.0
    heals_within_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultUse:
    """Which kind of fault, with what settings; each of its four acts ends after `timeout_s`."""

    kind: str
    settings: Mapping[str, Setting] = field(default_factory=dict)
    timeout_s: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LabUse:
    """Which lab, with what settings of its own."""

    name: str
    settings: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """`runbook` is a path inside the pack, with `#anchor` in a file of several.

    `option` is the anchor of the Option that must recover; `risk` the most that the operator
    may take on; `stays_s` how long the recovered system is watched after the verification.
    `labels` are those that the alert must have to be this drill's own.
    """

    place: Place
    name: str
    runbook: str
    alert: str
    lab: LabUse
    fault: FaultUse
    option: str
    control: Control = field(default_factory=Control)
    invariants: tuple[str, ...] = ()
    operator: str = "literal"
    risk: Risk = Risk.DISRUPTIVE
    stays_s: float = 5.0
    labels: Mapping[str, str] = field(default_factory=dict)
    source_hash: str = ""
