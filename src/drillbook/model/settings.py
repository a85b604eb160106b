"""What `drillbook.toml` says: packs, targets, secrets and limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drillbook.model.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A value that is masked everywhere; exactly one of `env` and `file` says where it lies."""

    name: str
    env: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of every step where the runbook gives none of its own."""

    step_timeout_s: float = 300.0
    output_head_bytes: int = 65_536
    output_tail_bytes: int = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything configured; `folder` is where the file lies, `state` where the journal does."""

    folder: Path
    state: Path
    packs: tuple[Path, ...] = ()
    targets: Mapping[str, Target] = field(default_factory=dict)
    secrets: tuple[Secret, ...] = ()
    limits: Limits = field(default_factory=Limits)
