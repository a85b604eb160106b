"""A Prometheus alerting rule as its file says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drillbook.model.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment in YAML, without its mark."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One alerting rule; durations in seconds, 0 where the file gives none.

    `interval_s` is the group's evaluation interval, None where the server's default holds.
    """

    place: Place
    name: str
    group: str
    expr: str
    expr_place: Place
    for_s: float = 0.0
    keep_firing_for_s: float = 0.0
    interval_s: float | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    annotation_places: Mapping[str, Place] = field(default_factory=dict)
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One recording rule: the metric `name` is made of `expr`."""

    place: Place
    name: str
    group: str
    expr: str
    expr_place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """The alerting and the recording rules of one file.

    `is_manifest`: an operator hands them to Prometheus, and not its own configuration.
    """

    path: str
    rules: tuple[Rule, ...] = ()
    records: tuple[Record, ...] = ()
    is_manifest: bool = False
