"""What `drillbook.toml` says: packs, targets, secrets, people, servers and limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drillbook.model.engine import SITE
from drillbook.model.lint import LintSettings
from drillbook.model.people import Person, PolicyRule
from drillbook.model.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A value that is masked everywhere; one of `env`, `file` and `command` says whence it comes.

    `command` is a program with its arguments, whose output is the value.
    """

    name: str
    env: str | None = None
    file: str | None = None
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of every step where the runbook gives none of its own, and of what comes from outside.

    A step that is to end has `step_grace_s` before it is killed. A secret's command ends within
    `secret_timeout_s`. An input's value has at most `input_bytes_max`, a webhook `alerts_max`.
    """

    step_timeout_s: float = 300.0
    step_grace_s: float = 1.0
    output_head_bytes: int = 65_536
    output_tail_bytes: int = 65_536
    input_bytes_max: int = 4_096
    secret_timeout_s: float = 10.0
    alerts_max: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Where the journal is kept: PostgreSQL at `url` (SQLAlchemy's), else SQLite below `state`.

    `password_secret` names the secret that is its password. No statement may take longer than
    `timeout_s`; a server that does not answer is asked again for `retry_s`.
    """

    url: str = ""
    password_secret: str = ""
    timeout_s: float = 15.0
    retry_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """How `serve` and `runner` work.

    `listen` is HOST:PORT. `slots` is how many runs a process performs at once. A worker that is
    silent for `dead_after_s` is dead, and its work is handed on. At most `requests_max` requests
    are answered at once, each within `request_timeout_s`. An orderly stop takes `stop_within_s`
    at most. `tls_certificate` and `tls_key` are files. `metrics_open`: /metrics asks no token.
    """

    listen: str = "127.0.0.1:8470"
    site: str = SITE
    slots: int = 20
    dead_after_s: float = 30.0
    request_bytes_max: int = 1 << 20
    request_timeout_s: float = 30.0
    requests_max: int = 64
    stop_within_s: float = 20.0
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    metrics_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What is done at cron times in `timezone`: a drill of a pack, or the Checks of a runbook."""

    name: str
    cron: str
    timezone: str = "UTC"
    drill: Path | None = None
    checks: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofSettings:
    """A Proof is fresh for `days`. `signing_key` signs those that are made here.

    `allowed_signers` is a file as ssh-keygen reads it: whose signatures count.
    """

    days: float = 90.0
    signing_key: Path | None = None
    allowed_signers: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything configured; `folder` is where the file lies, `state` where the journal does."""

    folder: Path
    state: Path
    packs: tuple[Path, ...] = ()
    targets: Mapping[str, Target] = field(default_factory=dict)
    secrets: tuple[Secret, ...] = ()
    limits: Limits = field(default_factory=Limits)
    store: Store = field(default_factory=Store)
    server: Server = field(default_factory=Server)
    people: Mapping[str, Person] = field(default_factory=dict)
    policy: tuple[PolicyRule, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    tracing_endpoint: str = ""
    proofs: ProofSettings = field(default_factory=ProofSettings)
    lint: LintSettings = field(default_factory=LintSettings)
