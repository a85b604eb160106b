"""Where a step runs, by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drillbook.model.engine import SITE


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A host, container, database or Prometheus that a step names with `on=`.

    `settings` are what inputs read (`target.NAME.host`). `env` are variables that each of its
    steps is given, `path` the folders searched for programs (empty: the caller's own).
    `kind` is local, ssh, container or kubernetes. At most `concurrency` steps run on it at once
    (0: any number). `site` is where the runners are that reach it.
    """

    name: str
    kind: str = "local"
    settings: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    cwd: str | None = None
    drillable: bool = False
    concurrency: int = 0
    site: str = SITE
