"""What a Pack is drilled on: the interface of a lab, and of the client that counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from drillbook.model.drill import Setting
from drillbook.model.target import Target
from drillbook.model.truth import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class LabOrder:
    """What a lab is to be started with.

    `folder` is its own scratch folder, `rule_files` the (perhaps compressed) rule files by
    name, `hook_url` where its Alertmanager posts, `compression` what the lab divides its
    scrape, evaluation and grouping intervals by.
    """

    folder: Path
    rule_files: Mapping[str, str]
    hook_url: str
    hook_token: str
    compression: float = 1.0
    settings: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """The intervals that detection is made of, in seconds, as the lab runs them."""

    scrape_s: float
    evaluation_s: float
    group_wait_s: float
    group_interval_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LabView:
    """What a started lab shows: where its targets and its Prometheus are, and its pacing."""

    targets: tuple[Target, ...]
    prometheus_url: str
    alertmanager_url: str
    pacing: Pacing
    full_pacing: Pacing


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """An answer of the lab, and why it is so."""

    truth: Truth
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCount:
    """What the client that ran through the drill counted at its end.

    `lost_at_ns` are the acknowledgement times of the acknowledged writes that cannot be read
    back; `twice` writes are stored more than once; `failures_at_ns` are times of refused
    writes, bounded to the first thousand.
    """

    acknowledged: int
    readable: int
    twice: int
    lost_at_ns: tuple[int, ...] = ()
    failures: int = 0


class Lab(Protocol):
    """A small real system that Drillbook starts, breaks and takes down again."""

    def up(self, order: LabOrder) -> LabView:
        """Start everything and return when it serves. Raises LabError where it cannot."""
        ...

    def steady(self) -> Observation:
        """Whether everything serves, the servers of alerting included."""
        ...

    def serves(self) -> Observation:
        """Whether users are served right now: one real read and one real write."""
        ...

    def start_client(self) -> None: ...

    def first_failure_ns(self, *, since_ns: int) -> int | None:
        """When the client's first refused write since then began, or None."""
        ...

    def stop_client(self) -> ClientCount:
        """Stop the client and count. Raises LabError where it cannot be counted."""
        ...

    def pid(self, process: str) -> int | None:
        """The process id of one of the lab's processes, or None where it does not run."""
        ...

    def accepts(self, process: str) -> bool:
        """Whether that process answers on its port."""
        ...

    def start(self, process: str, *, timeout_s: float) -> None: ...

    def target(self, name: str) -> Target: ...

    def down(self) -> Sequence[str]:
        """Take everything down; the answer names what was left behind (none: all gone)."""
        ...


class LabKind(Protocol):
    """How a lab is made, and found again in its scratch folder after a crash of ours."""

    def make(self) -> Lab: ...

    def reopen(self, folder: Path) -> Lab: ...


class LabError(Exception):
    """The lab could not do what was asked; the message says what, why and the cure."""
